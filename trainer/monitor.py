"""What ZeroMQ tells about the connections of a socket.

How it works: the socket's own thread inside ZeroMQ reports each event to a PAIR socket,
and waits while that is full: nobody is accepted any more. So it has no limit, and whoever
attached a monitor reads it in every round.
"""

import struct
from typing import NamedTuple

import zmq

WATCHED = (
    zmq.Event.ACCEPTED
    | zmq.Event.HANDSHAKE_SUCCEEDED
    | zmq.Event.HANDSHAKE_FAILED_AUTH
    | zmq.Event.HANDSHAKE_FAILED_PROTOCOL
    | zmq.Event.HANDSHAKE_FAILED_NO_DETAIL
    | zmq.Event.DISCONNECTED
)


class Happened(NamedTuple):
    """An event of one connection.

    Attributes:
        event: One of WATCHED.
        value: Of a connection accepted or lost its file descriptor, of a handshake that
            failed the reason.
        address: The endpoint of the watched socket, where it is bound.
    """

    event: int
    value: int
    address: str


class Monitor:
    """Watches one socket; belongs to the thread that owns it.

    Attributes:
        socket: Readable when something has happened; for a poller.
    """

    def __init__(self, watched: "zmq.Socket[bytes]", events: int = WATCHED) -> None:
        """Begin to watch; before `bind`, so that no connection is missed."""
        self._watched = watched
        name = f"inproc://monitor-{id(self)}"
        watched.monitor(name, events)
        self.socket = watched.context.socket(zmq.PAIR)
        self.socket.setsockopt(zmq.RCVHWM, 0)
        self.socket.connect(name)

    def happened(self) -> list[Happened]:
        """Give what has happened since the last call, in order."""
        found = []
        while self.socket.poll(0):
            what, address = self.socket.recv_multipart()
            event, value = struct.unpack("=Hi", what)
            found.append(Happened(event, value, address.decode()))
        return found

    def close(self) -> None:
        """Stop watching; before the watched socket is closed."""
        if not self.socket.closed:
            self._watched.disable_monitor()
            self.socket.close(linger=0)
