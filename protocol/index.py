"""What a recording holds and where, without what it carries.

How it works. Only headers are looked at, of each record in its order, so one scan of a
file is quick whatever its size, and a program that writes one keeps its index as it
goes. Snapshots are found and counted as assembling.py would. An index takes 16 bytes a
snapshot and 8 a part.
"""

from array import array
from bisect import bisect_left
from dataclasses import dataclass
from typing import BinaryIO, NamedTuple

from protocol import limits
from protocol.arrays import blob_bytes, part_count
from protocol.codec import Part, read_header
from protocol.errors import DecodeError
from protocol.fields import Fields
from protocol.manifests import read_manifest
from protocol.messages import EndReason, Manifest
from protocol.recording import RecordingReader
from protocol.tally import Tally


class Place(NamedTuple):
    """Where a snapshot is.

    Attributes:
        seq: Its number.
        offsets: Where the record of each of its parts begins.
        row_end: How many metric rows the run had by then.
    """

    seq: int
    offsets: tuple[int, ...]
    row_end: int


class Index(Tally):
    """The whole snapshots of a run; where a recording holds several, of the last one.

    Attributes:
        run: Name of the run, None before the first welcome.
        manifest: What the run is, None before the first welcome.
        rows: Metric rows so far.
        welcome_at: Where the record of the last welcome begins.
        rows_at: Where the record with the last metric row begins, None without rows.
        dropped: As in Assembler, as far as the end says it.
    """

    def __init__(self) -> None:
        self.run: bytes | None = None
        self.manifest: Manifest | None = None
        self._begin()

    def __len__(self) -> int:
        return len(self._seqs)

    @property
    def oldest(self) -> int:
        """Number of the first snapshot, 0 where there is none."""
        return self._seqs[0] if self._seqs else 0

    @property
    def newest(self) -> int:
        """Number of the last snapshot, 0 where there is none."""
        return self._seqs[-1] if self._seqs else 0

    @property
    def ended(self) -> EndReason | None:
        """How the run ended, None where the end, or a snapshot before it, is not there."""
        end_seq, reason = self._end
        return reason if self.seq >= end_seq else None

    def find(self, seq: int) -> Place | None:
        """Look a snapshot up by its number."""
        at = bisect_left(self._seqs, seq)
        if at == len(self._seqs) or self._seqs[at] != seq:
            return None
        offsets = self._offsets[at * self._parts : (at + 1) * self._parts]
        return Place(seq, tuple(offsets), self._row_ends[at])

    def first_from(self, seq: int) -> int | None:
        """Number of the first snapshot that is not before `seq`, None without one."""
        at = bisect_left(self._seqs, seq)
        return self._seqs[at] if at < len(self._seqs) else None

    def _begin(self) -> None:
        self.clear()
        self.rows = self.welcome_at = 0
        self.rows_at: int | None = None
        self.dropped = 0
        self._seqs, self._row_ends, self._offsets = array("Q"), array("Q"), array("Q")
        self._parts = 1  # of each snapshot
        self._end: tuple[int, EndReason | None] = 0, None
        self._new_rows_at: int | None = None  # of a snapshot that is not whole yet
        self._under_way: list[int] = []
        self._under_way_seq = self._row_end = 0

    def add(self, offset: int, header: Part) -> None:
        """Take note of the next record.

        Args:
            offset: Where it begins.
            header: The first part of its message; one that is none is left alone.
        """
        try:
            kind, fields = read_header(header)
            if kind == "welcome":
                self._welcome(offset, fields)
            elif fields.binary("run", limits.RUN_BYTES) == self.run:
                if kind == "snap":
                    self._part(offset, fields)
                elif kind == "gap":
                    self.count_gap(fields.integer("from", low=1), fields.integer("to"))
                elif kind == "end":
                    reason = fields.choice("reason", EndReason)
                    self._end = fields.integer("seq"), reason
                    self.dropped = fields.integer("drop")
        except DecodeError:
            pass

    def _welcome(self, offset: int, fields: Fields) -> None:
        run = fields.binary("run", limits.RUN_BYTES)
        manifest = read_manifest(fields.fields("manifest"))
        if (run, manifest) != (self.run, self.manifest):
            self._begin()
            self.run, self.manifest = run, manifest
            self._parts = part_count(blob_bytes(manifest.arrays))
        self._under_way.clear()
        self.welcome_at = offset
        self.rows = fields.integer("n", high=limits.ROWS_BYTES // 8)
        self.rows_at = self._new_rows_at = offset if self.rows else None
        if not fields.lacks("ended") and self._end[1] is None:
            self._end = fields.integer("seq"), fields.choice("ended", EndReason)

    def _part(self, offset: int, fields: Fields) -> None:
        seq, part = fields.integer("seq", low=1), fields.integer("part")
        if fields.integer("parts") != self._parts:
            return
        if count := fields.integer("n", high=limits.ROWS_BYTES // 8):
            self.rows += count
            self._new_rows_at = offset
        if self.is_counting and seq <= self.seq:
            return
        if part == 0:
            self._under_way = []
            self._under_way_seq, self._row_end = seq, self.rows
        if (self._under_way_seq, len(self._under_way)) != (seq, part):
            self._under_way.clear()
            return
        self._under_way.append(offset)
        if part + 1 == self._parts:
            self._whole(seq, fields.integer("skip"))

    def _whole(self, seq: int, skip: int) -> None:
        self.count_whole(seq, skip)
        self.rows_at = self._new_rows_at
        self._seqs.append(seq)
        self._row_ends.append(self._row_end)
        self._offsets.extend(self._under_way)
        self._under_way.clear()


@dataclass(frozen=True, kw_only=True, slots=True)
class Scan:
    """A recording in one look.

    Attributes:
        index: What is where.
        end: Where the last whole record ends.
        dropped_bytes: What follows it.
        is_torn: Whether that is the beginning of a record.
    """

    index: Index
    end: int
    dropped_bytes: int
    is_torn: bool


def scan(stream: BinaryIO, *, check: bool = False) -> Scan:
    """Look through a recording from its beginning.

    Args:
        stream: A file, opened in binary.
        check: Look at checksums, too, for which all of it is read; records after one
            that is not as it was written do not count then.

    Raises:
        RecordingError: It is not a recording.
    """
    reader, index = RecordingReader(stream), Index()
    for entry in reader.entries(check=check):
        index.add(entry.offset, entry.header)
    return Scan(
        index=index,
        end=reader.end,
        dropped_bytes=reader.dropped_bytes,
        is_torn=reader.is_torn,
    )
