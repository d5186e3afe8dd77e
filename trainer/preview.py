"""A large matrix of weights, reduced to the strongest of each block.

How it works: the bits of a float32 with the sign moved to the end, read as an unsigned
integer, order by |w|, with not-a-number above everything. So the strongest of a block
is a plain maximum of integers, which keeps the sign.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

Weights = NDArray[np.float32]
Keys = NDArray[np.uint32]
Edges = NDArray[np.intp]

# As many weights of one matrix as a viewer is sent: 4 MiB. 784-512-512-10 stays whole.
MAX_CELLS = 1 << 20

# Sides that a preview does not go below: 64 units are drawn one by one.
_LEAST = 64

# Weights that are reduced at once: what they take stays in the cache.
_AT_ONCE = 1 << 17


def preview_shape(shape: tuple[int, int], max_cells: int) -> tuple[int, int]:
    """Choose how a matrix is sent.

    Args:
        shape: (rows, columns) of the matrix.
        max_cells: Most weights to send; 0 for all.

    Returns:
        The shape itself where all are sent, else at most that many cells of about the
        same aspect, with no side below 64 or the matrix's own unless it must be.
    """
    rows, columns = shape
    if max_cells == 0 or rows * columns <= max_cells:
        return shape
    least = min(rows, _LEAST), min(columns, _LEAST)
    if math.prod(least) > max_cells:
        (rows, columns), least = least, (1, 1)
    wanted = math.sqrt(rows / columns * max_cells)
    height = max(least[0], int(min(wanted, max_cells // least[1])))
    return height, min(columns, max_cells // height)


def preview(weights: NDArray[Any], shape: tuple[int, ...]) -> Weights:
    """Choose the strongest weight of each block, with its sign.

    Row r belongs to block r * shape[0] // rows, a column likewise (see SPEC.md).

    Args:
        weights: Shape (rows, columns); looked at as float32, some rows at a time.
        shape: Of the preview, no side larger than that of the weights.

    Returns:
        Of that shape, in memory of its own.
    """
    rows, columns = (_edges(*sides) for sides in zip(weights.shape, shape, strict=True))
    found = np.empty(shape, np.uint32)
    band = max(1, _AT_ONCE * shape[0] // weights.size)
    for start in range(0, shape[0], band):
        edges = rows[start : start + band + 1]
        keys = _keys(weights[edges[0] : edges[-1]])
        strongest = _strongest(keys, edges - edges[0])
        found[start : start + band] = _strongest(strongest.T, columns).T
    return _weights(found)


def _edges(size: int, blocks: int) -> Edges:
    """Give where each block begins, and the end."""
    return -(-np.arange(blocks + 1) * size // blocks)


def _strongest(keys: Keys, edges: Edges) -> Keys:
    """Give the largest key of each block of rows.

    Lengths of blocks differ by one at most. So two runs of rows, of a power of two and
    equally long, one from the beginning and one up to the end, cover any of them. Where
    all lengths are even, pairs of rows are merged first: half is then left to do.
    """
    while not (edges & 1).any():
        keys, edges = np.maximum(keys[::2], keys[1::2]), edges >> 1
    begin, end = edges[:-1], edges[1:]
    if len(keys) == len(begin):
        return keys
    reach = 1  # rows whose largest is already in each row
    while 2 * reach <= (end - begin).min():
        keys = np.maximum(keys[:-reach], keys[reach:])
        reach *= 2
    return np.maximum(keys[begin], keys[end - reach])


def _keys(weights: NDArray[Any]) -> Keys:
    with np.errstate(over="ignore"):  # what float32 does not hold is infinite there
        bits = np.ascontiguousarray(weights, np.float32).view(np.uint32)
    keys = bits << np.uint32(1)
    keys |= bits >> np.uint32(31)
    return keys


def _weights(keys: Keys) -> Weights:
    bits = keys << np.uint32(31)
    bits |= keys >> np.uint32(1)
    return bits.view(np.float32)
