"""A stream in a file: the parts of each message, with a time and a checksum.

How it works. After eight bytes that name the format come records, each whole in itself:

    4 bytes  "REC1"
    f64      time of the message, Unix seconds
    u32      number of parts, then as many u32: their lengths
    ...      the parts
    u32      CRC-32 of all of the record before

All numbers are little-endian. A recording has no index and no end mark, so a file that
is cut anywhere is a recording still, also one that another program is writing just now:
the reader stops at the first record that is not whole and counts the bytes from there
on. The stream is handed in, opened in binary. See writer.py for a program that writes,
index.py for what is where.
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


class Entry(NamedTuple):
    """One message of a recording, without what it carries.

    Attributes:
        offset: Where its record begins.
        time: When it was received, Unix seconds.
        header: The first of its parts.
    """

    offset: int
    time: float
    header: bytes


def write_header(stream: BinaryIO) -> None:
    """Begin a recording."""
    stream.write(MAGIC)
    stream.flush()


def append(stream: BinaryIO, parts: Sequence[Part], time: float) -> int:
    """Add one message.

    The stream is flushed, so that a program that is killed loses at most the record that
    it is writing.

    Args:
        stream: After write_header, at its end.
        parts: What codec.encode gave.
        time: Unix seconds.

    Returns:
        How many bytes the record has.
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
    return len(head) + sum(map(len, parts)) + _U32.size


class RecordingReader:
    """The whole records of a recording, in order; iterate once.

    Nothing is allocated for a length that goes beyond the end of the file; of a stream
    whose end is not known at most a part (limits.PART_BYTES) is asked for at a time.

    Attributes:
        end: Where the last whole record ends that was given.
        dropped_bytes: What follows it; complete after the iteration.
        is_torn: Whether that is the beginning of a record, as a writer that is killed
            leaves it; complete after the iteration.
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
        self.end = len(MAGIC)
        self.dropped_bytes = 0
        self.is_torn = False
        self._body = _Body(stream, self.end)

    def __iter__(self) -> Iterator[Record]:
        body = self._body
        while (head := body.head()) is not None:
            parts = body.parts(head)
            if parts is None:
                break
            self.end = body.position
            yield Record(head.time, parts)
        self._look_at_the_rest()

    def entries(self, *, check: bool = False) -> Iterator[Entry]:
        """Give what each message is and pass over the rest of it; of a file only.

        Much faster than all of it; instead of the iteration.

        Args:
            check: Read all of it all the same, for the checksums.
        """
        body = self._body
        while (head := body.head()) is not None:
            found = body.parts(head) if check else body.first_part(head)
            if found is None:
                break
            offset, self.end = self.end, body.position
            yield Entry(offset, head.time, found[0] if found else b"")
        self._look_at_the_rest()

    def _look_at_the_rest(self) -> None:
        self.dropped_bytes = self._body.measure_rest() - self.end
        self.is_torn = self._body.is_torn and self.dropped_bytes > 0


def read_record(stream: BinaryIO, offset: int) -> Record:
    """Read the one record that begins at an offset.

    Raises:
        RecordingError: There is none, or it is not as it was written.
    """
    stream.seek(offset)
    body = _Body(stream, offset)
    head = body.head()
    parts = head and body.parts(head)
    if head is None or parts is None:
        raise RecordingError(f"expected a whole record at byte {offset}")
    return Record(head.time, parts)


class _Head(NamedTuple):
    """What a record says of itself; `crc` is that of the bytes so far."""

    time: float
    lengths: list[int]
    crc: int


class _Body:
    """The records of a stream, piece by piece.

    Attributes:
        position: Bytes of the stream that were read or passed over.
        is_torn: Whether the stream has ended where a record still goes on.
    """

    def __init__(self, stream: BinaryIO, position: int) -> None:
        self.position = position
        self.is_torn = False
        self._stream = stream
        self._size = self._measure() if stream.seekable() else math.inf

    def head(self) -> _Head | None:
        """Read a head, None where there is none or more is claimed than there is."""
        self.is_torn = False
        data = self._take(_HEAD.size)
        if data is None:
            return None
        mark, time, count = _HEAD.unpack(data)
        if mark != _MARK or not math.isfinite(time) or count > limits.MESSAGE_PARTS:
            return None
        packed = self._take(count * _U32.size)
        if packed is None:
            return None
        lengths = [length for (length,) in _U32.iter_unpack(packed)]
        if max(lengths, default=0) > limits.PART_BYTES:
            return None
        crc = zlib.crc32(packed, zlib.crc32(data))
        is_there = self._has(sum(lengths) + _U32.size)
        return _Head(time, lengths, crc) if is_there else None

    def parts(self, head: _Head) -> list[bytes] | None:
        """Read the parts, None where they are not as they were written."""
        parts, crc = [], head.crc
        for length in head.lengths:
            part = self._take(length)
            if part is None:
                return None
            crc = zlib.crc32(part, crc)
            parts.append(part)
        return parts if self._take(_U32.size) == _U32.pack(crc) else None

    def first_part(self, head: _Head) -> list[bytes] | None:
        """Read the first part alone and pass over the others and the checksum."""
        first = [part for part in map(self._take, head.lengths[:1]) if part is not None]
        rest = sum(head.lengths[1:]) + _U32.size
        self._stream.seek(rest, os.SEEK_CUR)
        self.position += rest
        return first

    def measure_rest(self) -> int:
        """Return where the stream ends; read to its end where that is not known."""
        if self._stream.seekable():
            return self._measure()
        while block := self._stream.read(limits.PART_BYTES):
            self.position += len(block)
        return self.position

    def _has(self, size: int) -> bool:
        """Whether so many bytes follow; a file may have grown since it was measured."""
        end = self.position + size
        if end > self._size:
            self._size = self._measure()
        self.is_torn = end > self._size
        return not self.is_torn

    def _take(self, size: int) -> bytes | None:
        """Read exactly that many bytes, None where there are fewer."""
        data = self._stream.read(size)
        self.position += len(data)
        self.is_torn = len(data) < size
        return None if self.is_torn else data

    def _measure(self) -> int:
        size = self._stream.seek(0, os.SEEK_END)
        self._stream.seek(self.position)
        return size
