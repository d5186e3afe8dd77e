"""Which connections send on and on without ending a message. Pure.

A socket of ZeroMQ checks the size of each part, but keeps the parts of a message until
the last has come, however many there are. What it holds shows from outside: bytes that
came on a connection since its last whole message was read. Who sends more than any
message has is cut off, alone.
"""

import struct
from collections.abc import Mapping

# As much of Linux's `struct tcp_info` as is needed; kernels before 4.1 give less.
TCP_INFO_BYTES = 136
_RECEIVED = struct.Struct("=Q")
_RECEIVED_AT = 128


def bytes_received(info: bytes) -> int | None:
    """Read how many bytes have come on a connection; None where it is not told.

    Args:
        info: The socket option TCP_INFO of Linux.
    """
    if len(info) < _RECEIVED_AT + _RECEIVED.size:
        return None
    (received,) = _RECEIVED.unpack_from(info, _RECEIVED_AT)
    return int(received)


class Guard:
    """Finds the connections to cut off; they have names, any integers."""

    def __init__(self, most: int, most_of_all: int) -> None:
        """Begin without connections.

        Args:
            most: Bytes that one may send without ending a message.
            most_of_all: The same for all of them together.
        """
        self._most = most
        self._most_of_all = most_of_all
        self._ended_at: dict[int, int] = {}

    def ended(self, connection: int, received: int) -> None:
        """Take note of a whole message; `received` bytes have come up to now."""
        self._ended_at[connection] = received

    def forget(self, connection: int) -> None:
        """Begin anew with this name."""
        self._ended_at.pop(connection, None)

    def offenders(self, received: Mapping[int, int]) -> list[int]:
        """Name those to cut off; of too many small offenders, the largest.

        Args:
            received: How many bytes have come on each connection up to now.
        """
        held = {
            connection: count - self._ended_at.get(connection, 0)
            for connection, count in received.items()
        }
        largest_first = sorted(held, key=lambda each: -held[each])
        total = sum(held.values())
        offenders = []
        for connection in largest_first:
            if held[connection] <= self._most and total <= self._most_of_all:
                break
            offenders.append(connection)
            total -= held[connection]
        return offenders
