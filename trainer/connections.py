"""The TCP connections below the trainer's socket, and the end of those that do harm.

How it works: the socket's monitor names the file descriptor of each connection. A copy
of it tells, on Linux, how many bytes have come, and can shut the connection down; what
the socket holds of it is freed then. On other systems nothing is told and nobody is
cut off.
"""

import os
import socket
from contextlib import suppress

from protocol import limits
from protocol.guard import TCP_INFO_BYTES, Guard, bytes_received
from trainer import memory

# Connections that were closed, after which there is memory to give back.
MANY = 500

TCP_INFO = getattr(socket, "TCP_INFO", None)


class Connections:
    """Those to one port of this machine, by file descriptor.

    Attributes:
        cut: How many were cut off because they did harm.
    """

    def __init__(self, port: int, most: int) -> None:
        """Begin without any.

        Args:
            port: Where the socket listens.
            most: How many there may be; of more, the one that has been silent for
                longest makes room.
        """
        self.cut = 0
        self._port = port
        self._most = most
        self._closed = 0
        self._copies: dict[int, socket.socket] = {}
        self._peers: dict[int, bytes] = {}
        self._silent: dict[int, None] = {}  # in the order in which they came
        self._guard = Guard(limits.UNENDED_BYTES, limits.ALL_UNENDED_BYTES)

    def __len__(self) -> int:
        return len(self._copies)

    def opened(self, descriptor: int) -> None:
        """Take note of a connection, as the monitor names it."""
        self.closed(descriptor)
        copy = self._copy(descriptor)
        if copy is None:
            return
        self._copies[descriptor] = copy
        self._silent[descriptor] = None
        if len(self._copies) > self._most:
            self._cut(next(iter(self._silent)))

    def closed(self, descriptor: int) -> None:
        """Take note that the socket has closed it."""
        self._guard.forget(descriptor)
        self._silent.pop(descriptor, None)
        self._peers.pop(descriptor, None)
        copy = self._copies.pop(descriptor, None)
        if copy is not None:
            copy.close()
            self._closed += 1
            if self._closed % MANY == 0:
                memory.give_back()

    def heard(self, descriptor: int, peer: bytes) -> None:
        """Take note of a whole message, and who has sent it."""
        copy = self._copies.get(descriptor)
        if copy is not None:
            self._peers[descriptor] = peer
            self._silent.pop(descriptor, None)
            self._guard.ended(descriptor, _received(copy))

    def check(self) -> None:
        """Cut off who does harm."""
        received = {name: _received(copy) for name, copy in self._copies.items()}
        for descriptor in self._guard.offenders(received):
            self._cut(descriptor)

    def leave(self, peer: bytes) -> None:
        """End the connection of a peer, and what the socket still holds for it."""
        for descriptor, name in list(self._peers.items()):
            if name == peer:
                self._shut(descriptor)

    def close(self) -> None:
        """Leave all connections alone from now on."""
        for descriptor in list(self._copies):
            self.closed(descriptor)

    def _copy(self, descriptor: int) -> socket.socket | None:
        """Copy a descriptor; None where it is something else by now."""
        if TCP_INFO is None:
            return None
        try:
            number = os.dup(descriptor)
        except OSError:
            return None
        try:
            copy = socket.socket(fileno=number)
        except OSError:
            os.close(number)
            return None
        try:
            copy.getpeername()
            if copy.getsockname()[1] == self._port:
                return copy
        except (OSError, IndexError):
            pass
        copy.close()
        return None

    def _cut(self, descriptor: int) -> None:
        self.cut += 1
        self._shut(descriptor)

    def _shut(self, descriptor: int) -> None:
        with suppress(OSError):  # gone by itself
            self._copies[descriptor].shutdown(socket.SHUT_RDWR)
        self.closed(descriptor)


def _received(copy: socket.socket) -> int:
    assert TCP_INFO is not None, "there are no copies without"
    try:
        info = copy.getsockopt(socket.IPPROTO_TCP, TCP_INFO, TCP_INFO_BYTES)
    except OSError:
        return 0
    return bytes_received(info) or 0
