"""One viewer as its trainer sees it: what it wants, was sent, has consumed.

How it works. A peer offers one message at a time and moves on only when the transport
says that the socket took it, so a full socket costs nothing but time:

    1. what is urgent: welcome, gap, beat, end
    2. the next part of the snapshot that is under way
    3. part 0 of another snapshot, if fewer than `window` are unacknowledged:
       want live: the newest, those before it are counted in `skip`
       want all:  the next, after a gap message where it is no longer held

Beats become urgent by themselves, so they get between the parts of a large snapshot. A
snapshot that cannot be had any more while it is under way is given up: what the viewer
has of it is worth nothing, and counting goes on as if it had not begun.
"""

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from protocol import limits
from protocol.archive import Archive
from protocol.codec import Part, encode
from protocol.errors import RecordingError
from protocol.held import Sendable
from protocol.messages import VERSION, FromTrainer, Gap, Hello, Want
from protocol.payload import Packing

# What the trainer's own recording would say.
RECORDER = Hello(
    version=VERSION,
    want=Want.ALL,
    window=1,
    nonce=bytes(limits.NONCE_BYTES),
    packings=tuple(Packing),
)


@dataclass(slots=True)
class Progress:
    """A snapshot under way: the next part, and what part 0 carries."""

    held: Sendable
    skip: int
    row_first: int
    part: int = 0


class Peer:
    """One welcomed viewer, or the trainer's own recording."""

    def __init__(self, hello: Hello, archive: Archive, now: float) -> None:
        """Begin where the hello says.

        Args:
            hello: What the viewer asked for.
            archive: What there is to send.
            now: The time; infinity for a recording, which needs no beats and says
                nothing.
        """
        self.nonce = hello.nonce
        self.heard_at = now
        self.beat_at = now + limits.BEAT_S
        self.ends_left = limits.END_REPEATS
        self.pause_s = limits.RETRY_FIRST_S
        self.ring = archive.ring_for(hello.max_cells)
        resumed = hello.run == archive.run
        self.acked = min(hello.seq, archive.seq) if resumed else 0
        self._archive = archive
        self._want = hello.want
        self._window = hello.window
        self._packings = hello.packings
        self.is_local = now == math.inf
        self._next = self._first(resumed)
        self._rows_sent = len(archive.rows)
        self._urgent: deque[Sequence[Part]] = deque()
        self._unacked: deque[int] = deque()
        self._under_way: Progress | None = None
        self._offered: Progress | Sequence[Part] | None = None

    @property
    def is_blocked(self) -> bool:
        """Whether the last offer was not taken."""
        return self._offered is not None

    @property
    def is_satisfied(self) -> bool:
        """Whether it has acknowledged the end of the run, and all before it."""
        return self._archive.end is not None and self.acked > self._archive.seq

    @property
    def has_urgent(self) -> bool:
        """Whether something goes before the next snapshot."""
        return bool(self._urgent)

    @property
    def is_sending(self) -> int | None:
        """Number of the snapshot that is under way."""
        return self._under_way.held.seq if self._under_way else None

    def say(self, message: FromTrainer) -> None:
        """Put a message before the next snapshot."""
        self._urgent.append(encode(message))

    def acknowledge(self, seq: int) -> None:
        """Note that the viewer has consumed everything up to `seq`."""
        self.acked = max(self.acked, seq)
        while self._unacked and self._unacked[0] <= seq:
            self._unacked.popleft()
        self._next = max(self._next, seq + 1)

    def offer(self) -> Sequence[Part] | None:
        """Return what to send now, None if nothing; say `accepted` when it is sent."""
        if self.is_blocked:  # and may stand still: no hurry
            self.pause_s = min(2 * self.pause_s, limits.RETRY_LAST_S)
        if not self._urgent:
            progress = self._take_up()
            parts = self._encode(progress) if progress else None
            if not self._urgent:  # choosing may have found a gap
                self._offered = progress if parts else None
                return parts
        self._offered = self._urgent[0]
        return self._offered

    def accepted(self) -> None:
        """Move on: the socket took what was offered."""
        self.pause_s = limits.RETRY_FIRST_S
        offered, self._offered = self._offered, None
        if isinstance(offered, Progress):
            self._advance(offered)
        elif offered is not None:
            self._urgent.popleft()

    def _first(self, resumed: bool) -> int:
        if resumed:
            return self.acked + 1
        return 1 if self._want is Want.ALL else max(1, self._archive.seq)

    def _take_up(self) -> Progress | None:
        """Go on with what is under way, or choose the next."""
        if self._under_way and self._under_way.held.is_gone:
            self._give_up(self._under_way)
        return self._under_way or self._choose()

    def _choose(self) -> Progress | None:
        newest = self.ring.newest
        if len(self._unacked) >= self._window or self._next > newest:
            return None
        if self._want is Want.LIVE:
            seq = newest
        else:
            first = self.ring.first_from(self._next, waits=not self.is_local)
            if first is None:
                return None
            if (seq := first) > self._next:
                self._pass_over(seq - 1)
        held = self.ring.find(seq)
        assert held is not None  # it was there just now
        return Progress(held, seq - self._next, self._rows_sent)

    def _pass_over(self, last: int) -> None:
        self.say(Gap(run=self._archive.run, first=self._next, last=last))
        self._next = last + 1

    def _give_up(self, progress: Progress) -> None:
        """Undo what part 0 did, but for the rows that came with it."""
        self._under_way = None
        if progress.held.seq in self._unacked:
            self._unacked.remove(progress.held.seq)
            self._next = min(self._next, progress.held.seq - progress.skip)

    def _encode(self, progress: Progress) -> Sequence[Part] | None:
        end = progress.held.row_end if progress.part == 0 else 0
        try:
            message = progress.held.part(
                progress.part,
                run=self._archive.run,
                skip=progress.skip,
                rows=self._archive.rows_between(progress.row_first, end),
                packings=() if self._is_late(progress.held.seq) else self._packings,
            )
        except RecordingError:  # it comes from one, so that all are wanted
            self._give_up(progress)
            self._pass_over(progress.held.seq)
            return None
        return encode(message)

    def _is_late(self, seq: int) -> bool:
        """Whether a recording falls behind because packing takes too long.

        Where a viewer is far behind it is mostly the link, and packing helps.
        """
        return self.is_local and self.ring.newest - seq > self.ring.capacity // 4

    def _advance(self, progress: Progress) -> None:
        held = progress.held
        if progress.part == 0:
            self._unacked.append(held.seq)
            self._next = held.seq + 1
            self._rows_sent = max(self._rows_sent, held.row_end)
        progress.part += 1
        self._under_way = progress if progress.part < held.parts else None
        if self._under_way is None:
            self._archive.skipped += progress.skip
            if self.is_local:
                self.acknowledge(held.seq)
