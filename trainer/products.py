"""Matrix products of many rows with few units, as a first layer has.

OpenBLAS, which numpy brings, first copies what it multiplies, which takes as long as the
multiplying where there are few units. On a processor with AVX-512 it does not for a product
of up to a million multiplications: so rows are taken in such blocks, which saves a third of
the time there, and elsewhere neither wins nor loses.
"""

from typing import Any

from trainer.backend import Array, Backend

# Multiplications; see OpenBLAS, kernel/x86_64/sgemm_small_kernel_permit_skylakex.c.
SMALL = 100**3

# With more units, or fewer rows in a block, copying is worth its time.
MOST_UNITS = 16
LEAST_ROWS = 32


def product(backend: Backend, x: Array, w: Array) -> Array:
    """Give x @ w, (rows, units)."""
    blocks = _blocks(backend, x, w.shape[1])
    if len(blocks) == 1:
        return x @ w
    return backend.xp.concat([x[block, :] @ w for block in blocks])


def transposed_product(backend: Backend, x: Array, y: Array) -> Array:
    """Give x.T @ y, (columns of x, columns of y), which lies in memory row by row."""
    blocks = _blocks(backend, x, y.shape[1])
    if len(blocks) == 1:
        return x.T @ y
    # This way round it is a third faster still.
    found = y[blocks[0], :].T @ x[blocks[0], :]
    for block in blocks[1:]:
        found += y[block, :].T @ x[block, :]
    return _by_rows(backend.xp, found.T)


def _blocks(backend: Backend, x: Array, units: int) -> list[slice]:
    rows, columns = x.shape
    height = SMALL // (columns * units) // 8 * 8
    if not backend.in_pieces or units > MOST_UNITS or not LEAST_ROWS <= height < rows:
        return [slice(0, rows)]
    return [slice(top, min(top + height, rows)) for top in range(0, rows, height)]


def _by_rows(xp: Any, array: Array) -> Array:
    return xp.reshape(xp.reshape(array, (-1,)), array.shape)
