import threading
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from protocol.arrays import blob_bytes
from protocol.messages import (
    Array,
    Bye,
    End,
    EndReason,
    Manifest,
    Probe,
    Rows,
    SnapshotPart,
    Want,
    Welcome,
)
from trainer.errors import TrainerError, TransportError
from trainer.listener import Listener
from trainer.publisher import Publisher

LIMIT_S = 10.0
PROBE = Probe(index=3, label=1)


@pytest.fixture
def publisher(listener: Listener, manifest: Manifest) -> Publisher:
    return Publisher(manifest, listener)


def rows_of(epoch: int) -> Rows:
    return np.array([[epoch, 1.0, 0.5, np.nan, np.nan]])


def arrays_of(manifest: Manifest, value: float = 0.0) -> dict[tuple[str, int], Array]:
    return {s.key: np.full(s.shape, value, np.float32) for s in manifest.arrays}


def publish(publisher: Publisher, manifest: Manifest, epoch: int) -> None:
    publisher.publish(
        epoch=epoch,
        step=2 * epoch,
        probe=PROBE,
        rows=rows_of(epoch),
        arrays=arrays_of(manifest, epoch),
    )


def test_publish_reaches_a_viewer_in_order(
    publisher: Publisher, manifest: Manifest, peer: Any
) -> None:
    with publisher:
        peer.hello()
        peer.receive(Welcome)

        for epoch in range(3):
            publish(publisher, manifest, epoch)
        found = [peer.receive(SnapshotPart) for _ in range(3)]

        peer.send(Bye())
    assert [part.seq for part in found] == [1, 2, 3]
    assert [part.epoch for part in found] == [0, 1, 2]
    assert found[2].probe == PROBE
    assert set(np.frombuffer(found[2].payload, "<f4")) == {2.0}


def test_publish_gives_a_late_viewer_every_row_and_the_newest_snapshot(
    publisher: Publisher, manifest: Manifest, peer: Any
) -> None:
    with publisher:
        for epoch in range(3):
            publish(publisher, manifest, epoch)
        publisher.end(EndReason.DONE)

        peer.hello(Want.LIVE)
        welcome = peer.receive(Welcome)
        part = peer.receive(SnapshotPart)

        peer.ack(publisher.run, 4)
    np.testing.assert_array_equal(
        welcome.rows, np.concatenate(list(map(rows_of, range(3))))
    )
    assert part.seq == 3


def test_publish_drops_what_does_not_fit_and_says_so_once(
    publisher: Publisher, manifest: Manifest, caplog: pytest.LogCaptureFixture
) -> None:
    with publisher:
        for _ in range(2):
            publisher.publish(epoch=0, step=0, probe=PROBE, rows=rows_of(0), arrays={})

    assert publisher.dropped == 2
    assert caplog.text.count("expected shape (4,), got none") == 1


def test_publish_drops_rows_of_another_width(
    publisher: Publisher, manifest: Manifest, caplog: pytest.LogCaptureFixture
) -> None:
    arrays = arrays_of(manifest)

    with publisher:
        publisher.publish(
            epoch=0, step=0, probe=PROBE, rows=np.zeros((1, 2)), arrays=arrays
        )

    assert publisher.dropped == 1
    assert "expected rows of shape (n, 5), got (1, 2)" in caplog.text


def test_publish_raises_when_strict(listener: Listener, manifest: Manifest) -> None:
    with (
        Publisher(manifest, listener, strict=True) as publisher,
        pytest.raises(ValueError, match="expected shape"),
    ):
        publisher.publish(epoch=0, step=0, probe=PROBE, rows=rows_of(0), arrays={})


def test_publish_keeps_the_rows_of_what_no_memory_is_free_for(
    listener: Listener, manifest: Manifest, peer: Any, caplog: pytest.LogCaptureFixture
) -> None:
    one = blob_bytes(manifest.arrays)
    publisher = Publisher(manifest, listener, buffer_bytes=2 * one)
    for epoch in range(3):
        publish(publisher, manifest, epoch)
    assert publisher.dropped == 1

    with publisher:
        publisher.wait_for(0, lambda there: None)
        peer.hello()
        while peer.receive(SnapshotPart).seq < 2:
            pass
        publish(publisher, manifest, 3)
        part = peer.receive(SnapshotPart)

        peer.send(Bye())
    assert (part.seq, part.epoch) == (3, 3)
    np.testing.assert_array_equal(part.rows[:, 0], [2, 3])


