"""The network: all layers side by side, their names below."""

import numpy as np

from protocol.messages import Manifest
from viewer.cue import Phase
from viewer.detail import Detail, is_drawable
from viewer.drawn import DrawnLayer, is_deep
from viewer.geometry import Column, Geometry
from viewer.gradients import Gradients
from viewer.number import brief
from viewer.paint.canvas import Canvas
from viewer.paint.text import Label, Style, fit, longest_that_fits, mask, width
from viewer.palette import Colour
from viewer.panels.pointing import spot_on
from viewer.panels.stage import Stage
from viewer.saturation import Saturation
from viewer.scene import Scene
from viewer.spot import Spot

_BELOW = 18, 37  # rows below each plate, pixels at 720 lines
_NAME, _CAPTION, _VALUE = 10.5, 9.5, 12.5  # sizes of letters
_ABOVE_CURVES = 18  # pixels from a curve's top to the words above it
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
        for number, layer in enumerate(self._detail.layers):
            column, room = self._geometry.columns[number], self._geometry.room(number)
            bottom = self._bottom(column, layer)
            below = bottom + layout.px(_BELOW[0]), bottom + layout.px(_BELOW[1])
            rows = layout.names or below
            name = fit(layer.spec.name, self._canvas.style(_NAME), room)
            self._write(name, (column.middle, rows[0]), _NAME, theme.dim)
            style = self._canvas.style(_CAPTION)
            size = longest_that_fits(layer.captions, style, room)
            size = size or fit(layer.captions[-1], style, room)
            row = self._clear(size, rows[1]) if column.plate is None else rows[1]
            label = self._write(size, (column.middle, row), _CAPTION, theme.faint)
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

    def _clear(self, text: str, row: float) -> float:
        """Lift letters that reach below the line off the values above the curves."""
        layout, style = self._canvas.layout, self._canvas.style(_CAPTION)
        reach, usual = (_below(each, style) for each in (text or "o", "o"))
        if reach <= usual or layout.names is not None:
            return row
        value = mask("0", self._canvas.style(_VALUE, bold=True, mono=True))[1]
        return min(row, layout.loss.top - layout.px(_ABOVE_CURVES) - value - reach)

    def _write(
        self, text: str, at: tuple[float, float], size: float, colour: Colour
    ) -> Label:
        """Write under a column, clear of what is right of the last one."""
        canvas, layout = self._canvas, self._canvas.layout
        style = canvas.style(size)
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
            told = np.flatnonzero(~np.isnan(norms))
            words = self._steepness(norms[told].tolist())
            for layer, text in zip(told.tolist(), words, strict=True):
                texts[layer + 1] = text
            colour = theme.dim
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


def _below(text: str, style: Style) -> int:
    """Measure how far letters reach below the middle of a capital one."""
    coverage, middle = mask(text, style)
    return len(coverage) - middle
