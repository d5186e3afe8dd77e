"""What a run has produced and its trainer still serves: rows, snapshots, the end.

Metric rows are kept for the whole run, they are small. Snapshots are kept up to a number
of bytes, the oldest go first. No blob is ever copied here.
"""

import zlib
from collections import deque
from dataclasses import dataclass, field

from protocol import limits
from protocol.arrays import blob_bytes, cut
from protocol.messages import End, Manifest, Probe, Rows, SnapshotPart
from protocol.rows import RowLog, empty


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """When in the run a snapshot was taken; see messages.Snapshot for the fields."""

    epoch: int
    step: int
    time: float
    probe: Probe


class Held:
    """One snapshot, cut into parts; CRCs are made when a part is first sent."""

    def __init__(
        self, seq: int, moment: Moment, blob: memoryview, row_end: int
    ) -> None:
        """Keep a blob.

        Args:
            seq: Its number.
            moment: When it was taken.
            blob: Must not change any more.
            row_end: How many metric rows the run had by then.
        """
        self.seq = seq
        self.row_end = row_end
        self.size = len(blob)
        self._moment = moment
        self._payloads = cut(blob)
        self._crcs: list[int | None] = [None] * len(self._payloads)

    @property
    def parts(self) -> int:
        """How many parts it has."""
        return len(self._payloads)

    def part(self, index: int, *, run: bytes, skip: int, rows: Rows) -> SnapshotPart:
        """Make the message for one part."""
        payload = self._payloads[index]
        crc = self._crcs[index]
        if crc is None:
            crc = self._crcs[index] = zlib.crc32(payload)
        return SnapshotPart(
            run=run,
            seq=self.seq,
            epoch=self._moment.epoch,
            step=self._moment.step,
            time=self._moment.time,
            probe=self._moment.probe,
            skip=skip,
            rows=rows,
            part=index,
            parts=self.parts,
            crc=crc,
            payload=payload,
        )


@dataclass(slots=True)
class Archive:
    """Everything that viewers of one run can be sent.

    Attributes:
        run: 16 bytes that name the run.
        manifest: What the run is.
        ring_bytes: How much the kept snapshots may take; the newest is always kept.
        rows: Every metric row so far.
        seq: Number of the newest snapshot, 0 before the first.
        end: How the run ended, None while it goes on.
    """

    run: bytes
    manifest: Manifest
    ring_bytes: int = limits.RING_BYTES
    rows: RowLog = field(init=False)
    seq: int = 0
    end: End | None = None
    _ring: deque[Held] = field(default_factory=deque)
    _held_bytes: int = 0

    def __post_init__(self) -> None:
        self.rows = RowLog(len(self.manifest.metrics))

    @property
    def oldest(self) -> int:
        """Number of the oldest snapshot that is still there, 0 before the first."""
        return self._ring[0].seq if self._ring else 0

    def append(self, moment: Moment, rows: Rows, blob: memoryview) -> int:
        """Take the next snapshot and drop the oldest where there is no more room.

        Returns:
            Its number.

        Raises:
            ValueError: Rows or blob do not fit the manifest; nothing has changed then.
        """
        expected = blob_bytes(self.manifest.arrays)
        if len(blob) != expected:
            raise ValueError(f"expected a blob of {expected} bytes, got {len(blob)}")
        self.rows.append(rows)
        self.seq += 1
        self._ring.append(Held(self.seq, moment, blob, len(self.rows)))
        self._held_bytes += len(blob)
        while self._held_bytes > self.ring_bytes and len(self._ring) > 1:
            self._held_bytes -= self._ring.popleft().size
        return self.seq

    def held(self, seq: int) -> Held:
        """Return a snapshot from `oldest` to `seq`."""
        return self._ring[seq - self.oldest]

    def rows_between(self, first: int, end: int) -> Rows:
        """Return the metric rows that a viewer lacks, none where it is ahead."""
        return (
            self.rows.between(first, end) if first < end else empty(self.rows.columns)
        )
