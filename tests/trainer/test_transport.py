import socket
import threading
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
import zmq

from protocol import limits
from protocol.address import Address
from protocol.codec import Part
from protocol.messages import Beat, Bye, EndReason, Manifest, Welcome
from protocol.publishing import Publishing
from protocol.ring import Ring
from trainer import memory
from trainer.errors import TransportError
from trainer.listener import Listener
from trainer.recorder import Recorder
from trainer.transport import Transport

LIMIT_S = 10.0


def publishing_of(manifest: Manifest) -> Publishing:
    return Publishing(bytes(16), Ring(manifest, 2**20))


@pytest.fixture
def transport(listener: Listener, manifest: Manifest) -> Iterator[Transport]:
    serving = Transport(listener, publishing_of(manifest))
    serving.start()
    yield serving
    serving.close()


def test_listener_tells_the_port_it_was_given(listener: Listener) -> None:
    assert listener.address.port > 0


def test_listener_raises_when_the_port_is_in_use(listener: Listener) -> None:
    with pytest.raises(TransportError, match="the port is in use; choose another"):
        Listener(listener.address)


def test_listener_raises_when_the_address_is_not_ours() -> None:
    with pytest.raises(TransportError, match="is not an address of this machine"):
        Listener(Address("192.0.2.1", 0))


def test_listener_gives_the_port_back() -> None:
    with Listener(Address("127.0.0.1", 0)) as first:
        address = first.address

    with Listener(address) as second:
        assert second.address == address


def test_transport_calls_what_is_posted_in_its_own_thread(transport: Transport) -> None:
    called: list[str] = []
    done = threading.Event()

    transport.post(lambda: called.append(threading.current_thread().name))
    transport.post(done.set)

    assert done.wait(LIMIT_S)
    assert called == ["publisher"]


def test_recording_that_never_catches_up_keeps_nobody_from_publishing(
    listener: Listener, manifest: Manifest
) -> None:
    began, done = threading.Event(), threading.Event()

    class Behind(Publishing):
        def next_for(self, peer: bytes, now: float) -> Sequence[Part] | None:
            return None if done.is_set() else [b""]

    class Swallow(Recorder):
        def __init__(self) -> None:
            pass

        def take(self, parts: Sequence[Part]) -> bool:
            began.set()
            return True

    publishing = Behind(bytes(16), Ring(manifest, 2**20))
    transport = Transport(listener, publishing, Swallow())
    transport.start()

    assert began.wait(LIMIT_S)
    transport.post(done.set)

    was_called = done.wait(LIMIT_S)
    done.set()
    transport.close()
    assert was_called


def test_transport_welcomes_and_counts_a_viewer(
    transport: Transport, peer: Any
) -> None:
    peer.hello()

    assert peer.receive(Welcome).viewers == 1
    assert transport.wait_until(lambda: transport.viewers == 1, LIMIT_S)


def test_transport_forgets_a_viewer_that_leaves(
    transport: Transport, peer: Any
) -> None:
    peer.hello()
    peer.receive(Welcome)

    peer.send(Bye())

    assert transport.wait_until(lambda: transport.viewers == 0, LIMIT_S)


def test_transport_forgets_a_viewer_that_vanishes(
    transport: Transport, peer: Any
) -> None:
    peer.hello()
    peer.receive(Welcome)

    peer.socket.close(linger=0)

    assert transport.wait_until(lambda: transport.viewers == 0, LIMIT_S)


def test_transport_sends_beats(transport: Transport, peer: Any) -> None:
    peer.hello()

    assert peer.receive(Beat).run == bytes(16)


def test_transport_goes_on_after_bytes_that_mean_nothing(
    transport: Transport, peer: Any
) -> None:
    for rubbish in ([b"\xc1"], [b"a", b"b", b"c"]):
        peer.socket.send_multipart(rubbish)

    peer.hello()

    assert peer.receive(Welcome)


def test_transport_goes_on_after_a_message_of_a_peer_older_than_zmtp_3(
    transport: Transport, listener: Listener, peer: Any
) -> None:
    where = (listener.address.host, listener.address.port)
    with socket.create_connection(where) as old:
        old.sendall(b"\x01\x00" + b"\x02\x00x")  # its empty name, then a message
        assert old.recv(1)

        peer.hello()

        assert peer.receive(Welcome)
        assert peer.receive(Beat)


def test_transport_serves_a_viewer_that_came_before_it_started(
    listener: Listener, manifest: Manifest, peer: Any
) -> None:
    peer.hello()
    transport = Transport(listener, publishing_of(manifest))

    transport.start()

    assert peer.receive(Welcome)
    transport.close()


def test_transport_stops_waiting_when_the_time_is_up(transport: Transport) -> None:
    assert not transport.wait_until(lambda: False, 0.01)


def test_transport_tells_why_it_stopped(
    transport: Transport, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise RuntimeError("broken")

    transport.post(fail)

    assert not transport.wait_until(lambda: False, LIMIT_S)
    assert str(transport.failed) == "broken"
    assert "the publishing has stopped" in caplog.text


def test_transport_closes_twice(transport: Transport) -> None:
    transport.close()
    transport.close()


def test_transport_is_satisfied_once_the_viewer_has_it_all(
    listener: Listener, manifest: Manifest, peer: Any
) -> None:
    publishing = publishing_of(manifest)
    transport = Transport(listener, publishing)
    transport.start()
    peer.hello()
    peer.receive(Welcome)
    transport.post(lambda: publishing.end(EndReason.DONE))
    assert not transport.wait_until(lambda: transport.satisfied, 0.05)

    peer.ack(bytes(16), 1)

    assert transport.wait_until(lambda: transport.satisfied, LIMIT_S)
    transport.close()


def test_transport_disconnects_a_viewer_that_it_has_forgotten(
    transport: Transport, peer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "FORGET_S", 0.2)
    monitor = peer.socket.get_monitor_socket(zmq.Event.DISCONNECTED)
    peer.hello()

    assert monitor.poll(int(1000 * LIMIT_S))

    peer.socket.disable_monitor()
    monitor.close(linger=0)


def test_memory_can_be_given_back_at_any_time() -> None:
    memory.give_back()
