"""Outputs that are plain numbers: each with its value and a bar from 0."""

import numpy as np

from protocol.messages import Manifest, Snapshot
from viewer.arrival import Floats, arrived, between
from viewer.cue import Phase
from viewer.detail import Detail, is_drawable
from viewer.geometry import Geometry
from viewer.head import is_likelihood, names_of
from viewer.layout import Box
from viewer.number import brief
from viewer.paint.canvas import Canvas
from viewer.paint.shapes import bar
from viewer.paint.text import longest_that_fits
from viewer.scene import Scene

_NARROWEST = 18  # pixels at 720 lines between two rows that can still be read
_LARGEST = 10  # listed where there are more outputs than rows
_PITCH = 34  # pixels at 720 lines from row to row, where there is room


def wants(manifest: Manifest) -> bool:
    """Write the outputs of what is no classifier."""
    return is_drawable(manifest) and not is_likelihood(manifest)


class ValueRow:
    """One number: its name, itself, and a bar from 0 in the middle."""

    def __init__(self, canvas: Canvas, place: Box, *, has_bar: bool) -> None:
        """Lay out a row in the middle of a place."""
        unit = min(canvas.layout.scale, place.height / _PITCH)
        size = 12 * unit / canvas.layout.scale
        y = (place.top + place.bottom) / 2
        text = y - 7 * unit if has_bar else y
        number = canvas.style(size, bold=True, mono=True)
        room = place.width - canvas.layout.px(90)
        self._canvas, self._has_bar = canvas, has_bar
        self._style, self._room = canvas.style(size), room
        self._name = canvas.label(place.left, text, self._style, room=room)
        self._number = canvas.label(place.right, text, number, align="right")
        self._bar = place.left, y + 7 * unit, place.right, y + 11 * unit
        self._shown: int | None = None

    def paint(self, name: str, value: float, share: float, *, is_new: bool) -> None:
        """Paint a number and its share, -1 to 1, of the largest; old ones are dim."""
        theme = self._canvas.theme
        number = name.rpartition(" ")[2]  # tells more than the beginning of the name
        wordings = [name, number] if number.isdecimal() else [name]
        fitting = longest_that_fits(wordings, self._style, self._room)
        self._name.show(fitting or name, theme.dim)
        self._number.show(brief(value), theme.ink if is_new else theme.dim)
        left, top, right, bottom = self._bar
        length = round((right - left) / 2 * (share if np.isfinite(share) else 0.0))
        if not self._has_bar or length == self._shown:
            return
        self._shown = length
        area = Box(int(left) - 1, int(top) - 1, int(right) + 1, int(bottom) + 2)
        self._canvas.restore(area)
        bar(self._canvas.pixels, self._bar, theme.hairline)
        if length:
            ends = sorted(((left + right) / 2, (left + right) / 2 + length))
            colour = theme.positive if length > 0 else theme.negative
            bar(self._canvas.pixels, (ends[0], top, ends[1], bottom), colour)


class ValuesPanel:
    """A row for each output beside its unit, or for the largest of very many."""

    def __init__(self, canvas: Canvas, manifest: Manifest) -> None:
        layout, last = canvas.layout, manifest.layers[-1]
        self._last = len(manifest.layers) - 1
        self._names = names_of(manifest)
        box, layers = layout.classes, Detail(manifest).layers
        geometry = Geometry(layout.network, layout.scale, layers, layout.height)
        middles = geometry.columns[-1].y
        pitch = float(middles[1] - middles[0]) if len(middles) > 1 else box.height
        is_apart = box != layout.network or pitch < layout.px(_NARROWEST)
        if is_apart:
            pitch = layout.px(_PITCH)
            listed = min(max(int(box.height / pitch), 1), _LARGEST, last.units)
            middles = box.top + pitch * (np.arange(listed) + 0.5)
        self._is_ranked = len(middles) < last.units
        pitch = min(pitch, 1.2 * layout.px(_PITCH))
        left, right = layout.outputs
        places = [
            Box(left, round(y - pitch / 2), right, round(y + pitch / 2))
            for y in middles
        ]
        has_bars = last.units > 1
        self._rows = [ValueRow(canvas, place, has_bar=has_bars) for place in places]

    def prepare(self) -> None:
        """Nothing here stays the same."""

    def paint(self, scene: Scene) -> None:
        """Paint the numbers: the old ones, dim, until the light has arrived."""
        values = new = values_of(scene.snapshot, self._last)
        come = arrived(scene)
        if come < 1 and scene.cue.phase is Phase.FORWARD:
            old = scene.previous
            before = (
                np.zeros_like(values) if old is None else values_of(old, self._last)
            )
            values = between(before, new, come)
            new = new if come > 0.5 else before
        largest = _largest(values)
        for index, row in zip(self._listed(new), self._rows, strict=True):
            value, name = float(values[index]), self._names[index]
            row.paint(name, value, value / largest, is_new=come > 0.5)

    def _listed(self, values: Floats) -> list[int]:
        """Choose the outputs to list: all in their order, or the largest first."""
        if not self._is_ranked:
            return list(range(len(values)))
        sizes = np.abs(np.nan_to_num(values))
        order = np.argsort(-sizes, kind="stable")
        return [int(index) for index in order[: len(self._rows)]]


def values_of(snapshot: Snapshot, layer: int) -> Floats:
    """Give the activations of a layer, shape (units,)."""
    return snapshot.arrays["activation", layer].ravel().astype(np.float64)


def _largest(values: Floats) -> float:
    finite = np.abs(values[np.isfinite(values)])
    return max(float(finite.max(initial=0)), 1e-12)
