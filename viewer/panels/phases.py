"""The phase track: what is going on now, and how far it is."""

from itertools import pairwise

import numpy as np

from protocol.messages import Manifest
from viewer.cue import Phase, cycle_of
from viewer.layout import Box
from viewer.paint.canvas import Canvas
from viewer.paint.shapes import bar, disc
from viewer.paint.text import Label, Style, longest_that_fits, width
from viewer.scene import Scene

# What the light that runs through the edges shows, in wordings ever shorter.
_LIGHT = {
    Phase.FORWARD: ["light: |weight × activation|", "|weight × activation|"],
    Phase.BACKWARD: [
        "light: change of the weights",
        "change of the weights",
        "weight change",
    ],
}


def wants(manifest: Manifest) -> bool:
    """Show how far the light is in all runs but those that make layer after layer."""
    return manifest.axis != "layer"


class PhasesPanel:
    """A line from the first layer to the last with a dot on it."""

    def __init__(self, canvas: Canvas, manifest: Manifest) -> None:
        self._canvas = canvas
        layout = canvas.layout
        track = layout.track
        self._left, self._right, self._y = track.left, track.right, track.top
        self._labels: dict[Phase, Label] = {}
        self._lights: list[tuple[Label, str]] = []
        self._has_edges = any(spec.kind == "weights" for spec in manifest.arrays)
        cycle = cycle_of(manifest)
        # Where nothing runs back, the coming of the next example is no phase to name.
        self._end = 1.0 if cycle.runs_back else cycle.rest
        borders = [border for border in cycle.borders if border <= self._end]
        for phase, (start, end) in zip(cycle.phases, pairwise(borders), strict=False):
            self._name(phase, self._x(start), self._x(end))
        self._borders = borders[1:-1]
        reach = round(layout.px(6)) + 1
        self._box = Box(
            self._left - reach, self._y - reach, self._right + reach, self._y + reach
        )
        self._passed = np.empty((0, 0, 4), np.uint8)  # the box, all of the line passed
        self._shown = -1

    def _name(self, phase: Phase, left: float, right: float) -> None:
        """Place the name of a phase, and what its light means where that fits."""
        canvas, layout = self._canvas, self._canvas.layout
        style, small, y = canvas.style(10), canvas.style(9), layout.track.bottom
        if phase not in _LIGHT:
            middle = (left + right) / 2
            self._labels[phase] = canvas.label(middle, y, style, align="center")
            return
        gap = layout.px(10)
        name = width(phase, Style(style.size, bold=True))
        room = right - left - name - 4 * gap
        words = longest_that_fits(_LIGHT[phase], small, room) if self._has_edges else ""
        whole = name + (gap + width(words, small) if words else 0)
        start = (left + right - whole) / 2
        self._labels[phase] = canvas.label(start, y, style)
        self._lights.append((canvas.label(start + name + gap, y, small), words))

    def _x(self, share: float) -> float:
        return self._left + (self._right - self._left) * min(share / self._end, 1.0)

    def prepare(self) -> None:
        """Paint the empty line and the borders between phases."""
        canvas, thin = self._canvas, self._canvas.layout.px(1.2)
        rect = self._left, self._y - thin, self._right, self._y + thin
        bar(canvas.pixels, rect, canvas.theme.dim)
        self._passed = canvas.pixels[self._box.slices].copy()
        bar(canvas.pixels, rect, canvas.theme.hairline)
        for border in self._borders:
            radius = canvas.layout.px(2.2)
            disc(canvas.pixels, (self._x(border), self._y), radius, canvas.theme.faint)
        for label, words in self._lights:
            label.show(words, canvas.theme.faint)

    def paint(self, scene: Scene) -> None:
        """Paint the dot and the name of the phase."""
        canvas, theme, now = self._canvas, self._canvas.theme, scene.cue.phase
        for phase, label in self._labels.items():
            current = phase is now
            label.show(phase, theme.ink if current else theme.faint, bold=current)
        x = round(self._x(scene.cue.fraction))
        if x == self._shown:
            return
        self._shown = x
        canvas.restore(self._box)
        passed = x - self._box.left
        canvas.pixels[self._box.slices][:, :passed] = self._passed[:, :passed]
        disc(canvas.pixels, (x, self._y), canvas.layout.px(4.5), theme.ink)
