import socket
import threading
from collections.abc import Iterator

import pytest
import zmq

from protocol.address import Address
from viewer.knock import CURVE, NULL, mechanism_at

LIMIT_S = 0.3


class Stranger:
    """Accepts connections, sends some bytes and hangs up, or does not."""

    def __init__(self, words: bytes, *, hangs_up: bool) -> None:
        self.server = socket.create_server(("127.0.0.1", 0))
        self.address = Address("127.0.0.1", self.server.getsockname()[1])
        self._words, self._hangs_up = words, hangs_up
        self._kept: list[socket.socket] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        peer, _ = self.server.accept()
        peer.sendall(self._words)
        self._kept.append(peer)
        if self._hangs_up:
            peer.close()

    def close(self) -> None:
        self._thread.join()
        for peer in (*self._kept, self.server):
            peer.close()


@pytest.fixture
def router() -> Iterator["zmq.Socket[bytes]"]:
    with zmq.Context() as context, context.socket(zmq.ROUTER) as socket_:
        yield socket_


def listen(router: "zmq.Socket[bytes]", secret: bytes | None) -> Address:
    if secret is not None:
        router.curve_server = True
        router.curve_secretkey = secret
    return Address("127.0.0.1", router.bind_to_random_port("tcp://127.0.0.1"))


@pytest.mark.parametrize("own", [CURVE, NULL])
@pytest.mark.parametrize("found", [CURVE, NULL])
def test_knock_finds_out_who_wants_keys(own: str, found: str) -> None:
    _, secret = zmq.curve_keypair()
    with zmq.Context() as context, context.socket(zmq.ROUTER) as router:
        address = listen(router, secret if found == CURVE else None)

        assert mechanism_at(address, own) == found


@pytest.mark.parametrize("own", [CURVE, NULL])
def test_knock_lets_the_other_side_know_whom_it_refused(
    router: "zmq.Socket[bytes]", own: str
) -> None:
    _, secret = zmq.curve_keypair()
    address = listen(router, secret if own == NULL else None)
    monitor = router.get_monitor_socket(zmq.Event.HANDSHAKE_FAILED_PROTOCOL)

    mechanism_at(address, own)

    assert monitor.poll(10_000)
    router.disable_monitor()
    monitor.close()


@pytest.mark.parametrize(
    ("words", "hangs_up"),
    [
        (b"", True),
        (b"", False),
        (b"SSH-2.0-OpenSSH_9.6\r\n", False),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", True),
        (b"\xff" + bytes(8) + b"\x7f", True),
        (b"x" * 64, False),
    ],
)
def test_knock_finds_nobody_where_nobody_speaks_zeromq(
    words: bytes, hangs_up: bool
) -> None:
    stranger = Stranger(words, hangs_up=hangs_up)

    found = mechanism_at(stranger.address, NULL, LIMIT_S)

    stranger.close()
    assert found is None


def test_knock_finds_nobody_where_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = Address("127.0.0.1", server.getsockname()[1])

    assert mechanism_at(address, NULL) is None