def test_publish_does_not_raise_when_the_thread_has_stopped(
    publisher: Publisher, manifest: Manifest, caplog: pytest.LogCaptureFixture
) -> None:
    with publisher:
        publisher._transport.post(lambda: 1 / 0)
        assert not publisher.serve_until_satisfied(LIMIT_S)

        publish(publisher, manifest, 0)

    assert publisher.dropped == 1
    assert "cannot publish epoch 0: division by zero" in caplog.text


def test_wait_for_tells_how_many_there_are(publisher: Publisher, peer: Any) -> None:
    said: list[int] = []

    with publisher:

        def watch(there: int) -> None:
            said.append(there)
            peer.hello()

        publisher.wait_for(1, watch)

        peer.send(Bye())
    assert said == [0]


def test_wait_for_raises_when_none_can_come(
    publisher: Publisher, caplog: pytest.LogCaptureFixture
) -> None:
    with publisher:
        publisher._transport.post(lambda: 1 / 0)

        with pytest.raises(TransportError, match="cannot publish: division by zero"):
            publisher.wait_for(1, lambda there: None)


def test_serve_until_satisfied_waits_for_the_viewer(
    publisher: Publisher, manifest: Manifest, peer: Any
) -> None:
    with publisher:
        peer.hello()
        publish(publisher, manifest, 0)
        peer.receive(SnapshotPart)
        publisher.end(EndReason.DONE)
        assert not publisher.serve_until_satisfied(0.05)

        peer.receive(End)
        peer.ack(publisher.run, 2)

        assert publisher.serve_until_satisfied(LIMIT_S)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (KeyboardInterrupt(), EndReason.INTERRUPTED),
        (RuntimeError("too hot"), EndReason.ERROR),
    ],
)
def test_publisher_tells_viewers_what_ended_the_run(
    publisher: Publisher, peer: Any, error: BaseException, reason: EndReason
) -> None:
    ends: list[End] = []

    def watch() -> None:
        ends.append(peer.receive(End))
        peer.ack(publisher.run, 1)

    watcher = threading.Thread(target=watch)

    def run() -> None:
        with publisher:
            peer.hello()
            peer.receive(Welcome)
            watcher.start()
            raise error

    with pytest.raises(type(error)):
        run()

    watcher.join(LIMIT_S)
    assert ends[0].reason is reason
    assert str(error) in ends[0].text


def test_publisher_says_how_the_run_ended(publisher: Publisher, peer: Any) -> None:
    with publisher:
        peer.hello()
        peer.receive(Welcome)

        publisher.end(EndReason.DONE, "well done")
        publisher.end(EndReason.ERROR, "too late")
        end = peer.receive(End)

        peer.send(Bye())
    assert (end.reason, end.text) == (EndReason.DONE, "well done")


def test_publisher_serves_when_its_block_is_left_after_the_end(
    publisher: Publisher, manifest: Manifest, peer: Any
) -> None:
    def watch() -> None:
        seqs.append(peer.receive(SnapshotPart).seq)
        peer.receive(End)
        peer.ack(publisher.run, 2)

    seqs: list[int] = []
    watcher = threading.Thread(target=watch)

    with publisher:
        peer.hello()
        peer.receive(Welcome)
        publish(publisher, manifest, 0)
        publisher.end(EndReason.DONE)
        watcher.start()

    watcher.join(LIMIT_S)
    assert seqs == [1]
    assert publisher.serve_until_satisfied(0)


def test_publisher_leaves_no_thread_and_no_port(
    publisher: Publisher, listener: Listener
) -> None:
    with publisher:
        pass
    publisher.close()

    assert all(thread.name != "publisher" for thread in threading.enumerate())
    with Listener(listener.address) as again:
        assert again.address == listener.address


def test_publisher_raises_when_no_viewer_could_take_the_network(
    listener: Listener, manifest: Manifest
) -> None:
    names = tuple(f"class {number}" for number in range(5000))

    with pytest.raises(TrainerError, match="cannot publish this network"):
        Publisher(replace(manifest, classes=names), listener)
