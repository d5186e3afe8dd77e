"""One half of the conversation at a time, driven message by message."""

from collections.abc import Callable
from functools import partial
from itertools import count
from typing import Any

import numpy as np
import pytest

from protocol import limits
from protocol.assembling import Assembler
from protocol.codec import decode_from_trainer, decode_from_viewer, encode
from protocol.events import Event
from protocol.following import Following
from protocol.held import Blob, Moment
from protocol.messages import (
    VERSION,
    Ack,
    ArraySpec,
    Beat,
    End,
    EndReason,
    FromTrainer,
    FromViewer,
    Gap,
    Hello,
    LayerSpec,
    Manifest,
    Probe,
    Rows,
    SnapshotPart,
    Want,
    Welcome,
)
from protocol.packs import Packs
from protocol.payload import raw
from protocol.publishing import Publishing
from protocol.ring import Ring

RUN = b"r" * 16
PEER = b"peer"
PARTS = 3  # of a snapshot where a part has at most 8 bytes
PROBE = Probe(index=0, label=None)
SMALL = Manifest(
    name="test",
    kind="mlp",
    axis="epoch",
    layers=(LayerSpec(name="input", units=5, activation=""),),
    arrays=(ArraySpec(kind="activation", layer=0, dtype="<f4", shape=(5,)),),
    metrics=("epoch", "loss"),
    classes=(),
    input_shape=(),
    every=1,
    epochs=0,
    started=0.0,
)


def table(*epochs: float) -> Rows:
    """Metric rows of these epochs."""
    return np.array([(epoch, 0.5) for epoch in epochs]).reshape(-1, 2)


def welcome(nonce: int = 0, **changes: Any) -> Welcome:
    fields: dict[str, Any] = {
        "version": VERSION,
        "nonce": nonce.to_bytes(8, "big"),
        "run": RUN,
        "seq": 0,
        "oldest": 0,
        "manifest": SMALL,
        "rows": table(),
        "ended": None,
        "viewers": 1,
    }
    return Welcome(**fields | changes)


def part(seq: int, index: int, **changes: Any) -> SnapshotPart:
    """One part of a snapshot whose bytes are all its number."""
    payload = bytes([seq]) * (8 if index < PARTS - 1 else 4)
    fields: dict[str, Any] = {
        "run": RUN,
        "seq": seq,
        "epoch": seq,
        "step": seq,
        "time": 0.0,
        "probe": PROBE,
        "skip": 0,
        "rows": table() if index else table(seq),
        "part": index,
        "parts": PARTS,
        "payload": raw(payload),
    }
    return SnapshotPart(**fields | changes)


def numbered() -> Callable[[], bytes]:
    """Nonces 1, 2, 3 and so on."""
    numbers = count(1)
    return lambda: next(numbers).to_bytes(8, "big")


class TrainerHalf:
    """A trainer, and what its peers say."""

    def __init__(
        self,
        manifest: Manifest = SMALL,
        *,
        ring_bytes: int = limits.RING_BYTES,
        whole_manifest: Manifest | None = None,
        packs: Packs | None = None,
        **options: Any,
    ) -> None:
        self.manifest = manifest
        self.released: list[int] = []
        ring = Ring(manifest, ring_bytes, packs=packs)
        whole = Ring(whole_manifest, ring_bytes) if whole_manifest else None
        self.publishing = Publishing(RUN, ring, whole, **options)

    def publish(self, count: int = 1, **changes: Any) -> None:
        """Publish; the numbers of those that are let go again are in `released`."""
        moment = Moment(epoch=1, step=1, time=0.0, probe=PROBE)
        fields: dict[str, Any] = {"rows": np.zeros((1, 2)), "blob": bytes(20)}
        fields |= changes
        for _ in range(count):
            number = self.publishing.seq + 1
            release = partial(self.released.append, number)
            for name in ("blob", "whole"):
                if name in fields:
                    memory = memoryview(changes.get(name, bytes(20)))
                    fields[name] = Blob(memory, release)
            self.publishing.publish(moment, **fields)

    def take(self, message: FromViewer, now: float = 0.0, peer: bytes = PEER) -> None:
        parts = [bytes(part) for part in encode(message)]
        self.publishing.receive(peer, parts, now)

    def hello(self, now: float = 0.0, peer: bytes = PEER, **changes: Any) -> None:
        fields: dict[str, Any] = {"version": VERSION, "want": Want.LIVE}
        fields |= {"window": 8, "nonce": bytes(8)}
        self.take(Hello(**fields | changes), now, peer)

    def ack(self, seq: int, now: float = 0.0, run: bytes = RUN) -> None:
        self.take(Ack(run=run, seq=seq), now)

    def sent(self, now: float = 0.0, peer: bytes = PEER) -> list[FromTrainer]:
        """Everything that a socket with room takes at this moment."""
        messages = []
        while (parts := self.publishing.next_for(peer, now)) is not None:
            message = decode_from_trainer(parts)
            assert message is not None
            messages.append(message)
            self.publishing.accepted(peer)
        return messages


