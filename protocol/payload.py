"""The bytes of one part of a snapshot: as they are, or packed where that is smaller.

A class map shrinks to a fifth and less, weights hardly do. So it is tried only for
snapshots that are mostly bytes (arrays.are_mostly_bytes). What comes packed from
outside is made no larger than a part may be, whatever it claims.
"""

import zlib
from collections.abc import Collection
from enum import StrEnum
from typing import NamedTuple

from protocol import limits
from protocol.errors import DecodeError

# Class maps are runs of the same few values: about as small as by level 6, in a quarter of
# the time or less. The level means nothing to this strategy.
_LEVEL = 1
_STRATEGY = zlib.Z_RLE


class Packing(StrEnum):
    """How a payload may be packed; nil on the wire where it is not."""

    DEFLATE = "deflate"  # zlib, RFC 1950


class Payload(NamedTuple):
    """One part of a snapshot as it is on the wire.

    Attributes:
        data: At most limits.PART_BYTES.
        crc: CRC-32 of the data; whoever decodes a message checks it.
        packing: How it is packed, None where it is not.
    """

    data: memoryview
    crc: int
    packing: Packing | None = None


def raw(data: bytes | memoryview) -> Payload:
    """Send bytes as they are; not copied."""
    return Payload(memoryview(data), zlib.crc32(data))


def packed(data: bytes | memoryview) -> Payload | None:
    """Pack bytes; None where that does not make them fewer."""
    press = zlib.compressobj(_LEVEL, strategy=_STRATEGY)
    small = press.compress(data) + press.flush()
    if len(small) >= len(data):
        return None
    return Payload(memoryview(small), zlib.crc32(small), Packing.DEFLATE)


def unpacked(payload: Payload, size: int) -> memoryview:
    """Give the bytes that were packed; those that were not are not copied.

    Args:
        payload: From outside; nothing of it is believed.
        size: How many bytes there must be.

    Raises:
        DecodeError: There are fewer or more, or it was not packed in that way.
    """
    data = payload.data
    if payload.packing is Packing.DEFLATE:
        data = memoryview(_inflated(data, size))
    if len(data) != size:
        raise DecodeError(
            f"expected a payload of {size} bytes, got {len(data)} - at snap"
        )
    return data


def readable(payload: Payload, packings: Collection[Packing]) -> Payload:
    """Give a payload to one who knows these packings, unpacked where it must be.

    Raises:
        DecodeError: It was not packed in the way that it says.
    """
    if payload.packing is None or payload.packing in packings:
        return payload
    return raw(_inflated(payload.data, limits.PART_BYTES))


def _inflated(data: memoryview, most: int) -> bytes:
    """Undo zlib; memory is taken for one byte more than there may be."""
    stream = zlib.decompressobj()
    try:
        found = stream.decompress(data, most + 1)
    except zlib.error as error:
        raise DecodeError(
            f"expected zlib, got {str(error)[:80]!r} - at snap"
        ) from error
    if len(found) > most:
        raise DecodeError(f"expected at most {most} bytes unpacked, got more - at snap")
    if not stream.eof or stream.unused_data:
        what = "more after it" if stream.eof else "only its beginning"
        raise DecodeError(f"expected one whole zlib stream, got {what} - at snap")
    return found
