"""One thing that a run measures, as a pair of lines with the newest values above."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from viewer.layout import Box
from viewer.number import brief, percent
from viewer.paint.canvas import Canvas
from viewer.paint.line import Line
from viewer.paint.text import Label, width
from viewer.palette import Colour, Theme
from viewer.panels.curves_beside import CurvesBeside
from viewer.panels.points import Points, points_of
from viewer.scene import Beside, Scene
from viewer.told import HELD_OUT

Floats = NDArray[np.float64]
_ROUND = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10, 12)  # ends of axes, and powers of ten
_USUAL = "100.0%"  # as long as values are, but for very large and small ones
_OUTLIER = 10  # so many times the first and the middle value is out of scale


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
        return f"{HELD_OUT}{self.metric}"

    @property
    def metrics(self) -> tuple[str, str]:
        """Both columns."""
        return self.metric, self.held_out

    @property
    def is_known(self) -> bool:
        """Whether more is known of it than a name that somebody chose."""
        return self.is_share or self.metric == "loss"

    def colour(self, theme: Theme) -> Colour:
        """Choose the colour: accuracy is to grow, no class is no colour.

        Of others it is not known whether they are to grow.
        """
        if "accuracy" in self.metric:
            return theme.positive
        if self.metric == "unclassified":
            return theme.dim
        return theme.negative if self.is_known else theme.ink

    def say(self, value: float) -> str:
        """Write a value of it."""
        return percent(value) if self.is_share else brief(value)


class Curve:
    """A pair of lines, what they are, and their newest values above."""

    def __init__(self, canvas: Canvas, measure: Measure, box: Box) -> None:
        self._canvas, self._measure, self._box = canvas, measure, box
        self._colour = colour = measure.colour(canvas.theme)
        self._key: tuple[int, float, tuple[Beside, ...]] | None = None
        self._limits = 0.0, 0.0, 0.0
        margin = round(canvas.layout.px(5))
        corner = box.right + margin, box.bottom + margin
        self._around = around = Box(box.left - margin, box.top - margin, *corner)
        dim = canvas.theme.dim
        self._held_out = Line(canvas, around, dim, 1.3, dashes=(5.5, 3.0))
        self._train = Line(canvas, around, colour, 2.2)
        self._dot = Line(canvas, around, colour, 6)
        self._points, self._held_out_points = points_of(measure.metric), Points()
        self._beside = CurvesBeside(canvas, around, measure.metrics, colour)
        self._add_axes()
        self._add_labels()

    def _add_axes(self) -> None:
        layout, box = self._canvas.layout, self._box
        left, bottom = box.left / layout.width, 1 - box.bottom / layout.height
        size = box.width / layout.width, box.height / layout.height
        self._axes = self._canvas.figure.add_axes((left, bottom, *size))
        self._axes.set_axis_off()
        for line in (self._held_out, self._train, self._dot):
            self._axes.add_line(line)

    def _add_labels(self) -> None:
        """Reserve places: the words before a value are dropped where there is no room."""
        canvas, box, px = self._canvas, self._box, self._canvas.layout.px
        title, number = canvas.style(10.5), canvas.style(12.5, bold=True, mono=True)
        small = canvas.style(9.5, mono=True)
        y = box.top - px(18)
        room = float("inf")
        if not self._measure.is_known:
            room = box.width - width(_USUAL, number) - px(6)
        self._title = canvas.label(box.left, y, title, room=room)
        self._value = canvas.label(box.right, y, number, align="right")
        x = box.right - width(_USUAL, number) - px(6)
        self._other = canvas.label(x, y, small, align="right")
        x -= width(_USUAL, small) + px(3)
        self._word = canvas.label(x, y, small, align="right")
        room = x - box.left - width(self._measure.title, title) - px(3)
        self._has_other, self._has_word = room >= 0, room >= width("held-out", small)
        x, tick = box.right + px(8), canvas.style(9)
        self._ticks = [canvas.label(x, y, tick) for y in (box.bottom, box.top)]

    def prepare(self) -> None:
        """Paint the name and the hairlines at the top, middle and bottom."""
        theme = self._canvas.theme
        self._title.show(self._measure.title, theme.dim)
        for share in (0.0, 0.5, 1.0):
            y = round(self._box.top + share * (self._box.height - 1))
            for image in (self._canvas.pixels, self._canvas.base):
                image[y, self._box.left : self._box.right, :3] = theme.hairline
        self._key = None

    def hide(self) -> None:
        """Leave nothing of it."""
        self._clear()
        wipe(self._canvas, self._title)
        for image in (self._canvas.pixels, self._canvas.base):
            image[self._around.slices][..., :3] = self._canvas.theme.background

    def paint(self, scene: Scene, end: float) -> None:
        """Redraw the lines when a row has come.

        Args:
            scene: What to show.
            end: Of the x axis.
        """
        epochs, values = scene.metric(self._measure.metric)
        key = len(epochs), end, scene.beside
        if key == self._key:
            return
        self._key = key
        self._canvas.restore(self._around)
        if not len(epochs):
            self._clear()
            return
        _, held_out = scene.metric(self._measure.held_out)
        if not np.isfinite(held_out).any():  # nothing is held out
            held_out = held_out[:0]
        axis = float(self._box.left), (self._box.width - 1) / end
        train, other = self._points, self._held_out_points
        train.take(epochs, values, *axis)
        other.take(epochs, held_out, *axis)
        for line in self._beside.take(scene.beside, *axis):
            self._axes.add_line(line)
        every = [np.concatenate([train.y, other.y]), *self._beside.values]
        self._scale(end, *self._joint_range(every))
        self._beside.trace(self._rows)
        if len(held_out):
            self._held_out.set_data(other.epochs, other.values)
            self._held_out.trace(other.x, self._rows(other.y))
        self._train.set_data(train.epochs, _finite(train.values))
        self._train.trace(train.x, self._rows(train.y))
        self._mark(train.epochs, train.values, *axis)
        self._show(float(train.values[-1]), other.values[-1:])

    def _clear(self) -> None:
        """Say nothing before anything was measured."""
        for line in (self._held_out, self._train, self._dot):
            line.set_data([], [])
        for label in (self._value, self._word, self._other, *self._ticks):
            label.show("", self._colour)
        self._limits = 0.0, 0.0, 0.0

    def _mark(self, epochs: Floats, values: Floats, left: float, scale: float) -> None:
        """Draw the dot at the last finite value, or at the end of the axis next to it."""
        last = np.array([len(values) - 1])
        if not math.isfinite(values[-1]):
            last = np.flatnonzero(np.isfinite(values))[-1:]
        self._dot.set_data(epochs[last], values[last])
        if len(last):
            _, low, high = self._limits
            y = self._rows(np.clip(values[last], low, high))
            x = left + epochs[last] * scale
            self._dot.trace(np.append(x, x + 0.01), np.append(y, y))

    def _joint_range(self, every: list[Floats]) -> tuple[float, float]:
        """Choose both ends of an axis on which the values of each run can be read."""
        told = [values for values in every if np.isfinite(values).any()]
        lows, highs = zip(*map(self._range, told or every[:1]), strict=True)
        return min(lows), max(highs)

    def _range(self, values: Floats) -> tuple[float, float]:
        """Choose both ends of the y axis, of which an outlier takes no notice.

        Within are values up to ten times as large as the first, or the middle one.
        """
        finite = values[np.isfinite(values)]
        if self._measure.is_share or not finite.any():
            return 0.0, 1.0
        sizes = np.abs(finite)
        most = _OUTLIER * max(sizes[0], np.sort(sizes)[len(sizes) // 2])
        within = finite[sizes <= most] if most else finite
        lowest, highest = float(within.min()), float(within.max())
        bottom = -round_up(-lowest) if lowest < 0 else 0.0
        return bottom, round_up(highest) if highest > 0 else 0.0

    def _scale(self, end: float, bottom: float, top: float) -> None:
        if (end, bottom, top) == self._limits:
            return
        self._limits = end, bottom, top
        self._axes.set(xlim=(0, end), ylim=(bottom, top))
        for value, tick in zip((bottom, top), self._ticks, strict=True):
            text = f"{value:.0%}" if self._measure.is_share else f"{value:g}"
            tick.show(text, self._canvas.theme.faint)

    def _rows(self, values: Floats) -> Floats:
        """Find the rows of values; those out of scale are a little out of the box."""
        _, low, high = self._limits
        near = np.clip(values, 2 * low - high, 2 * high - low)
        share = (near - low) / (high - low)
        return np.asarray(self._box.bottom - 0.5 - share * (self._box.height - 1))

    def _show(self, value: float, held_out: Floats) -> None:
        theme, say = self._canvas.theme, self._measure.say
        words = [say(value), *map(say, held_out.tolist())]
        broken = not math.isfinite(value)
        if self._measure.is_share and math.isnan(value):  # a share of nothing
            words[0], broken = "–", False
        self._value.show(words[0], theme.wrong if broken else self._colour)
        fits = self._has_other and max(map(len, words)) <= len(_USUAL)
        has_other = len(words) > 1 and fits
        self._word.show("held-out" if has_other and self._has_word else "", theme.dim)
        self._other.show(words[-1] if has_other else "", theme.dim)


def wipe(canvas: Canvas, label: Label) -> None:
    """Take a label off the frame, and off its base where it was part of that."""
    box = label.box
    label.show("", canvas.theme.dim)
    if box is not None:
        canvas.base[box.slices][..., :3] = canvas.theme.background


def round_up(value: float) -> float:
    """Choose the end of an axis: a round number a little above a value above 0."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(n * power for n in _ROUND if n * power >= value)


def _finite(values: Floats) -> Floats:
    """Break a line where it has no place: at NaN, and at infinity."""
    return np.where(np.isfinite(values), values, np.nan)
