"""What becomes of snapshots that cannot be published."""

import sys
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from protocol.arrays import blob_bytes
from protocol.messages import (
    Bye,
    End,
    EndReason,
    Manifest,
    Probe,
    SnapshotPart,
    Welcome,
)
from trainer.listener import Listener
from trainer.publisher import Publisher

LIMIT_S = 10.0
Publish = Callable[..., None]


def test_publish_drops_what_does_not_fit_and_says_so_once(
    publish: Publish, publisher: Publisher, caplog: pytest.LogCaptureFixture
) -> None:
    with publisher:
        for _ in range(2):
            publish(publisher, 0, arrays={})

    assert publisher.dropped == 2
    assert caplog.text.count("expected shape (4,), got none") == 1


def test_publish_drops_rows_of_another_width(
    publish: Publish, publisher: Publisher, caplog: pytest.LogCaptureFixture
) -> None:
    with publisher:
        publish(publisher, 0, rows=np.zeros((1, 2)))

    assert publisher.dropped == 1
    assert "expected rows of shape (n, 12), got (1, 2)" in caplog.text


@pytest.mark.parametrize(
    "changes",
    [
        {"rows": np.array([["a"] * 5])},
        {"rows": None},
        {"step": -1},
        {"step": 1 << 60},
        {"step": 0.5},
        {"probe": Probe(index="first", label=None)},  # type: ignore[arg-type]
        {"probe": None},
        {"arrays": None},
    ],
)
def test_publish_drops_what_no_message_can_hold_and_goes_on(
    publish: Publish, publisher: Publisher, peer: Any, changes: dict[str, Any]
) -> None:
    with publisher:
        peer.hello()
        publish(publisher, 0, **changes)

        publish(publisher, 1)
        part = peer.receive(SnapshotPart)

        peer.send(Bye())
    assert (publisher.dropped, publisher.failed) == (1, None)
    assert (part.seq, part.epoch) == (1, 1)


def test_publish_takes_integers_of_numpy(
    publish: Publish, publisher: Publisher, peer: Any
) -> None:
    probe = Probe(index=np.int32(7), label=np.uint8(1))  # type: ignore[arg-type]
    with publisher:
        peer.hello()

        publish(publisher, np.int64(3), step=np.int64(6), probe=probe)
        part = peer.receive(SnapshotPart)

        peer.send(Bye())
    assert (part.epoch, part.step) == (3, 6)
    assert part.probe == Probe(index=7, label=1)


def test_publish_copies_the_rows(
    publish: Publish, publisher: Publisher, peer: Any
) -> None:
    rows = np.zeros((1, len(publisher.manifest.metrics)))
    for epoch in range(3):
        rows[...] = epoch
        publish(publisher, epoch, rows=rows)

    with publisher:
        peer.hello()
        welcome = peer.receive(Welcome)

        peer.send(Bye())
    assert welcome.rows[:, 0].tolist() == [0, 1, 2]


def test_publish_may_be_called_by_several_threads(
    publish: Publish, publisher: Publisher
) -> None:
    def work() -> None:
        for epoch in range(300):
            publish(publisher, epoch)

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    threads = [threading.Thread(target=work) for _ in range(4)]
    with publisher:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(LIMIT_S)
    sys.setswitchinterval(before)

    assert publisher.failed is None
    assert publisher._publishing.seq == 1200 - publisher.dropped


def test_publish_that_comes_after_the_end_by_another_thread_is_dropped(
    publish: Publish, publisher: Publisher, caplog: pytest.LogCaptureFixture
) -> None:
    with publisher:
        publisher._transport.post(lambda: publisher._publishing.end(EndReason.DONE))

        publish(publisher, 0)
        publisher.end(EndReason.DONE)

    assert publisher.failed is None
    assert publisher.dropped == 1
    assert "no snapshot after the end" in caplog.text


def test_publish_after_close_is_dropped_and_takes_no_memory(
    publish: Publish, publisher: Publisher
) -> None:
    publisher.start()
    publisher.close()

    for epoch in range(3):
        publish(publisher, epoch)

    assert publisher.dropped == 3
    assert not publisher._transport._posted


def test_publish_raises_when_strict(
    publish: Publish, listener: Listener, manifest: Manifest
) -> None:
    with (
        Publisher(manifest, listener, strict=True) as publisher,
        pytest.raises(ValueError, match="expected shape"),
    ):
        publish(publisher, 0, arrays={})


def test_publish_keeps_the_rows_of_what_no_memory_is_free_for(
    publish: Publish,
    listener: Listener,
    manifest: Manifest,
    peer: Any,
    caplog: pytest.LogCaptureFixture,
) -> None:
    one = blob_bytes(manifest.arrays)
    publisher = Publisher(manifest, listener, buffer_bytes=2 * one)
    for epoch in range(3):
        publish(publisher, epoch)
    assert publisher.dropped == 1

    with publisher:
        publisher.wait_for(0, lambda there: None)
        peer.hello()
        while peer.receive(SnapshotPart).seq < 2:
            pass
        publish(publisher, 3)
        part = peer.receive(SnapshotPart)

        peer.send(Bye())
    assert (part.seq, part.epoch) == (3, 3)
    np.testing.assert_array_equal(part.rows[:, 0], [2, 3])


def test_publish_does_not_raise_when_the_thread_has_stopped(
    publish: Publish, publisher: Publisher, caplog: pytest.LogCaptureFixture
) -> None:
    with publisher:
        publisher._transport.post(lambda: 1 / 0)
        assert not publisher.serve_until_satisfied(LIMIT_S)

        publish(publisher, 0)

    assert publisher.dropped == 1
    assert "cannot publish epoch 0: division by zero" in caplog.text


def test_viewers_hear_how_many_snapshots_were_dropped(
    publish: Publish, publisher: Publisher, peer: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with publisher:
        peer.hello()
        peer.receive(Welcome)
        publish(publisher, 0, arrays={})

        publisher.end(EndReason.DONE)
        end = peer.receive(End)

        peer.ack(publisher.run, 1)
    assert end.dropped == 1


def test_publish_after_the_end_is_dropped(
    publish: Publish, publisher: Publisher, caplog: pytest.LogCaptureFixture
) -> None:
    with publisher:
        publisher.end(EndReason.DONE)

        publish(publisher, 0)

    assert publisher.dropped == 1
    assert "no snapshot after the end" in caplog.text
