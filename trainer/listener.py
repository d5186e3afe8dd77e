"""The trainer's bound socket.

Binding is done by the caller, so that a port in use is an error there and then; the
thread of transport.py owns the socket from then on.
"""

import errno
from types import TracebackType
from typing import Self

import zmq

from protocol import limits
from protocol.address import DEFAULT_HOST, Address
from protocol.keys import DOMAIN
from trainer import descriptors, zap
from trainer.errors import TransportError
from trainer.keyring import Keyring
from trainer.monitor import Monitor

# What a viewer needs of them is in protocol/SPEC.md, section 1.
OPTIONS = {
    zmq.LINGER: 0,
    zmq.SNDHWM: 8,  # parts: what a viewer that does not read costs beyond the buffer
    zmq.RCVHWM: 64,
    zmq.ROUTER_MANDATORY: 1,
    zmq.MAXMSGSIZE: limits.VIEWER_BYTES,
    # No HEARTBEAT_IVL: where a viewer has filled its queue and left, libzmq 4.3.5 aborts
    # the training on the next one (libzmq#4841). TCP notices dead links, if later.
    zmq.HANDSHAKE_IVL: 3000,
    zmq.BACKLOG: 1024,
    zmq.TCP_KEEPALIVE: 1,
    zmq.TCP_KEEPALIVE_IDLE: 30,
    zmq.TCP_KEEPALIVE_INTVL: 10,
    zmq.TCP_KEEPALIVE_CNT: 3,
    zmq.TCP_MAXRT: 60_000,
}


# Within this process's own context nobody connects to it.
NOWHERE = "inproc://nowhere"


class Listener:
    """A bound socket that nobody serves yet; viewers may connect and wait.

    Attributes:
        address: Where it listens; the port is the real one also where 0 was asked for.
        keyring: Who is let in; None for everyone.
        asked: Where ZeroMQ asks whether to let a viewer in; None without a keyring.
        monitor: What happens to the connections.
    """

    def __init__(self, address: Address | None, keyring: Keyring | None = None) -> None:
        """Bind.

        Args:
            address: Where; None for a socket that nobody can reach.
            keyring: Encrypt, and let in only whom it knows.

        Raises:
            TransportError: The port is in use, or the address is not this machine's.
        """
        self.keyring = keyring
        self.context = zmq.Context()
        self.socket = self.context.socket(zmq.ROUTER)
        for option, value in OPTIONS.items():
            self.socket.setsockopt(option, value)
        self.address = address or Address(DEFAULT_HOST, 0)
        self.socket.setsockopt(zmq.IPV6, int(":" in self.address.host))
        self.asked = None if keyring is None else self._lock(keyring)
        self.monitor = Monitor(self.socket)
        descriptors.make_room()
        try:
            self.socket.bind(address.endpoint if address else NOWHERE)
        except zmq.ZMQError as error:
            self.close()
            raise TransportError(_refused(self.address, error)) from error
        if address is not None:
            endpoint = self.socket.getsockopt_string(zmq.LAST_ENDPOINT)
            self.address = Address(address.host, int(endpoint.rpartition(":")[2]))

    def close(self, linger_ms: int = 0) -> None:
        """Give the port back; may be called twice."""
        self.monitor.close()
        if self.asked is not None:
            self.asked.close(linger=0)
        self.socket.close(linger=linger_ms)
        self.context.term()

    def _lock(self, keyring: Keyring) -> "zmq.Socket[bytes]":
        """Make the socket ask; before it is bound, or it would let everyone in."""
        asked = self.context.socket(zmq.ROUTER)
        asked.bind(zap.ENDPOINT)
        self.socket.setsockopt(zmq.ZAP_ENFORCE_DOMAIN, 1)
        self.socket.setsockopt(zmq.ZAP_DOMAIN, DOMAIN)
        self.socket.setsockopt(zmq.CURVE_SERVER, 1)
        self.socket.setsockopt(zmq.CURVE_SECRETKEY, keyring.secret)
        return asked

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _refused(address: Address, error: zmq.ZMQError) -> str:
    if error.errno == errno.EADDRINUSE:
        why = "the port is in use; choose another one, or 0 for any that is free"
    elif error.errno in (errno.EADDRNOTAVAIL, errno.ENODEV):
        why = "that is not an address of this machine"
    else:
        why = (error.strerror or "it failed").lower()
    return f"cannot listen on {address}: {why}"
