"""A stream in a file: the parts of each message, with a time and a checksum.

How it works. After eight bytes that name the format come records, each whole in itself:

    4 bytes  "REC1"
    f64      time of the message, Unix seconds
    u32      number of parts, then as many u32: their lengths
    ...      the parts
    u32      CRC-32 of all of the record before

All numbers are little-endian. A recording has no index and no end mark, so a file that
is cut anywhere is a recording still: the reader stops at the first record that is not
whole and counts the bytes from there on. The stream is handed in, opened in binary.
"""

import math
import os
import struct
import zlib
from collections.abc import Iterator, Sequence
from typing import BinaryIO, NamedTuple

from protocol import limits
from protocol.codec import Part
from protocol.errors import RecordingError

MAGIC = b"NCAST1\r\n"

_MARK = b"REC1"
_HEAD = struct.Struct("<4sdI")
_U32 = struct.Struct("<I")


class Record(NamedTuple):
    """One message of a recording.

    Attributes:
        time: When it was received, Unix seconds.
        parts: What codec.decode_from_trainer takes.
    """

    time: float
    parts: list[bytes]


def write_header(stream: BinaryIO) -> None:
    """Begin a recording."""
    stream.write(MAGIC)
    stream.flush()


def append(stream: BinaryIO, parts: Sequence[Part], time: float) -> None:
    """Add one message.

    The stream is flushed, so that a program that is killed loses at most the record that
    it is writing.

    Args:
        stream: After write_header, at its end.
        parts: What codec.encode gave.
        time: Unix seconds.
    """
    lengths = struct.pack(f"<{len(parts)}I", *map(len, parts))
    head = _HEAD.pack(_MARK, time, len(parts)) + lengths
    crc = zlib.crc32(head)
    for part in parts:
        crc = zlib.crc32(part, crc)
    stream.write(head)
    for part in parts:
        stream.write(part)
    stream.write(_U32.pack(crc))
    stream.flush()


class RecordingReader:
    """The whole records of a recording, in order; iterate once.

    Attributes:
        dropped_bytes: What follows the last whole record; complete after the iteration.
    """

    def __init__(self, stream: BinaryIO) -> None:
        """Look at the beginning.

        Raises:
            RecordingError: It is not a recording.
        """
        magic = stream.read(len(MAGIC))
        if magic != MAGIC:
            raise RecordingError(
                f"expected a recording, got a file that begins {magic!r}"
            )
        self.dropped_bytes = 0
        self._stream = stream
        self._taken = 0

    def first_parts(self) -> Iterator[bytes]:
        """Give the first part of each record and pass over the rest, unread.

        Much faster than all of it, where only what the messages are is asked; instead
        of the iteration, and without its checksums.
        """
        while (found := self._lengths()) is not None:
            first, *rest = found[0] or [0]
            part = self._take(first) if first <= limits.PART_BYTES else None
            self._stream.seek(sum(rest), os.SEEK_CUR)
            if part is None or self._take(_U32.size) is None:
                return
            yield part

    def __iter__(self) -> Iterator[Record]:
        while (record := self._next()) is not None:
            yield record
        self.dropped_bytes = self._taken
        while block := self._stream.read(limits.PART_BYTES):
            self.dropped_bytes += len(block)

    def _next(self) -> Record | None:
        """Return the next record, None at the end or where it is not whole."""
        self._taken = 0
        found = self._lengths()
        if found is None:
            return None
        lengths, time, crc = found
        parts = []
        for length in lengths:
            part = self._take(length) if length <= limits.PART_BYTES else None
            if part is None:
                return None
            crc = zlib.crc32(part, crc)
            parts.append(part)
        return Record(time, parts) if self._take(_U32.size) == _U32.pack(crc) else None

    def _lengths(self) -> tuple[list[int], float, int] | None:
        """Read a head: the lengths of the parts, the time, and the CRC so far."""
        head = self._take(_HEAD.size)
        if head is None:
            return None
        mark, time, count = _HEAD.unpack(head)
        if mark != _MARK or not math.isfinite(time) or count > limits.MESSAGE_PARTS:
            return None
        lengths = self._take(count * _U32.size)
        if lengths is None:
            return None
        crc = zlib.crc32(lengths, zlib.crc32(head))
        return [length for (length,) in _U32.iter_unpack(lengths)], time, crc

    def _take(self, size: int) -> bytes | None:
        """Read exactly that many bytes, None where there are fewer."""
        data = self._stream.read(size)
        self._taken += len(data)
        return data if len(data) == size else None
