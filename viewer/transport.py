"""The viewer's one socket; the only place in the viewer that knows ZeroMQ.

How it works: one thread calls `exchange` again and again; it drives protocol.following.
Other threads may only `wake` it. The socket reconnects by itself; a monitor tells when it
has, so that the viewer says hello at once instead of when its next repetition is due.
"""

import math
import socket
import struct
import time
from contextlib import suppress

import zmq

from protocol import limits
from protocol.address import Address
from protocol.events import Event, Refused
from protocol.following import Following, State
from viewer import tap
from viewer.errors import ViewerError
from viewer.handshakes import Handshakes
from viewer.inflow import Inflow, Verdict
from viewer.keyring import Keyring
from viewer.knock import mechanism_at

# What a viewer needs of them is in protocol/SPEC.md, section 1.
OPTIONS = {
    zmq.LINGER: 0,
    zmq.SNDHWM: 64,
    zmq.RCVHWM: 16,
    zmq.IMMEDIATE: 1,
    zmq.MAXMSGSIZE: 2 * limits.PART_BYTES,
    # Never less often: a trainer that is started again is found at once.
    zmq.RECONNECT_IVL: 100,
    zmq.CONNECT_TIMEOUT: 1500,
    zmq.HANDSHAKE_IVL: 3000,
    # No HEARTBEAT_IVL: where this process stood still and the trainer has left, libzmq
    # 4.3.5 aborts on the next one (libzmq#4841). The trainer's beats say more, anyway.
    zmq.TCP_KEEPALIVE: 1,
    zmq.TCP_KEEPALIVE_IDLE: 5,
    zmq.TCP_KEEPALIVE_INTVL: 2,
    zmq.TCP_KEEPALIVE_CNT: 3,
    zmq.TCP_MAXRT: 30_000,
}
WATCHED = (
    zmq.Event.CONNECTED
    | zmq.Event.HANDSHAKE_SUCCEEDED
    | zmq.Event.HANDSHAKE_FAILED_AUTH
    | zmq.Event.HANDSHAKE_FAILED_PROTOCOL
    | zmq.Event.HANDSHAKE_FAILED_NO_DETAIL
    | zmq.Event.DISCONNECTED
)

# Until a viewer that was refused tries again; whoever refused it may change its mind.
REFUSED_S = 2.0

# For a goodbye to a trainer that does not read.
LINGER_MS = 200

# Messages read before acks are sent.
READ_AT_ONCE = 64


