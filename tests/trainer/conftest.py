"""A tiny network and data set, and a viewer that is nothing but a socket."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import numpy as np
import pytest
import zmq

from protocol.address import Address
from protocol.codec import decode_from_trainer, encode
from protocol.events import Arrived, Ended, Joined
from protocol.messages import (
    VERSION,
    Ack,
    EndReason,
    FromViewer,
    Hello,
    Manifest,
    Probe,
    Snapshot,
    Want,
)
from trainer.broadcast import Broadcast
from trainer.capture import capture
from trainer.datasets.dataset import Dataset
from trainer.datasets.preparation import INK, Preparation
from trainer.listener import Listener
from trainer.models.mlp import MLP
from trainer.publisher import Publisher
from trainer.run import Run
from trainer.specs import arrays_of, manifest_of
from trainer.step import metrics
from viewer.sources import FileSource

Kind = TypeVar("Kind")
NONCE = b"12345678"
LIMIT_S = 10.0


class Peer:
    """A viewer without any logic: sends and receives single messages."""

    def __init__(self, address: Address) -> None:
        self.context = zmq.Context()
        self.socket = self.context.socket(zmq.DEALER)
        self.socket.connect(address.endpoint)

    def send(self, message: FromViewer) -> None:
        self.socket.send_multipart(encode(message))

    def hello(self, want: Want = Want.ALL, window: int = 8) -> None:
        self.send(Hello(version=VERSION, want=want, window=window, nonce=NONCE))

    def ack(self, run: bytes, seq: int) -> None:
        self.send(Ack(run=run, seq=seq))

    def receive(self, kind: type[Kind]) -> Kind:
        """Wait for a message of a kind; others are passed over."""
        until = time.monotonic() + LIMIT_S
        while time.monotonic() < until:
            if self.socket.poll(100):
                message = decode_from_trainer(self.socket.recv_multipart())
                if isinstance(message, kind):
                    return message
        raise AssertionError(f"no {kind.__name__} within {LIMIT_S} s")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.socket.close(linger=0)
        self.context.term()


def dataset_of(**changes: Any) -> Dataset:
    rng = np.random.default_rng(0)
    given: dict[str, Any] = {
        "name": "dots",
        "x": rng.random((6, 4), dtype=np.float32),
        "y": np.array([0, 1, 2, 0, 1, 2]),
        "classes": ("zero", "one", "two"),
        "input_shape": (2, 2),
        "held_out_x": rng.random((3, 4), dtype=np.float32),
        "held_out_y": np.array([2, 1, 1]),
        "preparation": Preparation(INK, (2, 2)),
    }
    return Dataset(**{**given, **changes})


@pytest.fixture
def make_dataset() -> Callable[..., Dataset]:
    """Build a data set of 6 and 3 examples of 3 classes; fields may be given."""
    return dataset_of


@pytest.fixture
def dataset() -> Dataset:
    return dataset_of()


@pytest.fixture
def model() -> MLP:
    return MLP((4, 5, 3), 0.1, 0)


@pytest.fixture
def manifest(model: MLP, dataset: Dataset) -> Manifest:
    run = Run(
        name=dataset.name,
        classes=dataset.classes,
        input_shape=dataset.input_shape,
        every=2,
        epochs=5,
        unknown=dataset.unknown,
        reject=0.6,
    )
    layers = capture(model, dataset.x[0], dataset.x, np.zeros((4, 4), np.int64))
    names = metrics(len(model.weights))
    return manifest_of(run, layers, arrays_of(layers), names, 1.0)


def publish_epoch(broadcast: Broadcast, epoch: int, **changes: Any) -> None:
    specs = broadcast.manifest.arrays
    fields: dict[str, Any] = {
        "epoch": epoch,
        "step": 2 * epoch,
        "probe": Probe(index=3, label=1),
        "rows": np.full((1, len(broadcast.manifest.metrics)), epoch, np.float64),
        "arrays": {s.key: np.full(s.shape, epoch, np.float32) for s in specs},
    }
    broadcast.publish(**fields | changes)


@pytest.fixture
def publish() -> Callable[..., None]:
    """Publish the snapshot of an epoch, whose arrays all have its number."""
    return publish_epoch


@pytest.fixture
def broadcast(listener: Listener, manifest: Manifest) -> Broadcast:
    return Broadcast(manifest, listener)


@pytest.fixture
def listener() -> Iterator[Listener]:
    with Listener(Address("127.0.0.1", 0)) as bound:
        yield bound


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run.ncast"


@pytest.fixture
def make_publisher(path: Path) -> Callable[..., Publisher]:
    """Make a publisher that writes a file only and says nothing."""

    def make(**options: Any) -> Publisher:
        given = {"address": None, "record": path, "say": lambda text: None}
        return Publisher(**{**given, "strict": True, **options})

    return make


class Recording:
    """All that a run published.

    Attributes:
        manifest: What the run is.
        snapshots: In their order.
        rows: The metric rows, shape (epochs, metrics).
        reason: Why it ended.
    """

    def __init__(self, path: Path) -> None:
        self.snapshots: list[Snapshot] = []
        tables = []
        with FileSource(path) as source:
            while not source.finished:
                for event in source.events():
                    match event:
                        case Joined(manifest=manifest, rows=rows):
                            self.manifest: Manifest = manifest
                            tables.append(rows)
                        case Arrived(snapshot=snapshot, rows=rows):
                            self.snapshots.append(snapshot)
                            tables.append(rows)
                        case Ended(reason=reason):
                            self.reason: EndReason = reason
        self.rows = np.concatenate(tables)

    def names(self) -> list[str]:
        return [layer.name for layer in self.manifest.layers]

    def functions(self) -> list[str]:
        return [layer.activation for layer in self.manifest.layers]

    def epochs(self) -> list[int]:
        return [snapshot.epoch for snapshot in self.snapshots]

    def column(self, name: str) -> list[float]:
        found: list[float] = self.rows[:, self.manifest.metrics.index(name)].tolist()
        return found

    def last(self, kind: str, layer: int) -> Any:
        return self.snapshots[-1].arrays[kind, layer]

    def has(self, kind: str) -> list[int]:
        """Which layers have arrays of a kind."""
        return sorted(at for found, at in self.snapshots[-1].arrays if found == kind)


@pytest.fixture
def recorded() -> Callable[[Path], Recording]:
    """Read a recording of one whole run."""
    return Recording


@pytest.fixture
def peer_of() -> Iterator[Callable[[Address], Peer]]:
    """Make viewers that are nothing but sockets."""
    with ExitStack() as stack:
        yield lambda address: stack.enter_context(Peer(address))


@pytest.fixture
def peer(listener: Listener) -> Iterator[Peer]:
    with Peer(listener.address) as viewer:
        yield viewer
