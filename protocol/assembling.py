"""Messages of a run to events, live and from a recording: order, loss, whole snapshots.

How it works. A welcome says what the run is. The parts of a snapshot come in order;
when the last one is there the snapshot is whole and counted (tally.py). Metric rows are
kept from the moment their part comes, so that a snapshot which never becomes whole takes
none of them away; but no more than a welcome can hold. An end counts only when the last
snapshot is there, whichever comes first.
"""

from dataclasses import dataclass
from typing import NamedTuple

from protocol import limits
from protocol.arrays import blob_bytes, part_bytes, part_count, unpack
from protocol.errors import DecodeError
from protocol.events import Arrived, Dropped, Ended, Event, Joined, Missing
from protocol.messages import (
    Beat,
    End,
    FromTrainer,
    Gap,
    Manifest,
    Rows,
    Snapshot,
    SnapshotPart,
    Want,
    Welcome,
)
from protocol.payload import unpacked
from protocol.rows import empty, join
from protocol.tally import Tally

# Tables of rows that wait for a snapshot to become whole, before they are made one.
TABLES = 64


class Mark(NamedTuple):
    """A snapshot by name: its run and its number."""

    run: bytes
    seq: int


@dataclass(slots=True)
class Partial:
    """A snapshot whose first parts have come."""

    seq: int
    blob: bytearray
    next_part: int = 1


