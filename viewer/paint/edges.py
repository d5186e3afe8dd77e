"""The edges between two layers, as light or ink added up pixel by pixel.

How it works: every edge crosses each column between its two units once, at a height
that is a closed formula, a quintic S-curve. So an edge is a thickness at one height a
column: a run of rows covered in full but for its two ends. All runs are added with a
few `bincount` calls, one for the first row of each run, one for the second and so on.
Several pictures of the same edges, lit differently, share all but that.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from viewer.easing import ease

Floats = NDArray[np.floating]
Floats32 = NDArray[np.float32]
Indices = NDArray[np.intp]
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


def density(
    curves: Curves,
    light: Floats,
    channel: Indices,
    shape: tuple[int, int, int],
    left: int,
) -> Floats32:
    """Add up edges.

    Args:
        curves: Where n edges run, rows counted from the top of the picture.
        light: Shape (pictures, n): how much each shines in each of several pictures.
        channel: Shape (n,): which of the channels it shines in.
        shape: Channels, rows and columns of a picture.
        left: First column of the pictures.

    Returns:
        Shape (pictures, channels, rows, columns): light of all edges at each pixel.
    """
    channels, rows, columns = shape
    pad = _MOST_ROWS + 2
    size = channels * (rows + 2 * pad) * columns
    edge, pixel, amount = _covered(curves, left, columns)
    pixel += (channel[edge] * (rows + 2 * pad) + pad) * columns
    np.clip(pixel, 0, size - 1, out=pixel)
    total = np.stack(
        [np.bincount(pixel, amount * shine[edge], minlength=size) for shine in light]
    )
    padded = total.reshape(len(light), channels, rows + 2 * pad, columns)
    return padded[:, :, pad : pad + rows].astype(np.float32)


def _covered(
    curves: Curves, left: int, columns: int
) -> tuple[Indices, Indices, Floats32]:
    """Find all pixels that edges cover: edge, pixel and how much of it, 0 to 1."""
    edge, first, length, thickness, column = _runs(curves, left, columns)
    row = np.floor(first)
    start = first - row
    end = start + length
    place = row.astype(np.intp) * columns + column
    found = []
    for below in range(int(np.ceil(end.max(initial=0)))):
        if below:
            long = np.flatnonzero(end > below)
            edge, start, end = edge[long], start[long], end[long]
            place, thickness = place[long] + columns, thickness[long]
            start = np.maximum(start, below)
        share = np.minimum(end, below + 1) - start
        found.append((edge, place, share * thickness))
    if not found:
        return edge, place, thickness
    edges, pixels, amounts = zip(*found, strict=True)
    return np.concatenate(edges), np.concatenate(pixels), np.concatenate(amounts)


def _runs(
    curves: Curves, left: int, columns: int
) -> tuple[Indices, Floats32, Floats32, Floats32, Indices]:
    """Find for each edge and column it crosses: edge, first row, rows, density, column.

    The density is below 1 for edges thinner than a pixel: a faint line a pixel wide.
    """
    start, reach = curves.x[:, :1], np.diff(curves.x, axis=1)
    t = (np.arange(columns) + left - start) / np.maximum(reach, 1)  # (edges, columns)
    edge, column = np.nonzero((t >= 0) & (t <= 1))
    t = t[edge, column].astype(np.float32)
    rise = np.diff(curves.y, axis=1)[:, 0].astype(np.float32)
    middle = curves.y[edge, 0].astype(np.float32) + rise[edge] * ease(t)
    slope = rise / np.maximum(reach[:, 0], 1).astype(np.float32)
    slope = slope[edge] * (30 * t * t * (t - 1) ** 2)
    thick = curves.width.astype(np.float32)[edge] * np.sqrt(1 + slope * slope)
    thick = np.clip(thick, 0.35, _MOST_ROWS - 2)
    length = np.maximum(thick, np.float32(1))
    first = middle + np.float32(0.5) - length / np.float32(2)
    return edge, first, length, np.asarray(thick / length, np.float32), column
