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
from trainer.broadcast import Broadcast
from trainer.listener import Listener

LIMIT_S = 10.0
Publish = Callable[..., None]


def test_publish_drops_what_does_not_fit_and_says_so_once(
    publish: Publish, broadcast: Broadcast, caplog: pytest.LogCaptureFixture
) -> None:
    with broadcast:
        for _ in range(2):
            publish(broadcast, 0, arrays={})

    assert broadcast.dropped == 2
    assert caplog.text.count("expected shape (4,), got none") == 1


def test_publish_drops_rows_of_another_width(
    publish: Publish, broadcast: Broadcast, caplog: pytest.LogCaptureFixture
) -> None:
    with broadcast:
        publish(broadcast, 0, rows=np.zeros((1, 2)))

    assert broadcast.dropped == 1
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
    publish: Publish, broadcast: Broadcast, peer: Any, changes: dict[str, Any]
) -> None:
    with broadcast:
        peer.hello()
        publish(broadcast, 0, **changes)

        publish(broadcast, 1)
        part = peer.receive(SnapshotPart)

        peer.send(Bye())
    assert (broadcast.dropped, broadcast.failed) == (1, None)
    assert (part.seq, part.epoch) == (1, 1)


def test_publish_takes_integers_of_numpy(
    publish: Publish, broadcast: Broadcast, peer: Any
) -> None:
    probe = Probe(index=np.int32(7), label=np.uint8(1))  # type: ignore[arg-type]
    with broadcast:
        peer.hello()

        publish(broadcast, np.int64(3), step=np.int64(6), probe=probe)
        part = peer.receive(SnapshotPart)

        peer.send(Bye())
    assert (part.epoch, part.step) == (3, 6)
    assert part.probe == Probe(index=7, label=1)


def test_publish_copies_the_rows(
    publish: Publish, broadcast: Broadcast, peer: Any
) -> None:
    rows = np.zeros((1, len(broadcast.manifest.metrics)))
    for epoch in range(3):
        rows[...] = epoch
        publish(broadcast, epoch, rows=rows)

    with broadcast:
        peer.hello()
        welcome = peer.receive(Welcome)

        peer.send(Bye())
    assert welcome.rows[:, 0].tolist() == [0, 1, 2]


def test_publish_may_be_called_by_several_threads(
    publish: Publish, broadcast: Broadcast
) -> None:
    def work() -> None:
        for epoch in range(300):
            publish(broadcast, epoch)

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    threads = [threading.Thread(target=work) for _ in range(4)]
    with broadcast:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(LIMIT_S)
    sys.setswitchinterval(before)

    assert broadcast.failed is None
    assert broadcast._publishing.seq == 1200 - broadcast.dropped


def test_publish_that_comes_after_the_end_by_another_thread_is_dropped(
    publish: Publish, broadcast: Broadcast, caplog: pytest.LogCaptureFixture
) -> None:
    with broadcast:
        broadcast._transport.post(lambda: broadcast._publishing.end(EndReason.DONE))

        publish(broadcast, 0)
        broadcast.end(EndReason.DONE)

    assert broadcast.failed is None
    assert broadcast.dropped == 1
    assert "no snapshot after the end" in caplog.text


def test_publish_after_close_is_dropped_and_takes_no_memory(
    publish: Publish, broadcast: Broadcast
) -> None:
    broadcast.start()
    broadcast.close()

    for epoch in range(3):
        publish(broadcast, epoch)

    assert broadcast.dropped == 3
    assert not broadcast._transport._posted


def test_publish_raises_when_strict(
    publish: Publish, listener: Listener, manifest: Manifest
) -> None:
    with (
        Broadcast(manifest, listener, strict=True) as broadcast,
        pytest.raises(ValueError, match="expected shape"),
    ):
        publish(broadcast, 0, arrays={})


def test_publish_keeps_the_rows_of_what_no_memory_is_free_for(
    publish: Publish,
    listener: Listener,
    manifest: Manifest,
    peer: Any,
    caplog: pytest.LogCaptureFixture,
) -> None:
    one = blob_bytes(manifest.arrays)
    broadcast = Broadcast(manifest, listener, buffer_bytes=2 * one)
    for epoch in range(3):
        publish(broadcast, epoch)
    assert broadcast.dropped == 1

    with broadcast:
        broadcast.wait_for(0, lambda there: None)
        peer.hello()
        while peer.receive(SnapshotPart).seq < 2:
            pass
        publish(broadcast, 3)
        part = peer.receive(SnapshotPart)

        peer.send(Bye())
    assert (part.seq, part.epoch) == (3, 3)
    np.testing.assert_array_equal(part.rows[:, 0], [2, 3])


def test_publish_does_not_raise_when_the_thread_has_stopped(
    publish: Publish, broadcast: Broadcast, caplog: pytest.LogCaptureFixture
) -> None:
    with broadcast:
        broadcast._transport.post(lambda: 1 / 0)
        assert not broadcast.serve_until_satisfied(LIMIT_S)

        publish(broadcast, 0)

    assert broadcast.dropped == 1
    assert "cannot publish epoch 0: division by zero" in caplog.text


def test_viewers_hear_how_many_snapshots_were_dropped(
    publish: Publish, broadcast: Broadcast, peer: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with broadcast:
        peer.hello()
        peer.receive(Welcome)
        publish(broadcast, 0, arrays={})

        broadcast.end(EndReason.DONE)
        end = peer.receive(End)

        peer.ack(broadcast.run, 1)
    assert end.dropped == 1


def test_publish_after_the_end_is_dropped(
    publish: Publish, broadcast: Broadcast, caplog: pytest.LogCaptureFixture
) -> None:
    with broadcast:
        broadcast.end(EndReason.DONE)

        publish(broadcast, 0)

    assert broadcast.dropped == 1
    assert "no snapshot after the end" in caplog.text
