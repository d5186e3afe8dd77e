"""Pen paths to pictures: ink on a grid of pixels."""

import numpy as np
from numpy.typing import NDArray

from trainer.datasets.dataset import Pictures

# Cells along the side of a pixel. Two are enough: a finer grid made no difference to
# what is learned from the pictures and costs twice the time.
FINE = 2


def rasterize(
    points: NDArray[np.float64],
    radii: NDArray[np.float64],
    shape: tuple[int, int],
) -> Pictures:
    """Stamp a disc of ink at every point.

    How it works: pixels are cut into FINE x FINE cells. A disc covers the cells whose
    distance to its middle is below its radius. Points are sorted by radius, so that all
    discs that reach one given cell offset are the tail of the list: one slice and one
    write an offset, whatever the number of pictures.

    Args:
        points: (x, y) in pixels, the first pixel's middle at 0; shape (n, points, 2).
            What is outside the picture, or NaN, leaves no ink.
        radii: In pixels, shape (n, points).
        shape: (height, width) of the pictures.

    Returns:
        The inked share of each pixel, shape (n, height, width), 0 to 1.
    """
    count, along = radii.shape
    height, width = shape
    reach = int(np.ceil(radii.max(initial=0) * FINE)) + 1
    rows, columns = height * FINE + 2 * reach, width * FINE + 2 * reach
    cells = np.rint(points * FINE + (FINE - 1) / 2)
    inside = (cells >= -reach) & (cells < np.array([columns, rows]) - reach)
    inside = inside.all(-1).ravel() & np.isfinite(radii).ravel()
    column, row = (cells.reshape(-1, 2)[inside] + reach).astype(np.int32).T
    picture = np.repeat(np.arange(count, dtype=np.int32), along)[inside]
    cell = (picture * rows + row) * columns + column
    squared = (radii.ravel()[inside] * FINE) ** 2
    order = np.argsort(squared)
    canvas = _stamp(cell[order], squared[order], columns, count * rows * columns)
    canvas = canvas.reshape(count, rows, columns)[:, reach:-reach, reach:-reach]
    parts = canvas.reshape(count, height, FINE, width, FINE)
    inked = sum(
        parts[:, :, i, :, j].astype(np.float32)
        for i in range(FINE)
        for j in range(FINE)
    )
    return np.asarray(inked / np.float32(FINE * FINE), np.float32)


def _stamp(
    cell: NDArray[np.int32],
    squared: NDArray[np.float64],
    columns: int,
    size: int,
) -> NDArray[np.uint8]:
    """Ink the cells around each point; `squared` radii are in cells and ascend.

    A disc at the rim may run over into the margin of the next row or picture (or, from
    the first one, into the spare cells at the end), which is cut off afterwards.
    """
    reach = int(np.sqrt(squared[-1])) if len(squared) else 0
    spare = reach * (columns + 1)
    canvas = np.zeros(size + spare, np.uint8)
    for down in range(-reach, reach + 1):
        for right in range(-reach, reach + 1):
            first = np.searchsorted(squared, down * down + right * right)
            canvas[cell[first:] + (down * columns + right)] = 1
    return canvas[:size]
