"""What a run measures, over its epochs or layers, also of what was held out."""

import math
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from protocol.messages import Manifest
from viewer.health import name_of
from viewer.layout import Box
from viewer.paint.canvas import Canvas
from viewer.paint.text import Label, longest_that_fits, width
from viewer.palette import Colour, Theme
from viewer.panels.curve_key import CurveKey
from viewer.plane import plane_of
from viewer.scene import Scene

Floats = NDArray[np.float64]
_ROUND = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10, 12)  # ends of axes, and powers of ten


@dataclass(frozen=True, slots=True)
class Measure:
    """What one curve shows.

    Attributes:
        metric: Column of the metric rows.
        title: Its name on screen.
        is_share: Written as a percentage, over an axis from 0 to 1.
    """

    metric: str
    title: str
    is_share: bool = True

    @property
    def held_out(self) -> str:
        """Column of the same for what was held out."""
        return f"held_out_{self.metric}"

    def colour(self, theme: Theme) -> Colour:
        """Choose the colour: accuracy is to grow, no class is no colour."""
        if "accuracy" in self.metric:
            return theme.positive
        return theme.dim if self.metric == "unclassified" else theme.negative


NETWORK = (Measure("loss", "loss", is_share=False), Measure("accuracy", "accuracy"))
SPACE = (
    Measure("unclassified", "unclassified"),
    Measure("changed", "changed in a layer"),
    Measure("held_out_accuracy", "held-out accuracy"),
)


def wants(manifest: Manifest) -> bool:
    """Draw the curves of a run that measures something known."""
    return bool(measures(manifest))


def measures(manifest: Manifest) -> tuple[Measure, ...]:
    """List what a run measures, top curve first."""
    known = NETWORK if plane_of(manifest) is None else SPACE
    found = [measure for measure in known if measure.metric in manifest.metrics]
    if not manifest.classes:  # without classes nothing is right or wrong
        found = [measure for measure in found if measure.metric != "accuracy"]
    return tuple(found)


class Curve:
    """One pair of lines with its name and newest values above."""

    def __init__(self, canvas: Canvas, measure: Measure, box: Box) -> None:
        self._canvas = canvas
        self._measure = measure
        self._colour = colour = measure.colour(canvas.theme)
        self._box = box
        self._key: tuple[int, float] | None = None
        self._limits = 0.0, 0.0, 0.0
        self._axes = self._add_axes(box)
        self._held_out = self._add_line(canvas.theme.dim, 1.0, dashes=(4.0, 2.0))
        self._train = self._add_line(colour, 1.7)
        self._dot = self._add_line(colour, 0.0)
        self._dot.set(marker="o", markersize=canvas.layout.px(4.2))
        self._labels(box)
        self._ticks = self._add_ticks(box)

    def _add_axes(self, box: Box) -> Axes:
        layout = self._canvas.layout
        left, bottom = box.left / layout.width, 1 - box.bottom / layout.height
        size = box.width / layout.width, box.height / layout.height
        axes = self._canvas.figure.add_axes((left, bottom, *size))
        axes.set_axis_off()
        return axes

    def _add_line(
        self, colour: Colour, width: float, dashes: tuple[float, float] | None = None
    ) -> Line2D:
        (line,) = self._axes.plot([], [], color=[channel / 255 for channel in colour])
        line.set(animated=True, linewidth=self._canvas.layout.px(width))
        line.set(solid_capstyle="round", clip_on=False)
        if dashes is not None:
            line.set_linestyle((0, dashes))
        return line

    def _labels(self, box: Box) -> None:
        canvas, layout = self._canvas, self._canvas.layout
        y = box.top - layout.px(18)
        self._title = canvas.label(box.left, y, canvas.style(10.5))
        self._value = canvas.label(
            box.right, y, canvas.style(12.5, bold=True, mono=True), align="right"
        )
        self._small = canvas.style(9.5, mono=True)
        right = box.right - width("100.0%", canvas.style(12.5, bold=True, mono=True))
        right -= round(layout.px(8))
        self._room = right - box.left - width(self._measure.title, canvas.style(10.5))
        self._other = canvas.label(right, y, self._small, align="right")

    def _add_ticks(self, box: Box) -> tuple[Label, Label]:
        canvas, style = self._canvas, self._canvas.style(9)
        x = box.right + canvas.layout.px(8)
        return canvas.label(x, box.bottom, style), canvas.label(x, box.top, style)

    def prepare(self) -> None:
        """Paint the name and the hairlines at the top, middle and bottom."""
        theme = self._canvas.theme
        self._title.show(self._measure.title, theme.dim)
        for share in (0.0, 0.5, 1.0):
            y = round(self._box.top + share * (self._box.height - 1))
            line = self._canvas.pixels[y, self._box.left : self._box.right, :3]
            line[...] = theme.hairline

    def paint(self, scene: Scene) -> None:
        """Redraw the lines when a row has come."""
        epochs, values = scene.metric(self._measure.metric)
        _, held_out = scene.metric(self._measure.held_out)
        end = float(max(scene.manifest.epochs, epochs[-1] if len(epochs) else 1, 1))
        key = len(epochs), end
        if key == self._key:
            return
        self._key = key
        if not np.isfinite(held_out).any():  # nothing is held out
            held_out = held_out[:0]
        self._scale(end, *self._range(values, held_out))
        thin = _thin(len(epochs), self._box.width)
        self._train.set_data(epochs[thin], _finite(values[thin]))
        if len(held_out):
            self._held_out.set_data(epochs[thin], _finite(held_out[thin]))
        last = np.flatnonzero(np.isfinite(values))[-1:]
        self._dot.set_data(epochs[last], values[last])
        self._draw()
        self._show(values[-1:], held_out[-1:])

    def _scale(self, end: float, bottom: float, top: float) -> None:
        if (end, bottom, top) == self._limits:
            return
        self._limits = end, bottom, top
        self._axes.set(xlim=(0, end), ylim=(bottom, top))
        for value, tick in zip((bottom, top), self._ticks, strict=True):
            text = f"{value:.0%}" if self._measure.is_share else f"{value:g}"
            tick.show(text, self._canvas.theme.faint)

    def _range(self, values: Floats, held_out: Floats) -> tuple[float, float]:
        """Both ends of the y axis; what is not finite has no place on it."""
        both = np.concatenate([values, held_out])
        finite = both[np.isfinite(both)]
        if self._measure.is_share or not finite.any():
            return 0.0, 1.0
        lowest, highest = float(finite.min()), float(finite.max())
        bottom = -round_up(-lowest) if lowest < 0 else 0.0
        return bottom, round_up(highest) if highest > 0 else 0.0

    def _draw(self) -> None:
        layout = self._canvas.layout
        margin = round(layout.px(5))
        around = Box(
            self._box.left - margin,
            self._box.top - margin,
            self._box.right + margin,
            self._box.bottom + margin,
        )
        self._canvas.restore(around)
        for line in (self._held_out, self._train, self._dot):
            line.draw(self._canvas.agg.get_renderer())

    def _show(self, value: Floats, held_out: Floats) -> None:
        self._value.show(self._say(value), self._colour)
        other = self._say(held_out)
        room = self._room - self._canvas.layout.px(6)
        text = longest_that_fits([f"held-out {other}", other], self._small, room)
        self._other.show(text if other else "", self._canvas.theme.dim)

    def _say(self, value: Floats) -> str:
        if not len(value):
            return ""
        if not np.isfinite(value[0]):
            return name_of(value[0])
        if self._measure.is_share:
            return f"{value[0]:.1%}"
        return f"{value[0]:.3f}" if value[0] < 1000 else f"{value[0]:.1e}"