class ViewerHalf:
    """A viewer, and what a trainer says to it."""

    def __init__(self) -> None:
        self.following = Following(nonce=numbered())

    def beat(self, now: float, run: bytes = RUN) -> list[Event]:
        return self.hear(Beat(run=run, seq=0, up=1.0, dropped=0), now)

    def end(self, seq: int, now: float = 0.0) -> list[Event]:
        return self.hear(End(run=RUN, seq=seq, reason=EndReason.DONE), now)

    def part(self, seq: int, index: int, now: float) -> list[Event]:
        return self.hear(part(seq, index), now)

    def hear(self, message: FromTrainer, now: float = 0.0) -> list[Event]:
        return self.following.receive([bytes(p) for p in encode(message)], now)

    def welcome(self, nonce: int, now: float = 0.0, **changes: Any) -> list[Event]:
        return self.hear(welcome(nonce, **changes), now)

    def says(self, now: float = 0.0) -> list[FromViewer]:
        """What it sends at that time."""
        self.following.tick(now)
        messages = [decode_from_viewer(parts) for parts in self.following.outgoing()]
        return [message for message in messages if message is not None]

    def greets(self, now: float) -> list[int]:
        """The nonces of the hellos that it sends at that time."""
        hellos = [each for each in self.says(now) if isinstance(each, Hello)]
        return [int.from_bytes(hello.nonce, "big") for hello in hellos]


class Stream:
    """An assembler, and the messages of one run."""

    def __init__(self, want: Want | None = Want.ALL, **changes: Any) -> None:
        self.assembler = Assembler(want)
        self.joined = self.welcome(**changes)

    def welcome(self, **changes: Any) -> list[Event]:
        return self.assembler.feed(welcome(**changes))

    def part(self, seq: int, index: int, **changes: Any) -> list[Event]:
        return self.assembler.feed(part(seq, index, **changes))

    def snapshot(self, seq: int, **changes: Any) -> list[Event]:
        """Send all parts of a snapshot."""
        return [e for index in range(PARTS) for e in self.part(seq, index, **changes)]

    def beat(self) -> list[Event]:
        return self.assembler.feed(Beat(run=RUN, seq=7, up=1.0, dropped=0))

    def gap(self, first: int, last: int) -> list[Event]:
        return self.assembler.feed(Gap(run=RUN, first=first, last=last))

    def end(self, seq: int) -> list[Event]:
        return self.assembler.feed(End(run=RUN, seq=seq, reason=EndReason.DONE))


@pytest.fixture
def trainer() -> TrainerHalf:
    return TrainerHalf()


@pytest.fixture
def make_trainer() -> Callable[..., TrainerHalf]:
    return TrainerHalf


@pytest.fixture
def viewer() -> ViewerHalf:
    return ViewerHalf()


@pytest.fixture
def welcomed() -> ViewerHalf:
    """A viewer that was welcomed at time 0 to a run without snapshots."""
    half = ViewerHalf()
    half.says(0.0)
    half.welcome(nonce=1)
    return half


@pytest.fixture
def make_stream() -> Callable[..., Stream]:
    return Stream


@pytest.fixture
def stream() -> Stream:
    return Stream()


@pytest.fixture
def small() -> Manifest:
    return SMALL
