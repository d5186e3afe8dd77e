"""What becomes of snapshots that cannot be published."""

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
    assert "expected rows of shape (n, 5), got (1, 2)" in caplog.text


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
