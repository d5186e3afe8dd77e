"""Which of the snapshots that a live source received the trainer may count as consumed."""

from collections import deque

from protocol import limits
from protocol.assembling import Mark
from protocol.messages import Snapshot, Want
from viewer.footprint import footprint


class Backlog:
    """Decides which snapshots may be acknowledged."""

    def __init__(self, want: Want, most_bytes: int) -> None:
        """Begin empty.

        Args:
            want: Newest only: a snapshot is acknowledged when it is consumed. All: when
                it is received, unless more than `most_bytes` wait to be consumed.
            most_bytes: How much may wait.
        """
        self._want = want
        self._most_bytes = most_bytes
        self._waiting: deque[tuple[Mark, int]] = deque()
        self._bytes = self._largest = 0
        self._consumed: Mark | None = None
        self._received: Mark | None = None

    def receive(self, snapshot: Snapshot) -> None:
        """Take note of a snapshot."""
        self._received = Mark(snapshot.run, snapshot.seq)
        size = self._largest = footprint(snapshot)
        self._waiting.append((self._received, size))
        self._bytes += size

    def consume(self, mark: Mark) -> None:
        """Take note that a snapshot and all before it are done with."""
        if all(mark != waiting for waiting, _ in self._waiting):
            return
        self._consumed = mark
        done = None
        while done != mark:
            done, size = self._waiting.popleft()
            self._bytes -= size

    @property
    def is_overfull(self) -> bool:
        """Whether more waits than credit allows: the trainer heeds no acks."""
        return self._bytes > self._most_bytes + 2 * limits.WINDOW * self._largest

    @property
    def acknowledged(self) -> Mark | None:
        """The last snapshot that the trainer may hear is consumed."""
        if self._want is Want.ALL and self._bytes <= self._most_bytes:
            return self._received
        return self._consumed
