"""The TCP connection below the viewer's socket: how much has come on it, and its end.

How it works: the socket's monitor names the connection's file descriptor. A copy of it
tells, on Linux, how many bytes have come. On other systems nothing is told.
"""

import os
import socket
from contextlib import suppress

from protocol.guard import TCP_INFO_BYTES, bytes_received

TCP_INFO = getattr(socket, "TCP_INFO", None)


class Tap:
    """Counts the bytes of one connection after the other."""

    def __init__(self, port: int) -> None:
        """Begin without a connection; `port` is the trainer's."""
        self._port = port
        self._copy: socket.socket | None = None

    @property
    def received(self) -> int | None:
        """Bytes that have come on this connection; None where it is not told."""
        if self._copy is None or TCP_INFO is None:
            return None
        try:
            option = socket.IPPROTO_TCP, TCP_INFO, TCP_INFO_BYTES
            return bytes_received(self._copy.getsockopt(*option))
        except OSError:
            return None

    def opened(self, descriptor: int) -> None:
        """Turn to a connection, as the monitor names it."""
        self.close()
        if TCP_INFO is None:
            return
        try:
            number = os.dup(descriptor)
        except OSError:
            return
        try:
            self._copy = socket.socket(fileno=number)
        except OSError:
            os.close(number)
            return
        if not self._is_ours(self._copy):
            self.close()

    def cut(self) -> None:
        """End the connection."""
        if self._copy is not None:
            with suppress(OSError):  # gone by itself
                self._copy.shutdown(socket.SHUT_RDWR)
        self.close()

    def close(self) -> None:
        """Leave the connection alone; without that its end would not be seen."""
        if self._copy is not None:
            self._copy.close()
            self._copy = None

    def _is_ours(self, copy: socket.socket) -> bool:
        """Tell our connection from what may have the same number by now."""
        try:
            return bool(copy.getpeername()[1] == self._port)
        except (OSError, IndexError):
            return False
