"""The classes: probability and bar of each, which one is the label, the verdict."""

import numpy as np

from protocol.messages import Manifest, Snapshot
from viewer.arrival import Floats, arrived, between
from viewer.cue import Phase
from viewer.detail import Detail, is_drawable
from viewer.geometry import Geometry
from viewer.layout import Box
from viewer.number import percent
from viewer.paint.canvas import Canvas
from viewer.paint.shapes import bar
from viewer.palette import Colour
from viewer.scene import Scene

_NARROWEST = 18  # pixels at 720 lines between two rows that can still be read
_LIKELIEST = 10  # listed where there are more classes than rows
_LETTERS = 7  # pixels from the middle of the smallest letters to what is below
_ROOMY = 32  # pixels at 720 lines between two of them
_APART = 96  # between the two classes of one output


def wants(manifest: Manifest) -> bool:
    """List the classes of a classifier."""
    return is_drawable(manifest) and (
        len(manifest.classes) == manifest.layers[-1].units or is_binary(manifest)
    )


def is_binary(manifest: Manifest) -> bool:
    """Whether the one output is the probability of the second of two classes."""
    last = manifest.layers[-1]
    is_one = last.units == 1 and len(manifest.classes) == 2
    return is_one and last.activation == "sigmoid"


class ClassRow:
    """One class: name, probability, bar, and a mark if it is the label."""

    def __init__(self, canvas: Canvas, y: float, pitch: float) -> None:
        layout = canvas.layout
        left, right = layout.outputs
        unit = min(layout.scale, pitch / 52)
        size = 13.5 * unit / layout.scale
        self._canvas = canvas
        self._tight = pitch < 56 * unit  # no room for the verdict below the bar
        number = canvas.style(size, mono=True)
        room = right - left - layout.px(64)
        middle, half = y + 2.5 * unit, 3 * unit
        self._bar = left, middle - half, right, middle + half
        # The smallest letters do not shrink with the rows: they keep off the bar.
        above = min(y - 14 * unit, middle - half - _LETTERS)
        self._label = canvas.label(left, above, canvas.style(size), room=room)
        self._percent = canvas.label(right, above, number, align="right")
        self._verdict = canvas.label(
            left, y + 19 * unit, canvas.style(10 * unit / layout.scale)
        )
        self._shown: tuple[int, Colour] | None = None

    def prepare(self) -> None:
        """Paint the empty bar."""
        bar(self._canvas.pixels, self._bar, self._canvas.theme.hairline)

    def paint(
        self, name: str, share: float, colours: tuple[Colour, Colour], verdict: str
    ) -> None:
        """Paint a class and its probability; colours of the words and of the bar."""
        words, filled = colours
        theme, finite = self._canvas.theme, bool(np.isfinite(share))
        bold = words == theme.ink
        inline = verdict[:1] if self._tight and verdict else ""
        self._label.show(f"{inline} {name}".strip(), words, bold=bold)
        number = words if finite else theme.wrong
        self._percent.show(percent(share), number, bold=bold)
        self._verdict.show("" if self._tight else verdict, filled)
        left, top, right, bottom = self._bar
        length = round((right - left) * share) if finite else 0
        if (length, filled) == self._shown:
            return
        self._shown = length, filled
        area = Box(left - 1, int(top) - 1, right + 1, int(bottom) + 2)
        self._canvas.restore(area)
        if length > 0:
            end = left + max(float(length), bottom - top)
            bar(self._canvas.pixels, (left, top, end, bottom), filled)


class OutputsPanel:
    """A row for each class beside its unit, or for the likeliest of very many."""

    def __init__(self, canvas: Canvas, manifest: Manifest) -> None:
        self._canvas = canvas
        self._last = len(manifest.layers) - 1
        self._classes = manifest.classes
        self._is_binary = is_binary(manifest)
        is_sigmoid = manifest.layers[-1].activation == "sigmoid"
        self._is_each = is_sigmoid and not self._is_binary
        box = canvas.layout.classes
        rows = _rows(canvas, manifest)
        if self._is_binary:
            apart = canvas.layout.px(_APART)
            rows = rows[0] + np.array([-apart, apart]) / 2
        pitch = float(rows[1] - rows[0]) if len(rows) > 1 else float(box.height)
        self._ranked = box != canvas.layout.network
        self._ranked |= pitch < canvas.layout.px(_NARROWEST)
        if self._ranked:
            listed = min(int(box.height / canvas.layout.px(_ROOMY)), _LIKELIEST)
            pitch = box.height / listed
            listed = min(listed, len(self._classes))
            rows = box.top + pitch * (np.arange(listed) + 0.5)
        self._rows = [ClassRow(canvas, float(y), pitch) for y in rows]

    def prepare(self) -> None:
        """Paint empty bars."""
        for row in self._rows:
            row.prepare()

    def paint(self, scene: Scene) -> None:
        """Paint the rows: the old values, dim, until the wave has arrived."""
        probabilities = new = self._probabilities(scene.snapshot)
        label = scene.snapshot.probe.label
        come = arrived(scene)
        has_come = come > 0.5
        if come < 1 and scene.cue.phase is Phase.FORWARD:
            before = self._probabilities(scene.previous)
            probabilities = between(before, new, come)
            new = new if has_come else before
        chosen = self._chosen(new) if has_come else set()
        if not has_come or not (chosen or self._is_each):
            label = None
        for index, row in zip(self._listed(new), self._rows, strict=False):
            colours = self._colours(index, chosen, label)
            verdict = self._verdict(index, chosen, label)
            share = float(probabilities[index])
            row.paint(self._classes[index], share, colours, verdict)

    def _listed(self, probabilities: Floats) -> list[int]:
        """Choose the classes to list: all in their order, or the likeliest first."""
        if not self._ranked:
            return list(range(len(self._classes)))
        known = np.nan_to_num(probabilities)
        order = np.argsort(-known, kind="stable")
        return [int(index) for index in order[: len(self._rows)]]

    def _chosen(self, probabilities: Floats) -> set[int]:
        """Find the classes that the network chooses; none where it cannot choose."""
        if self._is_each:  # no class excludes another one
            return set(np.flatnonzero(probabilities >= 0.5).tolist())
        if not np.isfinite(probabilities).all():
            return set()
        return {int(probabilities.argmax())}

    def _colours(
        self, index: int, chosen: set[int], label: int | None
    ) -> tuple[Colour, Colour]:
        theme = self._canvas.theme
        if index not in chosen:
            return theme.dim, theme.dim
        right = theme.correct if index == label else theme.wrong
        return theme.ink, theme.dim if label is None else right

    @staticmethod
    def _verdict(index: int, chosen: set[int], label: int | None) -> str:
        """Mark the classes chosen and the label by glyphs, for all eyes."""
        if label is None or index not in {label, *chosen}:
            return ""
        if index not in chosen:
            return "← label"
        return "✓ label" if index == label else "✗ not the label"

    def _probabilities(self, snapshot: Snapshot | None) -> Floats:
        if snapshot is None:
            return np.zeros(len(self._classes))
        found = snapshot.arrays["activation", self._last].astype(np.float64)
        known = np.where(np.isfinite(found), np.clip(found, 0, 1), found)
        return np.append(1 - known, known) if self._is_binary else known


def _rows(canvas: Canvas, manifest: Manifest) -> Floats:
    """Find the rows of the output units."""
    layout = canvas.layout
    layers = Detail(manifest).layers
    geometry = Geometry(layout.network, layout.scale, layers, layout.height)
    return geometry.columns[-1].y
