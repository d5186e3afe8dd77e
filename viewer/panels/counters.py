"""The numbers at the right end of the header: where the run is, and how fast."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from math import isfinite

import numpy as np

from protocol.messages import Manifest
from viewer.axis import axis_of
from viewer.number import brief, exponential, in_seven, short
from viewer.paint.canvas import Canvas
from viewer.paint.text import Label, Style, width
from viewer.panels.curves import Shown, measures
from viewer.scene import Scene
from viewer.told import is_rare, is_told, others_of

_NONE = "–"  # where there is no value yet


@dataclass(frozen=True, slots=True)
class Counter:
    """One number and its name.

    Attributes:
        name: Written before it.
        widest: The longest text that it may need.
        say: Writes it.
        metric: Which may have a curve instead; "" where it never has.
    """

    name: str
    widest: str
    say: Callable[[Scene], str]
    metric: str = ""


class Counters:
    """A row of counters that ends at the right margin."""

    def __init__(
        self, canvas: Canvas, manifest: Manifest, y: float, end: float
    ) -> None:
        """Place as many as there is room for.

        Args:
            canvas: The frame.
            manifest: What the run is.
            y: Row of their middles.
            end: Column where the title ends; only the first counters go over it.
        """
        self._canvas, self._y, self._curves = canvas, y, Shown(manifest)
        self._shown = always_of(manifest)
        for counter in also_of(manifest):
            if self._left_of([*self._shown, counter]) < end:
                break
            self._shown.append(counter)
        self._labels: list[tuple[Label, Label]] = []
        x = float(canvas.layout.margins[1])
        for counter in reversed(self._shown):
            self._labels.append(self._place(counter, x))
            x -= self._width(counter)
        self._labels.reverse()
        self.left = x

    def _left_of(self, counters: list[Counter]) -> float:
        return self._canvas.layout.margins[1] - sum(map(self._width, counters))

    def _width(self, counter: Counter) -> float:
        number, word = self._styles
        letters = width(counter.widest, number) + width(counter.name, word)
        return letters + self._canvas.layout.px(24)

    @property
    def _styles(self) -> tuple[Style, Style]:
        canvas = self._canvas
        return canvas.style(13, bold=True, mono=True), canvas.style(10.5)

    def _place(self, counter: Counter, right: float) -> tuple[Label, Label]:
        number, word = self._styles
        canvas = self._canvas
        at = right - width(counter.widest, number) - canvas.layout.px(4)
        name = canvas.label(at, self._y, word, align="right")
        return name, canvas.label(right, self._y, number, align="right")

    def prepare(self) -> None:
        """Paint the names."""
        for counter, (name, _) in zip(self._shown, self._labels, strict=True):
            name.show(counter.name, self._canvas.theme.dim)

    def paint(self, scene: Scene) -> None:
        """Paint the numbers; what has a curve is not told twice."""
        theme = self._canvas.theme
        drawn = {measure.metric for measure in self._curves.of(scene)}
        for counter, (name, number) in zip(self._shown, self._labels, strict=True):
            is_drawn = counter.metric in drawn
            name.show("" if is_drawn else counter.name, theme.dim)
            number.show("" if is_drawn else counter.say(scene), theme.ink)


def always_of(manifest: Manifest) -> list[Counter]:
    """List the counters that every picture has, from left to right."""
    planned, axis = manifest.epochs, axis_of(manifest)
    place = f"{planned}/{planned}" if planned > 999 else "000000000"
    found = [Counter(axis, place, _place)]
    if axis == "epoch":
        found.append(Counter("step", "0000000", _step))
    if manifest.axis != "example":  # there each snapshot is an example
        found.append(Counter("snapshot", "000000", _snapshot))
    return found


def also_of(manifest: Manifest) -> list[Counter]:
    """List the counters for which there may be room, the most interesting first."""
    known = {
        "examples_per_second": Counter("examples/s", "000.0k", _speed),
        "learning_rate": Counter("learning rate", "0.0e−00", _rate),
    }
    usual = {measure.metric for measure in measures(manifest)}
    others = [
        Counter(name, "−0.0e−00", partial(_value, name), name)
        for name in others_of(manifest)
        if name not in usual
    ]
    return others + [known[name] for name in known if name in manifest.metrics]


def _place(scene: Scene) -> str:
    planned = scene.manifest.epochs
    return f"{scene.epoch}/{planned}" if planned else f"{scene.epoch}"


def _step(scene: Scene) -> str:
    return in_seven(scene.snapshot.step)


def _snapshot(scene: Scene) -> str:
    return in_seven(scene.snapshot.seq)


def _value(name: str, scene: Scene) -> str:
    _, values = scene.metric(name)
    told = values[np.isfinite(values)] if is_rare(values) else values
    return brief(float(told[-1])) if len(told) and is_told(told) else _NONE


def _speed(scene: Scene) -> str:
    value = scene.newest("examples_per_second")
    return short(value) if isfinite(value) else _NONE


def _rate(scene: Scene) -> str:
    value = scene.newest("learning_rate")
    return exponential(value) if isfinite(value) else _NONE
