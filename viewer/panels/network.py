"""The network: all layers side by side, their names below."""

from protocol.messages import Manifest
from viewer.detail import Detail, DrawnLayer, is_deep, is_drawable
from viewer.geometry import Column, Geometry
from viewer.paint.canvas import Canvas
from viewer.paint.text import fit, width
from viewer.palette import Colour
from viewer.panels.pointing import spot_on
from viewer.panels.stage import Stage
from viewer.saturation import Saturation
from viewer.scene import Scene
from viewer.spot import Spot

_BELOW = 18, 37  # rows below each plate, pixels at 720 lines
_NAME, _CAPTION = 10.5, 9.5  # sizes of letters
_CLOSE = 8  # pixels that names come closer to the edges than to a plate
_GLOW = 2.2  # radii below a disc that its glow needs


def wants(manifest: Manifest) -> bool:
    """Draw a network whose weights and activations are streamed."""
    return is_drawable(manifest) and not is_deep(manifest)


class NetworkPanel:
    """One stage with every layer of the network on it."""

    def __init__(self, canvas: Canvas, manifest: Manifest) -> None:
        self._canvas, self._detail = canvas, Detail(manifest)
        layout, layers = canvas.layout, self._detail.layers
        self._geometry = Geometry(layout.network, layout.scale, layers, layout.height)
        saturation = Saturation(self._detail)
        self._stage = Stage(canvas, self._detail, self._geometry, saturation)
        self._scene: Scene | None = None

    @property
    def is_finished(self) -> bool:
        """Whether the last frame shows all edges as they are now."""
        return self._stage.supply.is_finished

    def hurry(self) -> None:
        """Make the pictures of at most one gap a frame from now on."""
        self._stage.supply.is_hurried = True

    def prepare(self) -> None:
        """Paint the names of the layers under their columns."""
        theme, layout = self._canvas.theme, self._canvas.layout
        for column, layer in zip(
            self._geometry.columns, self._detail.layers, strict=True
        ):
            bottom = self._bottom(column, layer)
            below = bottom + layout.px(_BELOW[0]), bottom + layout.px(_BELOW[1])
            rows = layout.names or below
            self._write(layer.spec.name, (column.middle, rows[0]), _NAME, theme.dim)
            self._write(layer.caption, (column.middle, rows[1]), _CAPTION, theme.faint)

    def _bottom(self, column: Column, layer: DrawnLayer) -> float:
        """Find the row below which nothing is painted over the names of a layer.

        Edges are painted beside a plate and not below it; a wider name stands lower.
        """
        canvas, geometry = self._canvas, self._geometry
        widest = max(
            width(layer.spec.name, canvas.style(_NAME)),
            width(layer.caption, canvas.style(_CAPTION)),
        )
        if column.plate is not None and widest < column.plate.width:
            return column.plate.bottom
        glow = float(column.y[-1]) + _GLOW * column.radius
        return max(glow, geometry.top + geometry.rows - canvas.layout.px(_CLOSE))

    def _write(
        self, text: str, at: tuple[float, float], size: float, colour: Colour
    ) -> None:
        """Write under a column, clear of what is right of the last one."""
        canvas, layout = self._canvas, self._canvas.layout
        style = canvas.style(size)
        text = fit(text, style, self._geometry.spacing * 0.96)
        rightmost = layout.outputs[0] - layout.px(6) - width(text, style) / 2
        x = min(at[0], rightmost)
        canvas.label(x, at[1], style, align="center").show(text, colour)

    def paint(self, scene: Scene) -> None:
        """Paint what changed."""
        self._scene = scene
        self._stage.paint(scene)

    def spot(self, x: float, y: float) -> Spot | None:
        """Say which unit or edge is at a pixel."""
        if self._scene is None:
            return None
        return spot_on(self._stage, self._detail, self._scene.snapshot, (x, y))
