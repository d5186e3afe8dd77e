"""Arrays of a snapshot to one run of bytes, and back.

The arrays of a manifest lie end to end in its order, without padding, C-contiguous,
little-endian: the blob. The wire carries it in parts of exactly limits.PART_BYTES, the
last one shorter.
"""

import math
from collections.abc import Mapping, Sequence

import numpy as np

from protocol import limits
from protocol.messages import Array, ArraySpec

# A dtype is looked up here and never made from a peer's text.
DTYPES = {name: np.dtype(name) for name in ("<f4", "<f2", "<f8", "|u1")}


def array_bytes(spec: ArraySpec) -> int:
    """Size of one array."""
    return math.prod(spec.shape) * DTYPES[spec.dtype].itemsize


def blob_bytes(specs: Sequence[ArraySpec]) -> int:
    """Size of all arrays of a snapshot."""
    return sum(map(array_bytes, specs))


def layout(specs: Sequence[ArraySpec]) -> list[int]:
    """Where each array begins in the blob."""
    offsets = []
    end = 0
    for spec in specs:
        offsets.append(end)
        end += array_bytes(spec)
    return offsets


def pack(
    arrays: Mapping[tuple[str, int], Array],
    specs: Sequence[ArraySpec],
    into: memoryview | bytearray,
) -> None:
    """Copy arrays into a blob.

    Args:
        arrays: By (kind, layer), each of its spec's shape; float64 may become float32.
        specs: Which arrays, in which order.
        into: Writable, exactly blob_bytes(specs) long.

    Raises:
        ValueError: An array has another shape, or the blob another size.
    """
    _check_size(len(memoryview(into).cast("B")), specs)
    for spec, offset in zip(specs, layout(specs), strict=True):
        array = arrays[spec.key]
        if array.shape != spec.shape:
            raise ValueError(
                f"expected shape {spec.shape}, got {array.shape} - at {spec.key}"
            )
        np.copyto(_view(into, spec, offset), array, casting="same_kind")


def unpack(
    blob: bytes | bytearray | memoryview, specs: Sequence[ArraySpec]
) -> dict[tuple[str, int], Array]:
    """Show a blob as arrays, without a copy.

    Args:
        blob: Exactly blob_bytes(specs) long; must not change afterwards.
        specs: Which arrays, in which order.

    Returns:
        Read-only arrays by (kind, layer).

    Raises:
        ValueError: The blob has another size.
    """
    blob = memoryview(blob).cast("B").toreadonly()
    _check_size(len(blob), specs)
    offsets = layout(specs)
    return {
        spec.key: _view(blob, spec, offset)
        for spec, offset in zip(specs, offsets, strict=True)
    }


def part_count(size: int) -> int:
    """How many parts a blob of that size has; an empty one still has one."""
    return max(1, math.ceil(size / limits.PART_BYTES))


def cut(blob: bytes | bytearray | memoryview) -> list[memoryview]:
    """Cut a blob into parts that share its memory."""
    whole = memoryview(blob).cast("B").toreadonly()
    starts = range(0, max(1, len(whole)), limits.PART_BYTES)
    return [whole[start : start + limits.PART_BYTES] for start in starts]


def _view(blob: memoryview | bytearray, spec: ArraySpec, offset: int) -> Array:
    count = math.prod(spec.shape)
    dtype = DTYPES[spec.dtype]
    return np.frombuffer(blob, dtype, count=count, offset=offset).reshape(spec.shape)


def _check_size(size: int, specs: Sequence[ArraySpec]) -> None:
    expected = blob_bytes(specs)
    if size != expected:
        raise ValueError(f"expected a blob of {expected} bytes, got {size}")
