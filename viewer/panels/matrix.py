"""A confusion matrix: a row for each true class, a column for each decision."""

import numpy as np
from numpy.typing import NDArray

from viewer.confusion import Counts
from viewer.layout import Box
from viewer.number import short
from viewer.paint.canvas import Canvas
from viewer.paint.cells import Cells, blends
from viewer.paint.text import Label, width

_STEPS = 64  # of brightness
_STRONGEST = 0.62  # of the colour, so that numbers over it can be read
_NUMBERS_FROM = 13  # pixels of a cell at 720 lines
_LINES_FROM = 5  # pixels of a cell


class Matrix:
    """Cells as bright as the share of their row, with their counts where they fit."""

    def __init__(self, canvas: Canvas, box: Box, rows: int) -> None:
        """Lay out the cells in whole pixels, at the top left of a square box."""
        self._canvas = canvas
        self._cell = cell = max(min(box.width, box.height) // rows, 1)
        self._rows = rows
        side = cell * rows
        self.box = Box(box.left, box.top, box.left + side, box.top + side)
        theme = canvas.theme
        right, wrong = (
            blends(theme.panel, colour, _STEPS) * _STRONGEST
            + np.array(theme.panel) * (1 - _STRONGEST)
            for colour in (theme.correct, theme.wrong)
        )
        colours = np.rint(np.concatenate([right, wrong])).astype(np.uint8)
        self._cells = Cells(canvas, self.box, (rows, rows), colours)
        self._style = canvas.style(8.5)
        self._labels: list[Label] = []
        if cell >= canvas.layout.px(_NUMBERS_FROM):
            places = self.box.left + (np.arange(rows) + 0.5) * cell
            lines = self.box.top + (np.arange(rows) + 0.5) * cell
            self._labels = [
                canvas.label(x, y, self._style, align="center")
                for y in lines
                for x in places
            ]

    def paint(self, counts: Counts) -> None:
        """Paint counts, shape (rows, rows)."""
        for label in self._labels:
            label.show("", self._canvas.theme.ink)
        self._cells.paint(_levels(counts))
        self._paint_lines()
        texts = [short(count) if count else "" for count in counts.ravel().tolist()]
        fits = all(width(text, self._style) <= self._cell - 3 for text in texts)
        if not fits:
            return
        for label, text in zip(self._labels, texts, strict=False):
            label.show(text, self._canvas.theme.ink)

    def _paint_lines(self) -> None:
        if self._cell < _LINES_FROM:
            return
        ground, box = self._canvas.theme.background, self.box
        thick = max(round(self._canvas.layout.px(1)), 1)
        for k in range(1, self._rows):
            at = k * self._cell - thick // 2
            row, column = box.top + at, box.left + at
            pixels = self._canvas.pixels
            pixels[row : row + thick, box.left : box.right, :3] = ground
            pixels[box.top : box.bottom, column : column + thick, :3] = ground

    def at(self, x: float, y: float) -> tuple[int, int] | None:
        """Find the row and the column of the cell at a pixel."""
        box = self.box
        if not (box.left <= x < box.right and box.top <= y < box.bottom):
            return None
        return int((y - box.top) // self._cell), int((x - box.left) // self._cell)


def _levels(counts: Counts) -> NDArray[np.intp]:
    """Number the colour of each cell; the root of its share shows few ones, too."""
    known = np.nan_to_num(np.asarray(counts, np.float64), posinf=0, neginf=0)
    known = np.maximum(known, 0)
    share = known / np.maximum(known.sum(axis=1, keepdims=True), 1e-12)
    levels = np.rint(np.sqrt(share) * (_STEPS - 1)).astype(np.intp)
    wrong = ~np.eye(len(levels), dtype=bool)
    return np.asarray(levels + _STEPS * wrong, np.intp)
