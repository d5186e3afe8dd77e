"""Arrays in numpy's own format from files that may claim anything.

Nothing is allocated before it is sure that there is as much as the head says; nothing in
them is ever run.
"""

import io
import math
import tokenize
from dataclasses import dataclass
from typing import IO, Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

# All that numpy raises for heads that make no sense.
_BROKEN = (
    tokenize.TokenError,
    SyntaxError,
    ValueError,
    TypeError,
    OverflowError,
    RecursionError,
    EOFError,
    MemoryError,
)

HEADS = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}


class BrokenArrayError(ValueError):
    """Not an array of numbers or text, or not as large as it says."""


@dataclass(frozen=True, slots=True)
class Head:
    """What an array says of itself.

    Attributes:
        shape: Its sides.
        dtype: Numbers or text, never objects.
        is_fortran: Whether its first axis runs fastest.
        size: Bytes of its content.
    """

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    is_fortran: bool
    size: int


def read_head(stream: IO[bytes]) -> Head:
    """Read the head; the content follows.

    Raises:
        BrokenArrayError: It is none, or of Python objects.
    """
    try:
        shape, is_fortran, dtype = HEADS[npy.read_magic(stream)](stream)
    except KeyError as error:
        raise BrokenArrayError("of an unknown version") from error
    except _BROKEN as error:
        raise BrokenArrayError("not an array of numpy's") from error
    if dtype.hasobject:
        raise BrokenArrayError("an array of Python objects, which may be programs")
    if any(side < 0 for side in shape):
        raise BrokenArrayError(f"an array of shape {shape}")
    return Head(shape, dtype, is_fortran, math.prod(shape) * dtype.itemsize)


def read_array(stream: IO[bytes], size: int) -> NDArray[Any]:
    """Read an array that fills a stream.

    Args:
        stream: Holds nothing else.
        size: How many bytes it has at most, head included.

    Returns:
        A new array.

    Raises:
        BrokenArrayError: It is none, or not as large as it says.
    """
    head = read_head(stream)
    if head.size > size:
        raise BrokenArrayError(f"{size} bytes, but it says that it has {head.size}")
    content = stream.read(head.size + 1)
    if len(content) != head.size:
        raise BrokenArrayError("not as large as it says")
    flat = np.frombuffer(content, head.dtype, math.prod(head.shape))
    return flat.reshape(head.shape, order="F" if head.is_fortran else "C").copy()


def to_bytes(array: NDArray[Any]) -> bytes:
    """Write an array of numbers or text."""
    buffer = io.BytesIO()
    npy.write_array(buffer, np.asarray(array), allow_pickle=False)
    return buffer.getvalue()
