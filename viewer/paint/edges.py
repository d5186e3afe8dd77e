"""The edges between two layers, as light or ink added up pixel by pixel.

How it works: every edge crosses each column between its two units once, at a height
that is a closed formula, a quintic S-curve. So an edge is a thickness at one height a
column: a run of rows covered in full but for its two ends. What is covered is found
once; each picture of the same edges, lit differently, is one `bincount` over it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from viewer.easing import ease

Floats = NDArray[np.floating]
Floats32 = NDArray[np.float32]
Indices = NDArray[np.integer]
_MOST_ROWS = 24  # that an edge may cover in one column


@dataclass(frozen=True, eq=False)
class Curves:
    """Where edges run.

    Attributes:
        x: Shape (edges, 2), columns of their two ends, the left one first.
        y: The same, rows.
        width: Shape (edges,), pixels.
    """

    x: Floats
    y: Floats
    width: Floats


@dataclass(frozen=True, eq=False)
class Coverage:
    """Which pixels of a picture edges cover; an entry for each edge and pixel.

    Attributes:
        edge: Shape (entries,), number of the edge.
        row: The same, row of the pixel; may lie outside of the picture.
        column: The same, column.
        amount: The same, how much of the pixel is covered, 0 to 1.
    """

    edge: Indices
    row: Indices
    column: Indices
    amount: Floats32

    def within(self, first: int, last: int) -> "Coverage":
        """Leave out all columns but those from `first` to before `last`."""
        inside = np.flatnonzero((self.column >= first) & (self.column < last))
        column = self.column[inside] - first
        return Coverage(
            self.edge[inside], self.row[inside], column, self.amount[inside]
        )

    def density(
        self, lights: Floats, channel: Indices, shape: tuple[int, int, int]
    ) -> list[Floats32]:
        """Add up the light of all edges at each pixel.

        Args:
            lights: Shape (pictures, edges): how much each shines in each picture.
            channel: Shape (edges,): which of the channels it shines in.
            shape: Channels, rows and columns of a picture.

        Returns:
            Pictures of that shape.
        """
        channels, rows, columns = shape
        pixel = (
            np.clip(self.row, -1, rows)
            + (channel * (rows + 2) + 1).astype(np.int32)[self.edge]
        )
        pixel = (pixel * columns + self.column).astype(np.intp)
        size = channels * (rows + 2) * columns
        pictures = []
        for light in lights.astype(np.float32):
            total = np.bincount(pixel, self.amount * light[self.edge], minlength=size)
            image = total.reshape(channels, rows + 2, columns)[:, 1:-1]
            pictures.append(image.astype(np.float32))
        return pictures


def cover(curves: Curves, left: int, columns: int) -> Coverage:
    """Find what edges cover of so many columns from `left` on."""
    edge, first, length, thickness, column = _runs(curves, left, columns)
    row = np.floor(first)
    start = first - row
    end = start + length
    row, found = row.astype(np.int32), []
    for below in range(max(int(np.ceil(end.max(initial=0))), 1)):
        if below:
            long = np.flatnonzero(end > below)
            edge, row, column = edge[long], row[long] + 1, column[long]
            end, thickness = end[long], thickness[long]
            start = np.maximum(start[long], below)
        share = np.minimum(end, below + 1) - start
        found.append((edge, row, column, share * thickness))
    return Coverage(*(np.concatenate(parts) for parts in zip(*found, strict=True)))


def _runs(
    curves: Curves, left: int, columns: int
) -> tuple[Indices, Floats32, Floats32, Floats32, Indices]:
    """Find for each edge and column it crosses: edge, first row, rows, density, column.

    The density is below 1 for edges thinner than a pixel: a faint line a pixel wide.
    """
    x, y = curves.x.astype(np.float32), curves.y.astype(np.float32)
    start, reach = x[:, :1], np.maximum(np.diff(x, axis=1), 1)  # (edges, 1)
    at = np.arange(left, left + columns, dtype=np.float32)
    found = np.nonzero((at >= start) & (at <= x[:, 1:]))
    edge, column = (numbers.astype(np.int32) for numbers in found)
    t = ((at - start) / reach)[edge, column]
    rise = np.diff(y, axis=1)[:, 0]
    bend = t * (1 - t)
    slope = (30 * rise / reach[:, 0])[edge] * bend * bend
    thick = curves.width.astype(np.float32)[edge] * np.sqrt(1 + slope * slope)
    thick = np.clip(thick, np.float32(0.35), np.float32(_MOST_ROWS - 2))
    length = np.maximum(thick, 1)
    first = y[edge, 0] + rise[edge] * ease(t) + np.float32(0.5) - length / 2
    thickness = np.asarray(thick / length, np.float32)
    return edge, first, length, thickness, column