class CurvesPanel:
    """The curves one above the other, with one axis under the last."""

    def __init__(self, canvas: Canvas, manifest: Manifest) -> None:
        layout = canvas.layout
        self._canvas = canvas
        found = measures(manifest)
        boxes: tuple[Box, ...] = layout.loss, layout.accuracy
        if plane_of(manifest) is not None:
            boxes = layout.plane_curves
        self._curves = [
            Curve(canvas, *each) for each in zip(found, boxes, strict=False)
        ]
        below = 16 if len(found) > 1 else 33  # the axis is below the last curve
        self._key = CurveKey(canvas, boxes[0], boxes[0].bottom + layout.px(below))
        box = boxes[len(found) - 1]
        y, style = box.bottom + layout.px(16), canvas.style(10)
        self._axis = "layers" if manifest.axis == "layer" else "epochs"
        self._style = style
        self._room = (box.width - width(self._axis, style)) / 2 - layout.px(4)
        self._start = canvas.label(box.left, y, style)
        self._middle = canvas.label(
            (box.left + box.right) / 2, y, style, align="center"
        )
        self._end = canvas.label(box.right, y, style, align="right")
        self._epochs = manifest.epochs

    def prepare(self) -> None:
        """Paint what does not move."""
        for curve in self._curves:
            curve.prepare()
        self._start.show("0", self._canvas.theme.dim)
        self._middle.show(self._axis, self._canvas.theme.faint)

    def paint(self, scene: Scene) -> None:
        """Paint the curves and the end of the axis."""
        for curve in self._curves:
            curve.paint(scene)
        self._key.paint(scene)
        end = self._epochs or (int(scene.rows[-1, 0]) if len(scene.rows) else 0)
        texts = [f"{end:,}", f"{end:.0e}"]
        text = longest_that_fits(texts, self._style, self._room)
        self._end.show(text, self._canvas.theme.dim)


def _thin(count: int, width: int) -> slice:
    """Keep at most about two points a pixel column, the newest among them."""
    step = max(count // (2 * width), 1)
    return slice((count - 1) % step if count else 0, None, step)


def _finite(values: Floats) -> Floats:
    """Break a line where it has no place: at NaN, and at infinity."""
    return np.where(np.isfinite(values), values, np.nan)


def round_up(value: float) -> float:
    """Choose the end of an axis: a round number a little above a value above 0."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(n * power for n in _ROUND if n * power >= value)
