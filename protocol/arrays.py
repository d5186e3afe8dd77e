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


def are_mostly_bytes(specs: Sequence[ArraySpec]) -> bool:
    """Whether more than half of a snapshot is numbers of one byte."""
    small = [spec for spec in specs if spec.dtype == "|u1"]
    return 2 * blob_bytes(small) > blob_bytes(specs)


def layout(specs: Sequence[ArraySpec]) -> list[int]:
    """Where each array begins in the blob."""
    offsets = []
    end = 0
    for spec in specs:
        offsets.append(end)
        end += array_bytes(spec)
    return offsets


def views(
    memory: bytes | bytearray | memoryview, specs: Sequence[ArraySpec]
) -> dict[tuple[str, int], Array]:
    """Show a blob as arrays, without a copy.

    Args:
        memory: Exactly blob_bytes(specs) long.
        specs: Which arrays, in which order.

    Returns:
        Arrays by (kind, layer), writable where the memory is.

    Raises:
        ValueError: The blob has another size.
    """
    flat = memoryview(memory).cast("B")
    expected = blob_bytes(specs)
    if len(flat) != expected:
        raise ValueError(f"expected a blob of {expected} bytes, got {len(flat)}")
    offsets = layout(specs)
    return {
        spec.key: _view(flat, spec, offset)
        for spec, offset in zip(specs, offsets, strict=True)
    }


def unpack(
    blob: bytes | bytearray | memoryview, specs: Sequence[ArraySpec]
) -> dict[tuple[str, int], Array]:
    """Show a blob that must not change any more as arrays; see `views`.

    Returns:
        Read-only arrays by (kind, layer).
    """
    return views(memoryview(blob).toreadonly(), specs)


def fill(
    room: Mapping[tuple[str, int], Array], arrays: Mapping[tuple[str, int], Array]
) -> None:
    """Copy arrays to where they belong.

    Args:
        room: What `views` gave.
        arrays: By (kind, layer), each of its room's shape; float64 may become float32.

    Raises:
        ValueError: An array is missing, or has another shape or kind of numbers.
    """
    for key, place in room.items():
        array = arrays.get(key)
        if array is None or array.shape != place.shape:
            got = "none" if array is None else array.shape
            raise ValueError(f"expected shape {place.shape}, got {got} - at {key}")
        try:
            np.copyto(place, array, casting="same_kind")
        except TypeError as error:
            raise ValueError(
                f"expected {place.dtype}, got {array.dtype} - at {key}"
            ) from error


def pack(
    arrays: Mapping[tuple[str, int], Array],
    specs: Sequence[ArraySpec],
    into: memoryview | bytearray,
) -> None:
    """Copy arrays into a blob; see `views` and `fill`."""
    fill(views(into, specs), arrays)


def part_count(size: int) -> int:
    """How many parts a blob of that size has; an empty one still has one."""
    return max(1, math.ceil(size / limits.PART_BYTES))


def part_bytes(size: int, index: int) -> int:
    """How long a part of a blob of that size is."""
    return min(limits.PART_BYTES, size - index * limits.PART_BYTES)


def cut(blob: bytes | bytearray | memoryview) -> list[memoryview]:
    """Cut a blob into parts that share its memory."""
    whole = memoryview(blob).cast("B").toreadonly()
    starts = range(0, max(1, len(whole)), limits.PART_BYTES)
    return [whole[start : start + limits.PART_BYTES] for start in starts]


def _view(blob: memoryview, spec: ArraySpec, offset: int) -> Array:
    count = math.prod(spec.shape)
    dtype = DTYPES[spec.dtype]
    return np.frombuffer(blob, dtype, count=count, offset=offset).reshape(spec.shape)
