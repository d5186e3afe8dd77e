import os
import socket
from collections.abc import Callable, Iterator

import pytest

from protocol import limits
from trainer import connections, memory
from trainer.connections import Connections

pytestmark = pytest.mark.skipif(
    connections.TCP_INFO is None, reason="only Linux tells how much has come"
)

PORT = 1  # of nobody
PEER = b"peer"

Pair = tuple[socket.socket, socket.socket]


@pytest.fixture
def server() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


@pytest.fixture
def connect(server: socket.socket) -> Iterator[Callable[[], Pair]]:
    """Make a connection; gives the viewer's end and the trainer's."""
    opened: list[socket.socket] = []

    def connect() -> Pair:
        near = socket.create_connection(server.getsockname())
        far, _ = server.accept()
        opened.extend((near, far))
        return near, far

    yield connect
    for each in opened:
        each.close()


@pytest.fixture
def known(server: socket.socket) -> Iterator[Connections]:
    knows = Connections(server.getsockname()[1], most=3)
    yield knows
    knows.close()


def send(pair: Pair, count: int) -> None:
    near, far = pair
    near.sendall(bytes(count))
    far.recv(count, socket.MSG_WAITALL)


def is_open(pair: Pair) -> bool:
    near, _ = pair
    near.settimeout(0.01)
    try:
        return near.recv(1) != b""
    except TimeoutError:
        return True
    except ConnectionError:
        return False


def test_connection_that_sends_without_an_end_is_cut_off_alone(
    known: Connections, connect: Callable[[], Pair]
) -> None:
    good, bad = connect(), connect()
    for _, far in (good, bad):
        known.opened(far.fileno())
    send(good, limits.UNENDED_BYTES)
    send(bad, limits.UNENDED_BYTES)
    send(bad, 1)

    known.check()

    assert (is_open(good), is_open(bad)) == (True, False)
    assert (len(known), known.cut) == (1, 1)


def test_connection_that_ends_its_messages_may_send_for_ever(
    known: Connections, connect: Callable[[], Pair]
) -> None:
    good = connect()
    known.opened(good[1].fileno())

    for _ in range(3):
        send(good, limits.UNENDED_BYTES // 2 + 1)
        known.heard(good[1].fileno(), PEER)
        known.check()

    assert is_open(good)


def test_connection_that_has_said_nothing_makes_room_for_more(
    known: Connections, connect: Callable[[], Pair]
) -> None:
    pairs = [connect() for _ in range(4)]
    for _, far in pairs[:3]:
        known.opened(far.fileno())
    known.heard(pairs[0][1].fileno(), PEER)

    known.opened(pairs[3][1].fileno())

    assert [is_open(pair) for pair in pairs] == [True, False, True, True]
    assert len(known) == 3


def test_connection_that_was_closed_is_forgotten(
    known: Connections, connect: Callable[[], Pair]
) -> None:
    pair = connect()
    known.opened(pair[1].fileno())

    known.closed(pair[1].fileno())
    known.heard(pair[1].fileno(), PEER)

    assert len(known) == 0
    assert is_open(pair)


def test_peer_that_is_left_is_disconnected_alone(
    known: Connections, connect: Callable[[], Pair]
) -> None:
    pairs = [connect() for _ in range(2)]
    for name, (_, far) in zip((PEER, b"other"), pairs, strict=True):
        known.opened(far.fileno())
        known.heard(far.fileno(), name)

    known.leave(PEER)

    assert [is_open(pair) for pair in pairs] == [False, True]
    assert known.cut == 0


def test_memory_is_given_back_after_many_connections(
    known: Connections, connect: Callable[[], Pair], monkeypatch: pytest.MonkeyPatch
) -> None:
    given_back: list[int] = []
    monkeypatch.setattr(connections, "MANY", 2)
    monkeypatch.setattr(memory, "give_back", lambda: given_back.append(1))

    for _ in range(5):
        descriptor = connect()[1].fileno()
        known.opened(descriptor)
        known.closed(descriptor)

    assert len(given_back) == 2


def test_descriptor_that_is_something_else_by_now_is_left_alone(
    known: Connections, connect: Callable[[], Pair]
) -> None:
    near, _ = connect()
    reading, writing = os.pipe()

    for descriptor in (near.fileno(), reading, 10_000):
        known.opened(descriptor)

    assert len(known) == 0
    os.close(reading)
    os.close(writing)


def test_nobody_is_known_where_nothing_is_told(
    connect: Callable[[], Pair], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "TCP_INFO", None)
    known = Connections(PORT, most=3)

    known.opened(connect()[1].fileno())

    assert len(known) == 0
