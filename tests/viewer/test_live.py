import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest

from protocol import limits
from protocol.address import Address
from protocol.codec import decode_from_viewer, encode
from protocol.disassembling import Disassembler
from protocol.events import Arrived, Ended, Event, Joined
from protocol.messages import EndReason, Hello, Manifest, Probe, Refusal, Want, Welcome
from trainer.broadcast import Broadcast
from trainer.listener import Listener
from viewer.errors import ViewerError
from viewer.live import LiveSource

LIMIT_S = 10.0
SIZES = [4, 3, 2]


@pytest.fixture
def manifest(make_manifest: Callable[..., Manifest]) -> Manifest:
    return make_manifest(SIZES, every=1)


@pytest.fixture
def broadcast(manifest: Manifest) -> Iterator[Broadcast]:
    with Listener(Address("127.0.0.1", 0)) as listener:
        serving = Broadcast(manifest, listener)
        serving.start()
        yield serving
        serving.close()


def publish(broadcast: Broadcast, manifest: Manifest, epochs: range) -> None:
    for epoch in epochs:
        broadcast.publish(
            epoch=epoch,
            step=epoch,
            probe=Probe(index=0, label=None),
            rows=np.full((1, 5), float(epoch)),
            arrays={s.key: np.zeros(s.shape) for s in manifest.arrays},
        )


def collect(
    source: LiveSource,
    condition: Callable[[list[Event]], bool],
    *,
    consume: bool = True,
) -> list[Event]:
    """Take events until a condition on all of them holds."""
    events: list[Event] = []
    until = time.monotonic() + LIMIT_S
    while not condition(events):
        assert time.monotonic() < until, f"it did not come to pass, only {events}"
        for event in source.events(0.1):
            events.append(event)
            if consume and isinstance(event, Arrived):
                source.consumed(event.snapshot.seq)
    return events


def seqs(events: list[Event]) -> list[int]:
    return [event.snapshot.seq for event in events if isinstance(event, Arrived)]


def has_ended(events: list[Event]) -> bool:
    return any(isinstance(event, Ended) for event in events)


def test_live_source_that_wants_all_gets_all(
    broadcast: Broadcast, manifest: Manifest
) -> None:
    publish(broadcast, manifest, range(20))
    with LiveSource(broadcast.address, Want.ALL) as source:
        publish(broadcast, manifest, range(20, 40))
        broadcast.end(EndReason.DONE)

        events = collect(source, has_ended, consume=False)

        assert seqs(events) == list(range(1, 41))
        assert source.finished


def test_live_source_that_wants_all_pauses_when_the_backlog_is_full(
    broadcast: Broadcast, manifest: Manifest
) -> None:
    publish(broadcast, manifest, range(40))
    broadcast.end(EndReason.DONE)
    with LiveSource(broadcast.address, Want.ALL, backlog_bytes=0) as source:
        paused = collect(source, lambda events: len(seqs(events)) >= 8, consume=False)
        assert not broadcast.serve_until_satisfied(0.05)
        assert source.events(0.05) == []

        source.consumed(8)
        rest = collect(source, has_ended)

        assert seqs(paused + rest) == list(range(1, 41))


def test_live_source_that_wants_the_newest_skips_what_it_cannot_draw(
    broadcast: Broadcast, manifest: Manifest
) -> None:
    with LiveSource(broadcast.address, Want.LIVE) as source:
        collect(source, bool)
        for epoch in range(2):
            publish(broadcast, manifest, range(epoch, epoch + 1))
            collect(source, lambda events: bool(seqs(events)), consume=False)
        publish(broadcast, manifest, range(2, 10))
        assert source.events(0.05) == []

        source.consumed(2)
        (arrived,) = collect(source, bool)

        assert isinstance(arrived, Arrived)
        assert (arrived.snapshot.seq, arrived.skipped, arrived.lost) == (10, 7, 0)
        assert len(arrived.rows) == 8


def test_live_source_gives_a_late_viewer_every_row(
    broadcast: Broadcast, manifest: Manifest
) -> None:
    publish(broadcast, manifest, range(5))
    broadcast.end(EndReason.INTERRUPTED)

    with LiveSource(broadcast.address) as source:
        events = collect(source, has_ended)

        joined = events[0]
        assert isinstance(joined, Joined)
        np.testing.assert_array_equal(joined.rows[:, 0], range(5))
        assert seqs(events) == [5]
        assert broadcast.serve_until_satisfied(LIMIT_S)


def test_live_source_recognises_another_run(
    broadcast: Broadcast, manifest: Manifest
) -> None:
    with LiveSource(broadcast.address) as source:
        collect(source, bool)
        broadcast.close()
        with Listener(broadcast.address) as listener, Broadcast(manifest, listener):
            (joined,) = collect(
                source, lambda events: any(isinstance(each, Joined) for each in events)
            )

            assert isinstance(joined, Joined)
            assert joined.fresh
            assert f"another run on {broadcast.address}: shapes" in source.notes()
            source.close()


