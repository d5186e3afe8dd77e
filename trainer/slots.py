"""Memory for snapshots that is used again and again.

A snapshot is copied once, into a slot, and sent from there. New memory costs the thread
that first writes to it several times as much as the copy itself, so the thread that
sends prepares slots ahead of need, and those that are given back are taken again.
"""

import threading
from collections import deque
from collections.abc import Sequence

import numpy as np

from protocol.arrays import blob_bytes, views
from protocol.messages import ArraySpec

# Slots that are ready: one to fill while the one before waits to be sent.
READY = 2

# What Python takes for a slot and the snapshot in it, and for a view of each array;
# more than it takes now, so that a bound on bytes holds for networks of few weights, too.
SLOT_BYTES = 2048
VIEW_BYTES = 640


def slot_bytes(specs: Sequence[ArraySpec]) -> int:
    """How much memory a slot takes, with all that is kept beside it."""
    return blob_bytes(specs) + SLOT_BYTES + VIEW_BYTES * len(specs)


class Slot:
    """Room for the arrays of one snapshot.

    Attributes:
        memory: All of it, as bytes.
        arrays: The same, by (kind, layer), to write to.
    """

    def __init__(self, specs: Sequence[ArraySpec]) -> None:
        whole = np.empty(blob_bytes(specs), np.uint8)
        whole[...] = 0  # makes the system give the memory now
        self.memory = whole.data
        self.arrays = views(whole.data, specs)


class Slots:
    """A number of slots of the same size; safe for use from several threads."""

    def __init__(self, specs: Sequence[ArraySpec], count: int) -> None:
        """Prepare the first slots.

        Args:
            specs: The arrays of a snapshot.
            count: How many slots there may be at most.
        """
        self.count = count
        self._specs = tuple(specs)
        self._free: deque[Slot] = deque()
        self._made = 0
        self._lock = threading.Lock()
        self.prepare()

    def take(self) -> Slot | None:
        """Borrow a slot, None where all are in use."""
        try:
            return self._free.pop()
        except IndexError:
            return self._make()

    def give_back(self, slot: Slot) -> None:
        """Return a slot that nobody looks at any more."""
        self._free.append(slot)

    def prepare(self) -> None:
        """See to it that the next ones need not be made when they are taken."""
        while len(self._free) < READY and (slot := self._make()) is not None:
            self._free.append(slot)

    def _make(self) -> Slot | None:
        with self._lock:
            if self._made == self.count:
                return None
            self._made += 1
        return Slot(self._specs)
