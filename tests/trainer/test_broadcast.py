import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from protocol.messages import (
    Bye,
    End,
    EndReason,
    Manifest,
    Probe,
    SnapshotPart,
    Want,
    Welcome,
)
from trainer.broadcast import Broadcast
from trainer.errors import TrainerError, TransportError
from trainer.listener import Listener

LIMIT_S = 10.0
Publish = Callable[..., None]
PROBE = Probe(index=3, label=1)


def test_publish_reaches_a_viewer_in_order(
    publish: Publish, broadcast: Broadcast, peer: Any
) -> None:
    with broadcast:
        peer.hello()
        peer.receive(Welcome)

        for epoch in range(3):
            publish(broadcast, epoch)
        found = [peer.receive(SnapshotPart) for _ in range(3)]

        peer.send(Bye())
    assert [part.seq for part in found] == [1, 2, 3]
    assert [part.epoch for part in found] == [0, 1, 2]
    assert found[2].probe == PROBE
    assert set(np.frombuffer(found[2].payload.data, "<f4")) == {2.0}


def test_publish_gives_a_late_viewer_every_row_and_the_newest_snapshot(
    publish: Publish, broadcast: Broadcast, peer: Any
) -> None:
    with broadcast:
        for epoch in range(3):
            publish(broadcast, epoch)
        broadcast.end(EndReason.DONE)
        assert broadcast.serve_until_satisfied(LIMIT_S)

        peer.hello(Want.LIVE)
        welcome = peer.receive(Welcome)
        part = peer.receive(SnapshotPart)

        peer.ack(broadcast.run, 4)
    np.testing.assert_array_equal(welcome.rows[:, 0], range(3))
    assert part.seq == 3


def test_wait_for_tells_how_many_there_are(broadcast: Broadcast, peer: Any) -> None:
    said: list[int] = []

    with broadcast:

        def watch(there: int) -> None:
            said.append(there)
            peer.hello()

        broadcast.wait_for(1, watch)

        peer.send(Bye())
    assert said == [0]


def test_wait_for_raises_when_none_can_come(
    broadcast: Broadcast, caplog: pytest.LogCaptureFixture
) -> None:
    with broadcast:
        broadcast._transport.post(lambda: 1 / 0)

        with pytest.raises(TransportError, match="cannot publish: division by zero"):
            broadcast.wait_for(1, lambda there: None)


def test_serve_until_satisfied_waits_for_the_viewer(
    publish: Publish, broadcast: Broadcast, peer: Any
) -> None:
    with broadcast:
        peer.hello()
        publish(broadcast, 0)
        peer.receive(SnapshotPart)
        broadcast.end(EndReason.DONE)
        assert not broadcast.serve_until_satisfied(0.05)

        peer.receive(End)
        peer.ack(broadcast.run, 2)

        assert broadcast.serve_until_satisfied(LIMIT_S)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (KeyboardInterrupt(), EndReason.INTERRUPTED),
        (RuntimeError("too hot"), EndReason.ERROR),
        (OSError("no picture \udcff"), EndReason.ERROR),
    ],
)
def test_broadcast_tells_viewers_what_ended_the_run(
    broadcast: Broadcast, peer: Any, error: BaseException, reason: EndReason
) -> None:
    ends: list[End] = []

    def watch() -> None:
        ends.append(peer.receive(End))
        peer.ack(broadcast.run, 1)

    watcher = threading.Thread(target=watch)

    def run() -> None:
        with broadcast:
            peer.hello()
            peer.receive(Welcome)
            watcher.start()
            raise error

    with pytest.raises(type(error)):
        run()

    watcher.join(LIMIT_S)
    assert ends[0].reason is reason
    assert str(error).replace("\udcff", "?") in ends[0].text


def test_broadcast_says_how_the_run_ended(broadcast: Broadcast, peer: Any) -> None:
    with broadcast:
        peer.hello()
        peer.receive(Welcome)

        broadcast.end(EndReason.DONE, "well done")
        broadcast.end(EndReason.ERROR, "too late")
        end = peer.receive(End)

        peer.send(Bye())
    assert (end.reason, end.text) == (EndReason.DONE, "well done")


def test_broadcast_serves_when_its_block_is_left_after_the_end(
    publish: Publish, broadcast: Broadcast, peer: Any
) -> None:
    def watch() -> None:
        seqs.append(peer.receive(SnapshotPart).seq)
        peer.receive(End)
        peer.ack(broadcast.run, 2)

    seqs: list[int] = []
    watcher = threading.Thread(target=watch)

    with broadcast:
        peer.hello()
        peer.receive(Welcome)
        publish(broadcast, 0)
        broadcast.end(EndReason.DONE)
        watcher.start()

    watcher.join(LIMIT_S)
    assert seqs == [1]
    assert broadcast.serve_until_satisfied(0)


def test_broadcast_leaves_no_thread_and_no_port(
    broadcast: Broadcast, listener: Listener
) -> None:
    with broadcast:
        pass
    broadcast.close()

    assert all(thread.name != "broadcast" for thread in threading.enumerate())
    with Listener(listener.address) as again:
        assert again.address == listener.address


def test_broadcast_raises_when_no_viewer_could_take_the_network(
    listener: Listener, manifest: Manifest
) -> None:
    names = tuple(f"class {number}" for number in range(5000))

    with pytest.raises(TrainerError, match="cannot publish this network"):
        Broadcast(replace(manifest, classes=names), listener)
