"""Each half of the conversation under fire, on a clock of our own.

`TrainerSiege` is a trainer's half that hears spoilt messages from many peers while it
serves an honest viewer; `ViewerSiege` is a viewer's half on a line that loses, repeats,
reorders and spoils what an honest trainer says.
"""

import random
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from protocol import limits
from protocol.codec import encode
from protocol.events import Arrived, Event, Joined
from protocol.following import Following
from protocol.messages import VERSION, Hello, Want

if TYPE_CHECKING:
    from tests.protocol.fuzz.conftest import Mutator, Parts, Run

PART_BYTES = 512  # so that a small snapshot has several parts
RUN_LENGTH = 3000  # messages until another run begins
HONEST = b"honest"


class Line:
    """A viewer's half, and what it has learnt.

    Attributes:
        epochs: First column of its metric rows.
        seqs: Numbers of the snapshots that came of this run, since the last welcome.
    """

    def __init__(self, want: Want, rng: random.Random) -> None:
        self.following = Following(want, 4, nonce=lambda: rng.randbytes(8))
        self.epochs: list[float] = []
        self.seqs: list[int] = []
        self.is_slow = False

    def learn(self, events: list[Event], now: float) -> None:
        """Take events as a program does; they must fit what the welcome promised."""
        for event in events:
            if isinstance(event, Joined):
                self.epochs = list(event.rows[:, 0])
                self.manifest = event.manifest
                self.seqs = [] if event.fresh else self.seqs
            elif isinstance(event, Arrived):
                assert event.rows.shape[1] == len(self.manifest.metrics)
                shapes = {k: a.shape for k, a in event.snapshot.arrays.items()}
                assert shapes == {s.key: s.shape for s in self.manifest.arrays}
                self.epochs += list(event.rows[:, 0])
                assert event.snapshot.seq > (self.seqs or [0])[-1]
                self.seqs.append(event.snapshot.seq)
                if not self.is_slow:
                    self.following.consumed(event.snapshot.seq, now)


class Tally:
    """What became of the spoilt messages, and what they cost.

    Attributes:
        heard: How many there were.
        refused: How many were found to be bad.
        worst_s: Longest time for one of them, of the processor.
    """

    def __init__(self) -> None:
        self.heard = self.refused = 0
        self.worst_s = 0.0

    @contextmanager
    def message(self, bad: Callable[[], int]) -> Iterator[None]:
        """Count a message; `bad` gives how many bad ones there were."""
        before, began = bad(), time.thread_time()
        yield
        self.worst_s = max(self.worst_s, time.thread_time() - began)
        self.heard += 1
        self.refused += bad() - before


class TrainerSiege:
    """A trainer's half, an honest viewer, and peers that are not."""

    def __init__(self, mutator: "Mutator", run: "Run") -> None:
        self.rng = mutator.rng
        self.tally = Tally()
        self.run = run
        self._mutator = mutator
        self._names = (number.to_bytes(5, "big") for number in count())
        self._peers = [next(self._names) for _ in range(40)]
        self._begin()

    def step(self) -> None:
        """Let one spoilt message come, and some time go by."""
        if self.tally.heard % RUN_LENGTH == RUN_LENGTH - 1:
            self.check()
            self.run.begin()
            self._begin()
        newest = self.run.publishing.seq
        message, other = (
            self._mutator.make_up(self.run.name, newest) for _ in range(2)
        )
        spoilt = self._mutator.mutate(message, other)
        self._hear(message if self.rng.random() < 0.3 else spoilt)
        self.run.now += self.rng.choice((0.0, 0.01, 0.05, 0.1))
        if self.rng.random() < 0.2:
            self.run.publish()
        if self.rng.random() < 0.2:
            self._serve()

    def check(self) -> None:
        """See that the honest viewer has everything, and the peers their bounds."""
        self._honest.is_slow = False
        self._serve_honest()
        newest = self.run.publishing.seq
        assert self._honest.epochs == list(range(1, newest + 1))
        assembler = self._honest.following.assembler
        assert assembler.lost == assembler.duplicates == assembler.skipped == 0
        assert len(self._honest.seqs) + assembler.missing == newest
        assert len(self.run.publishing.receivers(self.run.now)) <= 2 * limits.PEERS

    def _begin(self) -> None:
        self._honest = Line(Want.ALL, self.rng)
        self.run.publish()
        self._serve_honest()
        assert self._honest.seqs

    def _hear(self, parts: "Parts") -> None:
        """Let a peer say it; most of those that are refused come back as new ones."""
        publishing = self.run.publishing
        index, bad = self.rng.randrange(len(self._peers)), publishing.bad
        with self.tally.message(lambda: publishing.bad):
            publishing.receive(self._peers[index], parts, self.run.now)
        if publishing.bad > bad and self.rng.random() < 0.3:
            self._peers[index] = next(self._names)

    def _serve(self) -> None:
        """Send to each peer as its socket happens to have room."""
        publishing, now = self.run.publishing, self.run.now
        for name in publishing.receivers(now):
            if name == HONEST:
                continue
            for _ in range(self.rng.choice((0, 1, 1, 4, 50))):
                if publishing.next_for(name, now) is None:
                    break
                if self.rng.random() < 0.02:
                    publishing.gone(name)
                else:
                    publishing.accepted(name)
        assert publishing.next_deadline(now) >= 0
        self._serve_honest()

    def _serve_honest(self) -> None:
        publishing, now, viewer = self.run.publishing, self.run.now, self._honest
        busy = True
        while busy:
            viewer.learn(viewer.following.tick(now), now)
            said = viewer.following.outgoing()
            for parts in said:
                publishing.receive(HONEST, parts, now)
            busy = bool(said)
            publishing.receivers(now)
            while (message := publishing.next_for(HONEST, now)) is not None:
                busy = True
                copied = [bytes(part) for part in message]
                publishing.accepted(HONEST)
                viewer.learn(viewer.following.receive(copied, now), now)


