import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import zmq

from protocol.address import Address
from protocol.keys import Keys, parse
from protocol.messages import Manifest
from protocol.publishing import Publishing
from protocol.ring import Ring
from trainer import keygen
from trainer.keyring import Keyring
from trainer.listener import Listener
from trainer.monitor import Monitor
from trainer.transport import Transport

LIMIT_S = 10.0
OUTCOMES = {
    zmq.Event.HANDSHAKE_SUCCEEDED: "in",
    zmq.Event.HANDSHAKE_FAILED_AUTH: "out",
    zmq.Event.HANDSHAKE_FAILED_PROTOCOL: "out",
    zmq.Event.HANDSHAKE_FAILED_NO_DETAIL: "out",
}
Serve = Callable[[Path | None], Address]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    keygen.make_folder(tmp_path / "keys")
    return tmp_path / "keys"


@pytest.fixture
def serve(manifest: Manifest) -> Iterator[Serve]:
    """Serve with the keys in a folder, or without; give the address."""
    serving: list[Transport] = []

    def serve(folder: Path | None) -> Address:
        keyring = None if folder is None else Keyring(folder)
        listener = Listener(Address("127.0.0.1", 0), keyring)
        serving.append(
            Transport(listener, Publishing(bytes(16), Ring(manifest, 2**20)))
        )
        serving[-1].start()
        return listener.address

    yield serve
    for transport in serving:
        transport.close()


def read(path: Path) -> Keys:
    return parse(path.read_bytes(), 0, path)


def knock(address: Address, own: Keys | None, server: bytes = b"") -> str:
    """Connect as a viewer does; give "in", or "out" where it was refused."""
    with zmq.Context() as context, context.socket(zmq.DEALER) as dealer:
        dealer.linger = 0
        if own is not None and own.secret is not None:
            dealer.setsockopt(zmq.CURVE_PUBLICKEY, own.public)
            dealer.setsockopt(zmq.CURVE_SECRETKEY, own.secret)
            dealer.setsockopt(zmq.CURVE_SERVERKEY, server)
        monitor = Monitor(dealer)
        dealer.connect(address.endpoint)
        try:
            while monitor.socket.poll(LIMIT_S * 1000):
                for happened in monitor.happened():
                    if happened.event in OUTCOMES:
                        return OUTCOMES[zmq.Event(happened.event)]
        finally:
            monitor.close()
    raise AssertionError("neither let in nor refused")


def knock_until(
    caplog: pytest.LogCaptureFixture, line: str, knock_once: Callable[[], str]
) -> None:
    """Be refused until the trainer says it: where the two sides want different
    mechanisms, the first to see that hangs up and the other may never know."""
    until = time.monotonic() + LIMIT_S
    while line not in caplog.messages:
        assert knock_once() == "out"
        assert time.monotonic() < until, caplog.messages


def test_gate_lets_a_viewer_in_as_long_as_its_key_is_there(
    folder: Path, serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    address = serve(folder)
    server = read(folder / "server.key").public
    keygen.add_viewer(folder, "anna")  # while the trainer runs
    anna = read(folder / "anna.key_secret")

    first = knock(address, anna, server)
    (folder / "authorized" / "anna.key").unlink()
    second = knock(address, anna, server)

    assert (first, second) == ("in", "out")
    assert caplog.messages == [
        f"refused a viewer from 127.0.0.1: its key is not in {folder / 'authorized'}"
    ]


def test_gate_refuses_a_viewer_without_keys(
    folder: Path, serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    address = serve(folder)

    line = "refused a viewer without keys; it needs --keys"
    knock_until(caplog, line, lambda: knock(address, None))


def test_gate_refuses_a_viewer_that_has_another_server_key(
    folder: Path, serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    address = serve(folder)
    viewer = read(folder / "viewer.key_secret")

    line = "refused a viewer that has the server.key of another trainer"
    knock_until(caplog, line, lambda: knock(address, viewer, viewer.public))


def test_gate_without_keys_refuses_a_viewer_with_keys(
    folder: Path, serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    address = serve(None)
    server, viewer = (
        read(folder / name) for name in ("server.key", "viewer.key_secret")
    )

    line = "refused a viewer with keys: this trainer was started without --keys"
    knock_until(caplog, line, lambda: knock(address, viewer, server.public))


def test_gate_without_keys_lets_everyone_in(serve: Serve) -> None:
    assert knock(serve(None), None) == "in"