class Connection:
    """A connection to one trainer, kept up for as long as it takes.

    Attributes:
        is_connected: Whether something at the address speaks ZeroMQ with this viewer.
        overruns: Messages that had no end, for which the connection was cut off.
        following: The protocol's state; belongs to the thread that calls `exchange`.
    """

    def __init__(
        self, address: Address, following: Following, keyring: Keyring | None = None
    ) -> None:
        """Begin to connect.

        Args:
            address: Where the trainer is, or will be.
            following: What to say and hear.
            keyring: Encrypt, and be known by these keys.

        Raises:
            ViewerError: Nothing can ever be at this address.
        """
        self.is_connected = False
        self.overruns = 0
        self._messages = 0
        self.following = following
        self._tap = tap.Tap(address.port)
        self._inflow = Inflow(time.monotonic())
        self._context = zmq.Context()
        self._socket = self._context.socket(zmq.DEALER)
        for option, value in OPTIONS.items():
            self._socket.setsockopt(option, value)
        self._socket.setsockopt(zmq.IPV6, int(":" in address.host))
        if keyring is not None:
            self._lock(keyring)
        self._monitor = self._socket.get_monitor_socket(WATCHED)
        self._endpoint = address.endpoint
        self._handshakes = Handshakes(address, keyring, mechanism_at)
        self._reconnect_at = math.inf
        self._woken, self._waker = socket.socketpair()
        self._waker.setblocking(False)
        self._woken.setblocking(False)
        try:
            self._socket.connect(address.endpoint)
        except zmq.ZMQError as error:
            self.close()
            raise ViewerError(
                f"cannot connect to {address}: expected the address of one machine"
            ) from error
        self._poller = zmq.Poller()
        for each in (self._socket, self._monitor, self._woken):
            self._poller.register(each, zmq.POLLIN)

    def exchange(self) -> list[Event]:
        """Send what is due, wait until something comes, take it in.

        Returns:
            What was learned; empty where it was only time to say something, or where
            `wake` was called.
        """
        self._send()
        now = time.monotonic()
        wait_s = min(self.following.next_deadline(now), self._reconnect_at - now)
        if self._tap.received is not None:
            wait_s = min(wait_s, limits.GUARD_S)
        self._poller.poll(math.ceil(max(0.0, wait_s) * 1000))
        with suppress(BlockingIOError):
            self._woken.recv(4096)
        events = self._look_at_the_monitor()
        self._reconnect(time.monotonic())
        events += self._receive()
        events += self._judge(time.monotonic())
        events += self.following.tick(time.monotonic())
        self._send()
        return events

    def wake(self) -> None:
        """Make `exchange` return soon; for other threads."""
        # Full: it is about to return anyway. Closed: nobody is left to wake.
        with suppress(OSError):
            self._waker.send(b"\0")

    def close(self) -> None:
        """Say goodbye and close."""
        self._tap.close()
        if not self._socket.closed:
            self.following.leave()
            self._send()
            self._socket.disable_monitor()
            self._monitor.close(linger=0)
            self._socket.close(linger=LINGER_MS)
        self._context.term()
        self._waker.close()
        self._woken.close()

    def _send(self) -> None:
        for parts in self.following.outgoing():
            # Polling makes the socket notice a connection made just now.
            if self._socket.poll(0, zmq.POLLOUT):
                with suppress(zmq.Again):  # lost just now
                    self._socket.send_multipart(parts, zmq.NOBLOCK)

    def _receive(self) -> list[Event]:
        events: list[Event] = []
        for _ in range(READ_AT_ONCE):
            try:
                parts = self._socket.recv_multipart(zmq.NOBLOCK)
            except zmq.Again:
                break
            self._messages += 1
            self._inflow.ended(self._tap.received or 0)
            events += self.following.receive(parts, time.monotonic())
        return events

    def _judge(self, now: float) -> list[Event]:
        """Keep a slow connection, leave a dead one, end one that fills the memory."""
        received = self._tap.received
        if tap.TCP_INFO is None and self.is_connected:
            received = self._messages  # better than nothing
        if received is None:
            return []
        verdict = self._inflow.judge(received, now)
        if verdict is Verdict.ALIVE:
            return self.following.alive(now)
        if verdict is Verdict.ENDLESS:
            self.overruns += 1
            self.following.overrun(now)
            self._tap.cut()
        elif verdict is Verdict.DEAD and self.following.state is State.SILENT:
            self._disconnect(now, pause_s=0.0)
        return []

    def _lock(self, keyring: Keyring) -> None:
        assert keyring.own.secret is not None, "its ending asks for a secret key"
        self._socket.setsockopt(zmq.CURVE_SERVERKEY, keyring.server)
        self._socket.setsockopt(zmq.CURVE_PUBLICKEY, keyring.own.public)
        self._socket.setsockopt(zmq.CURVE_SECRETKEY, keyring.own.secret)

    def _look_at_the_monitor(self) -> list[Event]:
        events: list[Event] = []
        while self._monitor.poll(0):
            what, _address = self._monitor.recv_multipart()
            number, value = struct.unpack("=Hi", what)
            if number == zmq.Event.CONNECTED:
                self._tap.opened(value)
                self._inflow = Inflow(time.monotonic())
            elif number == zmq.Event.DISCONNECTED:
                self._tap.close()
            self.is_connected = number == zmq.Event.HANDSHAKE_SUCCEEDED
            refusal = self._look_at(number, time.monotonic())
            if refusal is not None:
                events.append(Refused(code="keys", text=refusal))
        return events

    def _look_at(self, event: int, now: float) -> str | None:
        """Do what an event asks for; say why, where this viewer is refused."""
        refusal = None
        match event:
            case zmq.Event.CONNECTED:
                self._handshakes.began(now)
            case zmq.Event.HANDSHAKE_SUCCEEDED:
                self._handshakes.succeeded()
                self.following.reconnected(now)
            case zmq.Event.HANDSHAKE_FAILED_AUTH:
                refusal = self._handshakes.denied()
            case zmq.Event.HANDSHAKE_FAILED_PROTOCOL:
                refusal = self._handshakes.failed(now)
                self._disconnect(now)
            case zmq.Event.HANDSHAKE_FAILED_NO_DETAIL:
                refusal = self._handshakes.failed(now)
        if refusal is not None:
            self._disconnect(now)
        return refusal

    def _disconnect(self, now: float, pause_s: float = REFUSED_S) -> None:
        """Rest for a while; after some failures ZeroMQ itself would for ever."""
        self._reconnect_at = now + pause_s
        self.is_connected = False
        self._tap.close()
        with suppress(zmq.ZMQError):  # it has given up already
            self._socket.disconnect(self._endpoint)

    def _reconnect(self, now: float) -> None:
        if now >= self._reconnect_at:
            self._reconnect_at = math.inf
            self._socket.connect(self._endpoint)
