"""Both halves joined without a socket, on a clock of our own."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import count

import numpy as np
import pytest

from protocol import limits
from protocol.arrays import blob_bytes
from protocol.codec import Part
from protocol.events import Arrived, Event, Joined
from protocol.following import Following
from protocol.held import Blob, Moment
from protocol.messages import ArraySpec, LayerSpec, Manifest, Probe, Want
from protocol.packs import Packs
from protocol.publishing import Publishing
from protocol.ring import Ring

SMALL = Manifest(
    name="test",
    kind="mlp",
    axis="epoch",
    layers=(LayerSpec(name="input", units=4, activation=""),),
    arrays=(),
    metrics=("epoch", "loss"),
    classes=(),
    input_shape=(),
    every=2,
    epochs=0,
    started=0.0,
)


class Viewer:
    """A viewer at the end of a link, and what it has learnt so far."""

    def __init__(self, want: Want, window: int, name: bytes) -> None:
        nonces = count(1)
        self.following = Following(
            want, window, nonce=lambda: next(nonces).to_bytes(8, "big")
        )
        self.name = name
        self.consumes = True
        self.events: list[Event] = []
        self.epochs: list[float] = []  # the metric rows' first column
        self.to_trainer: deque[tuple[float, list[Part]]] = deque()
        self.to_viewer: deque[tuple[float, list[bytes]]] = deque()

    @property
    def seqs(self) -> list[int]:
        """Numbers of the snapshots that arrived."""
        return [e.snapshot.seq for e in self.events if isinstance(e, Arrived)]

    @property
    def kinds(self) -> list[str]:
        """Names of the events, in order."""
        return [type(event).__name__ for event in self.events]

    def learn(self, events: Sequence[Event], now: float) -> None:
        self.events += events
        for event in events:
            if isinstance(event, Joined):
                self.epochs = list(event.rows[:, 0])
            elif isinstance(event, Arrived):
                self.epochs += list(event.rows[:, 0])
                if self.consumes:
                    self.following.consumed(event.snapshot.seq, now, event.snapshot.run)


class Link:
    """A trainer and its viewers on a clock of our own.

    Attributes:
        now: The time.
        delay: How long a message is under way.
        room: How many messages to one viewer the socket takes before it is full.
    """

    def __init__(self, parts: int = 1, held: int = 100, dtype: str = "<f4") -> None:
        """Begin with a trainer and no viewer.

        Args:
            parts: How many parts a snapshot has.
            held: How many snapshots the trainer keeps.
            dtype: What kind of numbers they are.
        """
        units = parts * limits.PART_BYTES // 4 - 1 if parts > 1 else 16
        weights = ArraySpec(kind="weights", layer=0, dtype=dtype, shape=(units,))
        self.now = 100.0
        self.delay = 0.0
        self.room = 64
        self.viewers: list[Viewer] = []
        self.manifest = replace(SMALL, arrays=(weights,))
        self._ring_bytes = held * blob_bytes(self.manifest.arrays)
        self._names = count(1)
        self._runs = count(1)
        self.start_trainer()

    def start_trainer(self, max_peers: int = 64) -> None:
        """Begin another run, as a trainer that was killed and started again."""
        self.epoch = 0
        self.is_trainer_up = True
        self.publishing = Publishing(
            next(self._runs).to_bytes(16, "big"),
            Ring(self.manifest, self._ring_bytes, packs=Packs(1 << 16)),
            max_peers=max_peers,
        )

    def join(self, want: Want = Want.LIVE, window: int = 2) -> Viewer:
        viewer = Viewer(want, window, next(self._names).to_bytes(4, "big"))
        self.viewers.append(viewer)
        return viewer

    def publish(self, snapshots: int = 1) -> None:
        """Train two epochs a snapshot."""
        for _ in range(snapshots):
            rows = np.array([[self.epoch, 0.5], [self.epoch + 1, np.nan]])
            self.epoch += 2
            blob = bytes([self.epoch % 251]) * blob_bytes(self.manifest.arrays)
            moment = Moment(
                epoch=self.epoch,
                step=self.epoch,
                time=self.now,
                probe=Probe(index=0, label=None),
            )
            memory = Blob(memoryview(blob), lambda: None)
            self.publishing.publish(moment, rows, memory)

    def cut(self, viewer: Viewer) -> None:
        """Lose the connection: what is under way is gone, the trainer sees a new peer."""
        viewer.to_trainer.clear()
        viewer.to_viewer.clear()
        self.publishing.gone(viewer.name)
        viewer.name = next(self._names).to_bytes(4, "big")
        viewer.following.reconnected(self.now)

    def run(self, seconds: float, pause: float = 0.05) -> None:
        """Let time go by."""
        end = self.now + seconds
        while self.now < end:
            self.settle()
            self.now += pause
        self.settle()

    def settle(self) -> None:
        """Exchange messages until nothing more happens at this moment."""
        while self._exchange():
            pass

    def _exchange(self) -> bool:
        busy = False
        for viewer in self.viewers:
            viewer.learn(viewer.following.tick(self.now), self.now)
            for message in viewer.following.outgoing():
                viewer.to_trainer.append((self.now + self.delay, message))
            while viewer.to_trainer and viewer.to_trainer[0][0] <= self.now:
                busy = True
                _, parts = viewer.to_trainer.popleft()
                if self.is_trainer_up:
                    self.publishing.receive(viewer.name, parts, self.now)
        if self.is_trainer_up:
            busy |= self._serve()
        for viewer in self.viewers:
            while viewer.to_viewer and viewer.to_viewer[0][0] <= self.now:
                busy = True
                _, copied = viewer.to_viewer.popleft()
                viewer.learn(viewer.following.receive(copied, self.now), self.now)
        return busy

    def _serve(self) -> bool:
        busy = False
        pipes = {viewer.name: viewer.to_viewer for viewer in self.viewers}
        for name in self.publishing.receivers(self.now):
            while (parts := self.publishing.next_for(name, self.now)) is not None:
                if name not in pipes or len(pipes[name]) >= self.room:
                    break
                busy = True
                pipes[name].append((self.now + self.delay, [bytes(p) for p in parts]))
                self.publishing.accepted(name)
        return busy


@pytest.fixture
def link() -> Link:
    return Link()


@pytest.fixture
def make_link() -> Callable[..., Link]:
    return Link
