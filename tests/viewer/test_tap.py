import os
import socket
from collections.abc import Iterator

import pytest

from viewer import tap
from viewer.tap import Tap

pytestmark = pytest.mark.skipif(
    tap.TCP_INFO is None, reason="only Linux tells how much has come"
)


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    """The viewer's end of a connection, and the trainer's."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        near = socket.create_connection(server.getsockname())
        far, _ = server.accept()
        yield near, far
        near.close()
        far.close()


@pytest.fixture
def opened(ends: tuple[socket.socket, socket.socket]) -> Iterator[Tap]:
    near, _ = ends
    made = Tap(near.getpeername()[1])
    made.opened(near.fileno())
    yield made
    made.close()


def test_tap_counts_what_has_come(
    ends: tuple[socket.socket, socket.socket], opened: Tap
) -> None:
    near, far = ends

    far.sendall(bytes(100))
    near.recv(100, socket.MSG_WAITALL)

    assert opened.received == 100


def test_tap_ends_the_connection(
    ends: tuple[socket.socket, socket.socket], opened: Tap
) -> None:
    _, far = ends

    opened.cut()
    opened.cut()

    assert far.recv(1) == b""
    assert opened.received is None


def test_tap_leaves_alone_what_is_something_else_by_now(
    ends: tuple[socket.socket, socket.socket],
) -> None:
    _, far = ends
    reading, writing = os.pipe()
    made = Tap(port=1)

    for descriptor in (far.fileno(), reading, 10_000):
        made.opened(descriptor)
        assert made.received is None

    os.close(reading)
    os.close(writing)


def test_tap_tells_nothing_where_the_system_does_not(
    ends: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tap, "TCP_INFO", None)
    made = Tap(ends[0].getpeername()[1])

    made.opened(ends[0].fileno())

    assert made.received is None
