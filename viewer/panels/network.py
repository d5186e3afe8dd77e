"""The network: all layers side by side, their names below."""

from protocol.messages import Manifest
from viewer.cue import Phase
from viewer.detail import Detail, DrawnLayer, is_deep, is_drawable
from viewer.geometry import Column, Geometry
from viewer.gradients import Gradients
from viewer.number import brief
from viewer.paint.canvas import Canvas
from viewer.paint.text import Label, fit, width
from viewer.palette import Colour
from viewer.panels.pointing import spot_on
from viewer.panels.stage import Stage
from viewer.saturation import Saturation
from viewer.scene import Scene
from viewer.spot import Spot

_BELOW = 18, 37  # rows below each plate, pixels at 720 lines
_NAME, _CAPTION = 10.5, 9.5  # sizes of letters
_CLOSE = 8  # pixels that names come closer to the edges than to a plate
_NORMS = "gradient {}", "grad {}", "∇ {}"  # in wordings ever shorter
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
        self._gradients = Gradients(manifest)
        self._captions: list[Label] = []
        self._sizes: list[str] = []
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
            caption = column.middle, rows[1]
            label = self._write(layer.caption, caption, _CAPTION, theme.faint)
            self._captions.append(label)
            self._sizes.append(label.text)

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
    ) -> Label:
        """Write under a column, clear of what is right of the last one."""
        canvas, layout = self._canvas, self._canvas.layout
        style = canvas.style(size)
        text = fit(text, style, self._geometry.spacing * 0.96)
        rightmost = layout.outputs[0] - layout.px(6) - width(text, style) / 2
        x = min(at[0], rightmost)
        label = canvas.label(x, at[1], style, align="center")
        label.show(text, colour)
        return label

    def paint(self, scene: Scene) -> None:
        """Paint what changed."""
        self._scene = scene
        self._stage.paint(scene)
        self._tell_gradients(scene)

    def _tell_gradients(self, scene: Scene) -> None:
        """While the update runs back, say how steep it was in place of the sizes."""
        theme = self._canvas.theme
        runs_back = scene.cue.phase in (Phase.BACKWARD, Phase.UPDATE)
        norms = self._gradients.of(scene) if runs_back else None
        texts, colour = list(self._sizes), theme.faint
        if norms is not None:
            texts[1:], colour = self._steepness(norms.tolist()), theme.dim
        for label, text in zip(self._captions, texts, strict=True):
            label.show(text, colour)

    def _steepness(self, norms: list[float]) -> list[str]:
        """Write norms in the longest wording that fits below all layers."""
        canvas, column = self._canvas, self._geometry.columns[-1]
        style, right = canvas.style(_CAPTION), canvas.layout.outputs[0]
        room = 2 * (right - canvas.layout.px(6) - column.middle)
        room = min(room, self._geometry.spacing * 0.96)
        for wording in _NORMS:
            texts = [wording.format(brief(norm)) for norm in norms]
            if max(width(text, style) for text in texts) <= room:
                return texts
        return [""] * len(norms)

    def spot(self, x: float, y: float) -> Spot | None:
        """Say which unit or edge is at a pixel."""
        if self._scene is None:
            return None
        return spot_on(self._stage, self._detail, self._scene.snapshot, (x, y))
