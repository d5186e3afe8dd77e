"""One snapshot that can be sent, part by part."""

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from protocol.arrays import cut
from protocol.messages import Probe, Rows, SnapshotPart


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """When in the run a snapshot was taken; see messages.Snapshot for the fields."""

    epoch: int
    step: int
    time: float
    probe: Probe


class Blob(NamedTuple):
    """The arrays of a snapshot end to end, in memory that is lent.

    Attributes:
        memory: See arrays.pack; must not change before it is released.
        release: Called once when nothing looks at the memory any more.
    """

    memory: memoryview
    release: Callable[[], None]


class Sendable(Protocol):
    """A snapshot in memory or in a recording."""

    @property
    def seq(self) -> int:
        """Its number."""

    @property
    def row_end(self) -> int:
        """How many metric rows the run had by then."""

    @property
    def parts(self) -> int:
        """How many parts it has."""

    @property
    def is_gone(self) -> bool:
        """Whether its parts cannot be had any more."""

    def part(self, index: int, *, run: bytes, skip: int, rows: Rows) -> SnapshotPart:
        """Make the message for one part.

        Raises:
            RecordingError: It cannot be read.
        """


class Held:
    """A snapshot in memory; CRCs are made when a part is first sent."""

    def __init__(self, seq: int, moment: Moment, blob: Blob, row_end: int) -> None:
        """Keep a blob.

        Args:
            seq: Its number.
            moment: When it was taken.
            blob: Released by `let_go`.
            row_end: How many metric rows the run had by then.
        """
        self.seq = seq
        self.row_end = row_end
        self.is_gone = False
        self._release = blob.release
        self._moment = moment
        self._payloads = cut(blob.memory)
        self._crcs: list[int | None] = [None] * len(self._payloads)

    @property
    def parts(self) -> int:
        """How many parts it has."""
        return len(self._crcs)

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

    def let_go(self) -> None:
        """Give the memory back; no part can be had any more."""
        self.is_gone = True
        self._payloads.clear()
        self._release()