class ViewerSiege:
    """A viewer's half, an honest trainer, and a line that is not."""

    def __init__(self, mutator: "Mutator", run: "Run") -> None:
        self.rng = mutator.rng
        self.tally = Tally()
        self.run = run
        self._mutator = mutator
        self._recent: deque[Parts] = deque(maxlen=30)
        self._begin()

    def step(self) -> None:
        """Let one spoilt message come, among honest ones, and some time go by."""
        if self.tally.heard % RUN_LENGTH == RUN_LENGTH - 1:
            self.run.begin()
        if self.rng.random() < 0.005:
            self._begin()
        for parts in self._honest_ones():
            if self.rng.random() < 0.8:
                self._take(parts)
        self._hear(self._spoil())
        self.run.now += self.rng.choice((0.0, 0.01, 0.1, 0.1, 3.0))
        self._answer()

    def _begin(self) -> None:
        self.viewer = Line(self.rng.choice(list(Want)), self.rng)
        self.viewer.is_slow = self.rng.random() < 0.1
        self.run.publish()
        self._answer()

    def _honest_ones(self) -> Iterator["Parts"]:
        if self.rng.random() < 0.4:
            self.run.publish()
        publishing, now = self.run.publishing, self.run.now
        publishing.receivers(now)
        for _ in range(self.rng.choice((0, 1, 2, 8))):
            parts = publishing.next_for(HONEST, now)
            if parts is None:
                return
            self._recent.append([bytes(part) for part in parts])
            publishing.accepted(HONEST)
            yield self._recent[-1]

    def _spoil(self) -> "Parts":
        if not self._recent:
            return [b""]
        message, other = (self.rng.choice(self._recent) for _ in range(2))
        if self.rng.random() < 0.1:
            return message  # again, and out of order
        return self._mutator.mutate(message, other)

    def _hear(self, parts: "Parts") -> None:
        following = self.viewer.following
        with self.tally.message(lambda: following.dropped):
            self._take(parts)

    def _take(self, parts: "Parts") -> None:
        events = self.viewer.following.receive(parts, self.run.now)
        self.viewer.learn(events, self.run.now)

    def _answer(self) -> None:
        following, now = self.viewer.following, self.run.now
        if self.rng.random() < 0.01:
            following.reconnected(now)
        self.viewer.learn(following.tick(now), now)
        assert following.next_deadline(now) >= 0
        for parts in following.outgoing():
            self.run.publishing.receive(HONEST, parts, now)


SIEGES: dict[str, type[TrainerSiege | ViewerSiege]] = {
    "trainer": TrainerSiege,
    "viewer": ViewerSiege,
}


@pytest.fixture
def make_siege(
    make_mutator: "Callable[[int], Mutator]",
    make_run: "Callable[[random.Random], Run]",
) -> Callable[..., Any]:
    """Give TrainerSiege or ViewerSiege, by name, with a seed."""

    def make_siege(which: str, seed: int) -> TrainerSiege | ViewerSiege:
        mutator = make_mutator(seed)
        return SIEGES[which](mutator, make_run(mutator.rng))

    return make_siege


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PART_BYTES", PART_BYTES)


@pytest.fixture
def said(make_run: "Callable[[random.Random], Run]") -> "list[Parts]":
    """What an honest trainer says to a recorder, from the welcome to the end."""
    run = make_run(random.Random(0))
    for _ in range(5):
        run.publish()
    run.end()
    hello = Hello(version=VERSION, want=Want.ALL, window=8, nonce=bytes(8))
    run.publishing.receive(HONEST, encode(hello), 0.0)
    said = []
    while (message := run.publishing.next_for(HONEST, 0.0)) is not None:
        said.append([bytes(part) for part in message])
        run.publishing.accepted(HONEST)
    return said