@pytest.mark.parametrize(("name", "words"), [("shapes", ": shapes"), ("", "")])
def test_live_source_tells_that_it_is_connected(
    manifest: Manifest, name: str, words: str
) -> None:
    broadcast = Broadcast(
        replace(manifest, name=name), Listener(Address("127.0.0.1", 0))
    )
    with broadcast, LiveSource(broadcast.address) as source:
        collect(source, bool)

        assert source.notes() == [f"connected to {broadcast.address}{words}"]


def test_live_source_tells_once_that_nobody_listens(free_address: Address) -> None:
    with LiveSource(free_address) as source:
        notes = wait_for_notes(source)
        source.events(0.05)

        assert notes == [f"nobody listens on {free_address} yet; trying again"]
        assert source.notes() == []


def test_live_source_tells_that_the_run_has_not_begun() -> None:
    with (
        Listener(Address("127.0.0.1", 0)) as listener,
        LiveSource(listener.address) as source,
    ):
        notes = wait_for_notes(source)

        assert notes == [
            f"connected to {listener.address}; waiting for the run to begin"
        ]


def wait_for_notes(source: LiveSource) -> list[str]:
    until = time.monotonic() + LIMIT_S
    while not (notes := source.notes()):
        assert time.monotonic() < until, "no notes came"
        source.events(0.05)
    return notes


@pytest.fixture
def free_address() -> Address:
    """An address where nobody listens."""
    with Listener(Address("127.0.0.1", 0)) as listener:
        return listener.address


def test_live_source_raises_when_there_is_no_run_in_time(free_address: Address) -> None:
    expected = (
        f"no run on {free_address} after 0.1 s; "
        f"is 'trainer run --port {free_address.port}' running?"
    )

    with (
        LiveSource(free_address, timeout_s=0.1) as source,
        pytest.raises(ViewerError, match=expected.replace("?", r"\?")),
    ):
        source.events(LIMIT_S)


def test_live_source_has_time_once_there_is_a_run(broadcast: Broadcast) -> None:
    with LiveSource(broadcast.address, timeout_s=2.0) as source:
        collect(source, bool)
        source._began_at -= LIMIT_S

        assert source.events(0.01) == []


def test_live_source_reads_no_more_than_it_has_room_for(
    manifest: Manifest, make_events: Callable[[Manifest, int], list[Event]]
) -> None:
    with (
        Listener(Address("127.0.0.1", 0)) as listener,
        LiveSource(listener.address, Want.ALL, backlog_bytes=0) as source,
    ):
        flood(listener, make_events(manifest, 200))
        first = collect(source, lambda events: bool(seqs(events)), consume=False)
        while more := source.events(0.2):
            first += more

        source.consumed(seqs(first)[-1])
        rest = collect(source, lambda events: bool(seqs(events)), consume=False)

        assert 2 * limits.WINDOW < len(seqs(first)) < 100
        assert seqs(rest)[0] == seqs(first)[-1] + 1


def last_hello(listener: Listener) -> tuple[bytes, Hello]:
    """Take a viewer's hello: it says another when its handshake is told of later."""
    wait_s = LIMIT_S
    while listener.socket.poll(int(1000 * wait_s)):
        peer, header = listener.socket.recv_multipart()
        wait_s = 0.8 * limits.HELLO_FIRST_S
    hello = decode_from_viewer([header])
    assert isinstance(hello, Hello)
    return peer, hello


def flood(listener: Listener, events: list[Event]) -> None:
    """Answer a hello, and send all at once without waiting for acks."""
    peer, hello = last_hello(listener)
    joined, *arrived = events
    disassembler = Disassembler()
    [welcome] = disassembler.feed(joined)
    assert isinstance(welcome, Welcome)
    parts = [encode(replace(welcome, nonce=hello.nonce))]
    parts += [encode(each) for event in arrived for each in disassembler.feed(event)]
    for message in parts:
        listener.socket.send_multipart([peer, *message])


def refuse(listener: Listener, code: str, text: str) -> None:
    """Answer a hello with a refusal."""
    peer, _hello = last_hello(listener)
    refusal = encode(Refusal(code=code, text=text))
    listener.socket.send_multipart([peer, *refusal])


def test_live_source_tells_why_it_is_refused() -> None:
    with (
        Listener(Address("127.0.0.1", 0)) as listener,
        LiveSource(listener.address) as source,
    ):
        refuse(listener, "busy", "64 viewers are watching\n\x1b[31malready")

        said = "the trainer refuses: 64 viewers are watching\ufffd\ufffd[31malready"
        notes = wait_for_notes(source)
        while said not in notes:  # a slow machine wonders about the silence first
            notes = wait_for_notes(source)

        assert notes.count(said) == 1


@pytest.mark.parametrize("code", ["version", "busy"])
def test_live_source_raises_with_the_refusal_where_no_run_comes(code: str) -> None:
    with (
        Listener(Address("127.0.0.1", 0)) as listener,
        LiveSource(listener.address, timeout_s=3.0) as source,
    ):
        refuse(listener, code, "upgrade the viewer")

        with pytest.raises(ViewerError, match="upgrade the viewer"):
            collect(source, lambda events: False)