class Assembler(Tally):
    """Puts one stream together; it has no clock and sends nothing.

    Attributes:
        run: Name of the run, None before the first welcome.
        manifest: What the run is, None before the first welcome.
        end: How the run ended, None as long as that has not been said.
        duplicates: Snapshots of this run that came again.
        dropped: Snapshots of this run that the trainer could not even publish.
    """

    def __init__(self, want: Want | None = None, resume: Mark | None = None) -> None:
        """Wait for a welcome.

        Args:
            want: What the hello asked for; None where that is not known, as in a
                recording: counting then begins at the first snapshot.
            resume: The last whole snapshot of a run that is known already: if the
                welcome is that run's, it goes on from there.
        """
        self.run: bytes | None = resume and resume.run
        self.manifest: Manifest | None = None
        super().__init__(resume.seq if resume else 0)
        self.end: End | None = None
        self.duplicates = 0
        self.dropped = 0
        self._want = want
        self._columns = 0  # of a metric row
        self._size = 0  # of a snapshot's blob
        self._has_told_end = False
        self._partial: Partial | None = None
        self._rows: list[Rows] = []

    def feed(self, message: FromTrainer) -> list[Event]:
        """Take the next message.

        Messages of another run than the one last welcomed say nothing here.

        Raises:
            DecodeError: A part does not fit the manifest; it is dropped.
        """
        if isinstance(message, Welcome):
            return self._join(message)
        match message:
            case SnapshotPart() if message.run == self.run:
                return self._take(message)
            case Gap(first=first, last=last) if message.run == self.run:
                news = self.count_gap(first, last)
                if news is None:
                    return []
                return [Missing(first=news, last=last), *self._check_end()]
            case Beat() if message.run == self.run:
                return self._hear_of(message.dropped)
            case End() if message.run == self.run:
                self.end = message
                return [*self._hear_of(message.dropped), *self._check_end()]
            case _:
                return []

    def knows(self, welcome: Welcome) -> bool:
        """Whether a welcome is to the run that this stream is of, and says the same."""
        is_same = self.manifest in (None, welcome.manifest)
        return welcome.run == self.run and is_same

    def give_up(self) -> list[Event]:
        """Wait no longer for what is still owed after the end: it is lost."""
        if self.end is None or self._has_told_end:
            return []
        lost = max(0, self.end.seq - self.seq)
        self.lost += lost
        self.seq += lost
        return self._check_end(lost)

    def _begin(self, welcome: Welcome) -> None:
        self.run = welcome.run
        self.clear(max(0, welcome.seq - 1) if self._want is Want.LIVE else 0)
        self.end = None
        self.duplicates = self.dropped = 0
        self._has_told_end = False
        self._keep(welcome.manifest)

    def _keep(self, manifest: Manifest) -> None:
        self.manifest = manifest
        self._columns = len(manifest.metrics)
        self._size = blob_bytes(manifest.arrays)
        self.is_counting = self._want is not None

    def _join(self, welcome: Welcome) -> list[Event]:
        is_fresh = not self.knows(welcome)
        if is_fresh:
            self._begin(welcome)
        elif self.manifest is None:
            self._keep(welcome.manifest)
        self._partial = None
        self._rows.clear()  # the welcome holds them all
        if welcome.ended is not None and self.end is None:
            self.end = End(run=welcome.run, seq=welcome.seq, reason=welcome.ended)
        joined = Joined(
            run=welcome.run,
            manifest=welcome.manifest,
            rows=welcome.rows,
            fresh=is_fresh,
            ended=welcome.ended,
            viewers=welcome.viewers,
        )
        return [joined, *self._check_end()]

    def _take(self, part: SnapshotPart) -> list[Event]:
        payload = self._check(part)
        if len(part.rows):
            self._keep_rows(part.rows)
        if self.is_counting and part.seq <= self.seq:
            self.duplicates += part.part == 0
            return []
        blob = self._gather(part, payload)
        return [] if blob is None else self._arrive(part, blob)

    def _check(self, part: SnapshotPart) -> memoryview:
        """Return what the payload was before it was packed."""
        parts = part_count(self._size)
        if part.parts != parts:
            raise DecodeError(f"expected {parts} parts, got {part.parts} - at snap")
        if len(part.rows) and part.rows.shape[1] != self._columns:
            raise DecodeError(
                f"expected rows of {self._columns} columns, got"
                f" {part.rows.shape[1]} - at snap"
            )
        return unpacked(part.payload, part_bytes(self._size, part.part))

    def _keep_rows(self, rows: Rows) -> None:
        waiting = sum(table.nbytes for table in self._rows)
        if waiting + rows.nbytes > limits.ROWS_BYTES:
            raise DecodeError(
                f"expected at most {limits.ROWS_BYTES} bytes of rows before a whole"
                f" snapshot, got {waiting + rows.nbytes} - at snap"
            )
        self._rows.append(rows)
        if len(self._rows) == TABLES:
            self._rows = [join(self._rows)]

    def _gather(self, part: SnapshotPart, payload: memoryview) -> memoryview | None:
        """Return the blob when this was its last part."""
        if part.parts == 1:
            self._partial = None
            return payload
        if part.part == 0:
            self._partial = Partial(part.seq, bytearray(payload))
            return None
        partial = self._partial
        if partial is None or (partial.seq, partial.next_part) != (part.seq, part.part):
            self._partial = None
            return None
        partial.blob += payload
        partial.next_part += 1
        if partial.next_part < part.parts:
            return None
        self._partial = None
        return memoryview(partial.blob)

    def _arrive(self, part: SnapshotPart, blob: memoryview) -> list[Event]:
        assert self.manifest is not None  # there was a welcome
        skipped, lost = self.count_whole(part.seq, part.skip)
        rows = join(self._rows) if self._rows else empty(self._columns)
        self._rows.clear()
        snapshot = Snapshot(
            run=part.run,
            seq=part.seq,
            epoch=part.epoch,
            step=part.step,
            time=part.time,
            probe=part.probe,
            arrays=unpack(blob, self.manifest.arrays),
        )
        arrived = Arrived(snapshot=snapshot, rows=rows, skipped=skipped, lost=lost)
        return [arrived, *self._check_end()]

    def _hear_of(self, dropped: int) -> list[Event]:
        if dropped <= self.dropped:
            return []
        self.dropped = dropped
        return [Dropped(count=dropped)]

    def _check_end(self, lost: int = 0) -> list[Event]:
        if self.end is None or self._has_told_end or self.seq < self.end.seq:
            return []
        self._has_told_end = True
        return [Ended(reason=self.end.reason, text=self.end.text, lost=lost)]
