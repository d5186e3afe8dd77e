"""Peers that mean harm, as bytes on a socket; enough of ZMTP to get in."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from protocol.address import Address

GREETING = b"\xff" + bytes(8) + b"\x7f\x03\x00NULL" + bytes(16) + b"\x00" + bytes(31)
MORE_AND_LONG = b"\x03"  # flags of a part after which others come
BURST = 256 << 10
# Who cuts a connection off need not say so.
PATIENCE_S = 0.3


def ready(kind: bytes) -> bytes:
    """The end of a handshake, from a socket of this kind."""
    body = b"\x05READY\x0bSocket-Type" + struct.pack(">I", len(kind)) + kind
    return bytes([4, len(body)]) + body


def resident_mb(process: int | str = "self") -> float:
    """Memory that a process takes."""
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1000
    raise AssertionError("every process has some")


class Endless:
    """Sends one message that never ends; after a cut it begins another.

    Attributes:
        connections: How many it has had.
        sent: Bytes.
    """

    def __init__(
        self, connect: Callable[[], socket.socket], kind: bytes, part_bytes: int
    ) -> None:
        """Begin.

        Args:
            connect: Gives a connection to the victim.
            kind: What it says that it is.
            part_bytes: Size of each part.
        """
        self.connections = 0
        self.sent = 0
        self._connect = connect
        self._hello = GREETING + ready(kind)
        part = MORE_AND_LONG + struct.pack(">Q", part_bytes) + bytes(part_bytes)
        self._burst = part * max(1, BURST // len(part))
        self._is_over = False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    @classmethod
    def viewer(cls, target: Address, part_bytes: int = 4000) -> "Endless":
        """One that says it is a viewer."""
        where = (target.host, target.port)
        return cls(lambda: socket.create_connection(where), b"DEALER", part_bytes)

    @classmethod
    def trainer(cls, listener: socket.socket, part_bytes: int = 256 << 10) -> "Endless":
        """One that says it is a trainer; the listener must have a timeout."""
        return cls(lambda: listener.accept()[0], b"ROUTER", part_bytes)

    def stop(self) -> None:
        """Leave the victim alone."""
        self._is_over = True
        self._thread.join()

    def _run(self) -> None:
        while not self._is_over:
            with suppress(OSError), self._connect() as connection:
                connection.settimeout(PATIENCE_S)
                self.connections += 1
                connection.sendall(self._hello)
                connection.recv(len(GREETING), socket.MSG_WAITALL)
                while not self._is_over:
                    connection.sendall(self._burst)
                    self.sent += len(self._burst)


@pytest.fixture
def endless_viewer() -> Iterator[Callable[[Address], Endless]]:
    """Attack a trainer until the end of the test."""
    attacks: list[Endless] = []

    def endless_viewer(target: Address) -> Endless:
        attacks.append(Endless.viewer(target))
        return attacks[-1]

    yield endless_viewer
    for each in attacks:
        each.stop()


@pytest.fixture
def endless_trainer() -> Iterator[tuple[Address, Endless]]:
    """Attacks whoever connects to its address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(PATIENCE_S)
        endless = Endless.trainer(listener)
        yield Address("127.0.0.1", listener.getsockname()[1]), endless
        endless.stop()


@pytest.fixture
def memory() -> Callable[..., float]:
    return resident_mb
