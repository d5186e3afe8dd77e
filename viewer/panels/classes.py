"""The classes of a class map: colour, name and share of each, and of no class."""

import numpy as np

from protocol.messages import Manifest
from viewer.layout import Box
from viewer.paint.canvas import Canvas
from viewer.paint.shapes import bar
from viewer.paint.text import longest_that_fits, width
from viewer.palette import Colour
from viewer.plane import plane_of
from viewer.scene import Scene

_MOST = 12  # classes that have a row each
_PITCH = 52  # pixels at 720 lines from row to row, where there is room


def wants(manifest: Manifest) -> bool:
    """Explain the colours of a class map."""
    return plane_of(manifest) is not None


class ShareRow:
    """One class: a square of its colour, its name, its share as number and bar."""

    def __init__(self, canvas: Canvas, y: float, pitch: float) -> None:
        layout, box = canvas.layout, canvas.layout.plane_classes
        unit = min(layout.scale, pitch / _PITCH)
        size = 13.5 * unit / layout.scale
        number = canvas.style(size, mono=True)
        inset = round(20 * unit)
        room = box.width - inset - width("100.0%", number) - layout.px(8)
        self._canvas = canvas
        self._label = canvas.label(
            box.left + inset, y, canvas.style(size), room=max(room, 1)
        )
        self._percent = canvas.label(box.right, y, number, align="right")
        side = max(round(10 * unit), 3)
        top = round(y - side / 2)
        self._swatch = Box(box.left, top, box.left + side, top + side)
        middle, half = y + 17 * unit, max(2.5 * unit, 1.0)
        self._bar = box.left, middle - half, box.right, middle + half
        self._shown: tuple[int, Colour] | None = None

    def paint(self, name: str, share: float, colours: tuple[Colour, Colour]) -> None:
        """Paint a class and its share; colours of its cells and of the bar."""
        theme = self._canvas.theme
        cells, filled = colours
        self._label.show(name, theme.ink)
        self._percent.show(f"{share:.1%}", theme.ink)
        left, top, right, bottom = self._bar
        length = round((right - left) * share)
        if (length, cells) == self._shown:
            return
        self._shown = length, cells
        pixels, swatch = self._canvas.pixels, self._swatch
        rim = Box(swatch.left - 1, swatch.top - 1, swatch.right + 1, swatch.bottom + 1)
        pixels[rim.slices][..., :3] = theme.ring
        pixels[swatch.slices][..., :3] = cells
        area = Box(int(left) - 1, int(top) - 1, int(right) + 1, int(bottom) + 2)
        self._canvas.restore(area)
        bar(pixels, self._bar, theme.hairline)
        if share > 0.002:
            bar(pixels, (left, top, left + max(length, bottom - top), bottom), filled)


class ClassesPanel:
    """A row for each class, or for the largest of very many, and one for no class."""

    def __init__(self, canvas: Canvas, manifest: Manifest) -> None:
        plane = plane_of(manifest)
        assert plane is not None, "only what wants() chose is made"
        self._canvas = canvas
        self._plane = plane
        count = len(plane.classes)
        self._colours = canvas.theme.class_colours(plane.classes)
        self._ranked = count > _MOST
        rows = min(count, _MOST) + self._ranked + 1
        layout, box = canvas.layout, canvas.layout.plane_classes
        top = box.top + layout.px(30)
        pitch = min(layout.px(_PITCH), (box.bottom - top) / (rows - 0.5))
        self._rows = [ShareRow(canvas, top + k * pitch, pitch) for k in range(rows)]
        self._shown = 0

    def prepare(self) -> None:
        """Paint what the rows are."""
        canvas, box = self._canvas, self._canvas.layout.plane_classes
        style = canvas.style(10.5)
        canvas.label(box.left, box.top, style).show("class", canvas.theme.dim)
        room = box.width - width("class  ", style)
        words = longest_that_fits(["share of the plane", "share"], style, room)
        right = canvas.label(box.right, box.top, style, align="right")
        right.show(words, canvas.theme.faint)

    def paint(self, scene: Scene) -> None:
        """Paint the rows of the layer shown."""
        if scene.snapshot.seq == self._shown:
            return
        self._shown = scene.snapshot.seq
        counts = self._plane.counts(self._plane.cells(scene.snapshot))
        shares = counts / max(counts.sum(), 1)
        known, rest = shares[:-1], float(shares[-1])
        order = np.argsort(-known, kind="stable") if self._ranked else range(len(known))
        listed = [int(k) for k in order][:_MOST]
        for label, row in zip(listed, self._rows, strict=False):
            colour = self._colours[label]
            row.paint(self._plane.classes[label], float(known[label]), (colour, colour))
        self._paint_rest(1 - rest - float(known[listed].sum()), rest)

    def _paint_rest(self, others: float, unclassified: float) -> None:
        theme = self._canvas.theme
        if self._ranked:
            count = len(self._colours) - _MOST
            name = f"{count} other{'' if count == 1 else 's'}"
            self._rows[-2].paint(name, max(others, 0.0), (theme.background, theme.dim))
        colours = theme.unclassified, theme.dim
        self._rows[-1].paint("unclassified", unclassified, colours)
