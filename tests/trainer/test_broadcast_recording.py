"""A broadcast that records its run, and serves viewers from the recording."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from protocol.arrays import blob_bytes
from protocol.codec import decode_from_trainer
from protocol.messages import (
    Beat,
    Bye,
    End,
    EndReason,
    FromTrainer,
    Gap,
    Manifest,
    SnapshotPart,
    Welcome,
)
from protocol.publishing import RECORDING
from protocol.recording import RecordingReader
from trainer.broadcast import Broadcast
from trainer.errors import TrainerError
from trainer.listener import Listener

LIMIT_S = 10.0
Publish = Callable[..., None]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run.ncast"


@pytest.fixture
def make(listener: Listener, manifest: Manifest, path: Path) -> Callable[[], Broadcast]:
    """A broadcast that keeps one snapshot in memory and records all."""

    def make() -> Broadcast:
        few = 3 * blob_bytes(manifest.arrays)
        return Broadcast(manifest, listener, buffer_bytes=few, record=path)

    return make


def publish_all(publish: Publish, broadcast: Broadcast, epochs: range) -> None:
    """Publish epochs, each as often as it takes until there is memory for it."""
    columns = len(broadcast.manifest.metrics)
    for epoch in epochs:
        rows, before = np.full((1, columns), float(epoch)), broadcast.dropped
        publish(broadcast, epoch, rows=rows)
        while broadcast.dropped > before:
            before = broadcast.dropped
            publish(broadcast, epoch, rows=rows[:0])


def wait_until(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + LIMIT_S
    while not condition():
        assert time.monotonic() < until


def wait_until_recorded(broadcast: Broadcast, seq: int) -> None:
    recorder = broadcast._recorder
    assert recorder is not None
    wait_until(lambda: recorder.stored(seq) is not None)


def wait_until_sent(broadcast: Broadcast, seq: int) -> None:
    wait_until(lambda: broadcast._publishing.seq == seq)


def wait_until_taken(broadcast: Broadcast, seq: int) -> None:
    wait_until(lambda: broadcast._publishing._peers[RECORDING].acked == seq)


def messages_in(path: Path) -> list[FromTrainer]:
    with path.open("rb") as stream:
        found = [
            decode_from_trainer(record.parts) for record in RecordingReader(stream)
        ]
    return [message for message in found if message is not None]


def test_recording_holds_the_whole_run(
    publish: Publish, make: Callable[[], Broadcast], path: Path
) -> None:
    with make() as broadcast:
        publish_all(publish, broadcast, range(20))
        broadcast.end(EndReason.DONE)

    welcome, *others = messages_in(path)
    parts = [each for each in others if isinstance(each, SnapshotPart)]
    missing = sum(g.last - g.first + 1 for g in others if isinstance(g, Gap))
    assert isinstance(welcome, Welcome)
    assert len(parts) + missing == 20
    assert any(isinstance(each, End) for each in others)
    rows = np.concatenate([part.rows for part in parts])
    np.testing.assert_array_equal(rows[:, 0], range(20))


def test_viewer_that_wants_all_gets_from_the_recording_what_left_the_memory(
    publish: Publish,
    make: Callable[[], Broadcast],
    peer: Any,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with make() as broadcast:
        for epoch in range(20):
            publish_all(publish, broadcast, range(epoch, epoch + 1))
            wait_until_recorded(broadcast, epoch + 1)

        peer.hello()
        found = [peer.receive(SnapshotPart) for _ in range(8)]
        peer.ack(broadcast.run, 8)
        found += [peer.receive(SnapshotPart) for _ in range(8)]

        peer.send(Bye())
    assert [part.seq for part in found] == list(range(1, 17))
    values = [np.frombuffer(part.payload.data, "<f4")[0] for part in found]
    assert values == [float(epoch) for epoch in range(16)]


def test_viewer_waits_for_what_is_on_its_way_into_the_recording(
    publish: Publish,
    make: Callable[[], Broadcast],
    peer: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    disk = threading.Event()
    monkeypatch.setattr("os.fsync", lambda file: disk.wait(LIMIT_S))
    with make() as broadcast:
        recorder = broadcast._recorder
        assert recorder is not None
        for epoch in range(10):
            publish(broadcast, epoch)
            wait_until_taken(broadcast, epoch + 1)
        peer.hello()
        peer.receive(Beat)
        assert recorder.stored(5) is None

        disk.set()
        found = [peer.receive(SnapshotPart).seq for _ in range(8)]

        peer.send(Bye())
    assert found == list(range(1, 9))


def test_broadcast_tells_what_the_disk_could_not_keep_up_with(
    publish: Publish,
    make: Callable[[], Broadcast],
    path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    disk = threading.Event()
    monkeypatch.setattr("os.fsync", lambda file: disk.wait(LIMIT_S))
    monkeypatch.setattr("trainer.recorder.WAITING_BYTES", 0)
    with make() as broadcast:
        for epoch in range(10):
            publish(broadcast, epoch)
            wait_until_sent(broadcast, epoch + 1)
        disk.set()

    parts = [each for each in messages_in(path) if isinstance(each, SnapshotPart)]
    lacks = 10 - len(parts)
    assert lacks > 0
    assert str(broadcast.not_recorded) == (
        f"the disk could not keep up, it lacks {lacks} snapshots"
    )


def test_broadcast_that_cannot_begin_leaves_the_file_alone(
    listener: Listener, manifest: Manifest, path: Path
) -> None:
    path.write_bytes(b"precious")
    names = tuple(f"class {number}" for number in range(5000))

    with pytest.raises(TrainerError, match="cannot publish this network"):
        Broadcast(replace(manifest, classes=names), listener, record=path)

    assert [each.name for each in path.parent.iterdir()] == [path.name]
    assert path.read_bytes() == b"precious"


def test_broadcast_raises_when_it_cannot_record(
    listener: Listener, manifest: Manifest, tmp_path: Path
) -> None:
    with pytest.raises(TrainerError, match="cannot record into"):
        Broadcast(manifest, listener, record=tmp_path / "missing" / "run.ncast")


def test_broadcast_keeps_a_file_that_was_there(
    make: Callable[[], Broadcast], path: Path
) -> None:
    path.write_bytes(b"precious")

    with make() as broadcast:
        kept = broadcast.set_aside

    assert kept is not None
    assert kept.read_bytes() == b"precious"
    assert isinstance(messages_in(path)[0], Welcome)
