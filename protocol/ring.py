"""The newest snapshots of a run, within a number of bytes.

How it works. The oldest leaves when there is no more room. One that is being sent to a
viewer just then is let go only when it was sent, so that a slow link gets whole
snapshots; but all such together may take a quarter of the room. Beyond that the one
goes whose viewer has not been heard for longest: its transfer is given up. So viewers
that stand still cost the others nothing.
"""

from collections import deque
from collections.abc import Mapping
from typing import Protocol

from protocol.arrays import blob_bytes
from protocol.held import Held, Sendable
from protocol.messages import Manifest
from protocol.packs import Packs


class Older(Protocol):
    """The trainer's own recording."""

    @property
    def oldest(self) -> int:
        """Number of the first snapshot in it, 0 where there is none."""

    @property
    def told(self) -> int:
        """Up to which number it is certain what is in it, and what never will be."""

    def stored(self, seq: int) -> Sendable | None:
        """Find a snapshot, None where it is not there."""

    def first_from(self, seq: int) -> int | None:
        """Number of the first snapshot that is not before `seq`, None without one."""


class Ring:
    """Snapshots of one kind, whole or with previews of large matrices.

    Attributes:
        manifest: What the run is, with the arrays that these snapshots have.
        size: Bytes of one of them.
        capacity: How many are kept; the newest is kept always.
        older: Where those that have left may be found.
        packs: Packs their parts; None where that would not make them much smaller.
    """

    def __init__(
        self,
        manifest: Manifest,
        most_bytes: int,
        older: Older | None = None,
        packs: Packs | None = None,
    ) -> None:
        self.manifest = manifest
        self.size = blob_bytes(manifest.arrays)
        self.capacity = max(1, most_bytes // max(1, self.size))
        self.older = older
        self.packs = packs
        self._ring: deque[Held] = deque()
        self._leaving: list[Held] = []

    @property
    def newest(self) -> int:
        """Number of the newest snapshot, 0 before the first."""
        return self._ring[-1].seq if self._ring else 0

    @property
    def oldest(self) -> int:
        """Number of the oldest snapshot that can be had, 0 before the first."""
        if not self._ring:
            return 0
        recorded = self.older.oldest if self.older else 0
        return min(recorded or self._ring[0].seq, self._ring[0].seq)

    def append(self, held: Held, in_use: Mapping[int, float]) -> None:
        """Take the next snapshot and let go of what there is no more room for.

        Args:
            held: The next one.
            in_use: Snapshots that are being sent, and when one of the viewers that
                they are sent to was last heard.
        """
        self._ring.append(held)
        self._let_go_of([each for each in self._leaving if each.seq not in in_use])
        while len(self._ring) > 1 and self._count > self.capacity:
            oldest = self._ring.popleft()
            if oldest.seq in in_use:
                self._leaving.append(oldest)
                self._limit_leaving(in_use)
            else:
                oldest.let_go()

    def find(self, seq: int) -> Sendable | None:
        """Return a snapshot, None where it cannot be had any more."""
        first = self._ring[0].seq if self._ring else 0
        if first <= seq <= self.newest:
            return self._ring[seq - first]
        return self.older.stored(seq) if self.older else None

    def first_from(self, seq: int, *, waits: bool = True) -> int | None:
        """Number of the first snapshot from `seq` to `newest` that can be had.

        Args:
            seq: Not above `newest`.
            waits: Whether one that has left may still be on its way into the recording;
                not for the recording itself.

        Returns:
            None where that is not certain yet: ask again.
        """
        in_memory = self._ring[0].seq
        if self.older is None or seq >= in_memory:
            return max(seq, in_memory)
        is_certain = not waits or self.older.told >= in_memory - 1
        found = self.older.first_from(seq)  # after what it is certain of: that grows
        if found is None:
            return in_memory if is_certain else None
        return min(found, in_memory)

    @property
    def _count(self) -> int:
        return len(self._ring) + len(self._leaving)

    def _limit_leaving(self, in_use: Mapping[int, float]) -> None:
        most = max(self.capacity // 4, min(1, self.capacity - 1))
        if len(self._leaving) > most:
            silent = min(self._leaving, key=lambda each: in_use[each.seq])
            self._let_go_of([silent])

    def _let_go_of(self, some: list[Held]) -> None:
        for held in some:
            self._leaving.remove(held)
            held.let_go()
