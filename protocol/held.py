"""One snapshot that can be sent, part by part."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from protocol.arrays import cut
from protocol.messages import Probe, Rows, SnapshotPart
from protocol.packs import Packs
from protocol.payload import Packing, Payload, raw


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

    def part(
        self,
        index: int,
        *,
        run: bytes,
        skip: int,
        rows: Rows,
        packings: Collection[Packing] = (),
    ) -> SnapshotPart:
        """Make the message for one part, for a viewer that knows these packings.

        Raises:
            RecordingError: It cannot be read.
        """


class Held:
    """A snapshot in memory; a part is looked at only when it is first sent."""

    def __init__(
        self,
        seq: int,
        moment: Moment,
        blob: Blob,
        row_end: int,
        packs: Packs | None = None,
    ) -> None:
        """Keep a blob.

        Args:
            seq: Its number.
            moment: When it was taken.
            blob: Released by `let_go`.
            row_end: How many metric rows the run had by then.
            packs: Packs its parts, None where that is not worth the time.
        """
        self.seq = seq
        self.row_end = row_end
        self.is_gone = False
        self._release = blob.release
        self._moment = moment
        self._packs = packs
        self._cut = cut(blob.memory)
        self._raw: list[Payload | None] = [None] * len(self._cut)
        self.parts = len(self._cut)

    def part(
        self,
        index: int,
        *,
        run: bytes,
        skip: int,
        rows: Rows,
        packings: Collection[Packing] = (),
    ) -> SnapshotPart:
        """Make the message for one part, for a viewer that knows these packings."""
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
            payload=self._payload(index, packings),
        )

    def let_go(self) -> None:
        """Give the memory back; no part can be had any more."""
        self.is_gone = True
        self._cut.clear()
        self._raw.clear()
        self._release()

    def _payload(self, index: int, packings: Collection[Packing]) -> Payload:
        if self._packs is not None and Packing.DEFLATE in packings:
            found = self._packs.find((self.seq, index), self._cut[index])
            if found is not None:
                return found
        found = self._raw[index]
        if found is None:
            found = self._raw[index] = raw(self._cut[index])
        return found
