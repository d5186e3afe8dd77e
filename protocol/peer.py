"""One viewer as its trainer sees it: what it wants, was sent, has consumed.

How it works. A peer offers one message at a time and moves on only when the transport
says that the socket took it, so a full socket costs nothing but time:

    1. what is urgent: welcome, gap, beat, end
    2. the next part of the snapshot that is under way
    3. part 0 of another snapshot, if fewer than `window` are unacknowledged:
       want live: the newest, those before it are counted in `skip`
       want all:  the next, after a gap message where it is no longer held

Beats become urgent by themselves, so they get between the parts of a large snapshot.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from protocol import limits
from protocol.archive import Archive, Held
from protocol.codec import Part, encode
from protocol.messages import FromTrainer, Gap, Hello, Want


@dataclass(slots=True)
class Progress:
    """A snapshot under way: the next part, and what part 0 carries."""

    held: Held
    skip: int
    row_first: int
    part: int = 0


class Peer:
    """One welcomed viewer."""

    def __init__(self, hello: Hello, archive: Archive, now: float) -> None:
        """Begin where the hello says.

        Args:
            hello: What the viewer asked for.
            archive: What there is to send.
            now: The time.
        """
        self.nonce = hello.nonce
        self.heard_at = now
        self.beat_at = now + limits.BEAT_S
        self.ends_left = limits.END_REPEATS
        resumed = hello.run == archive.run
        self.acked = min(hello.seq, archive.seq) if resumed else 0
        self._archive = archive
        self._want = hello.want
        self._window = hello.window
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
        progress = self._under_way or self._choose()
        if self._urgent:
            self._offered = self._urgent[0]
            return self._offered
        self._offered = progress
        return None if progress is None else self._encode(progress)

    def accepted(self) -> None:
        """Move on: the socket took what was offered."""
        offered, self._offered = self._offered, None
        if isinstance(offered, Progress):
            self._advance(offered)
        elif offered is not None:
            self._urgent.popleft()

    def _first(self, resumed: bool) -> int:
        if resumed:
            return self.acked + 1
        return 1 if self._want is Want.ALL else max(1, self._archive.seq)

    def _choose(self) -> Progress | None:
        archive = self._archive
        if len(self._unacked) >= self._window or self._next > archive.seq:
            return None
        seq = archive.seq
        if self._want is Want.ALL:
            seq = max(self._next, archive.oldest)
            if seq > self._next:
                self.say(Gap(run=archive.run, first=self._next, last=seq - 1))
                self._next = seq
        return Progress(archive.held(seq), seq - self._next, self._rows_sent)

    def _encode(self, progress: Progress) -> Sequence[Part]:
        end = progress.held.row_end if progress.part == 0 else 0
        message = progress.held.part(
            progress.part,
            run=self._archive.run,
            skip=progress.skip,
            rows=self._archive.rows_between(progress.row_first, end),
        )
        return encode(message)

    def _advance(self, progress: Progress) -> None:
        held = progress.held
        if progress.part == 0:
            self._unacked.append(held.seq)
            self._next = held.seq + 1
            self._rows_sent = max(self._rows_sent, held.row_end)
        progress.part += 1
        self._under_way = progress if progress.part < held.parts else None
