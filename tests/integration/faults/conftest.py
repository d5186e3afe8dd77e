"""A link that can be made bad: a TCP proxy between a viewer and its trainer.

How it works: one thread moves bytes between pairs of sockets. Each direction of all
connections together is a lane, which may be slow; each direction of one connection is a
queue, in which bytes stay for as long as the link is long. Buffers are small, so who
sends too much for the link has to wait for it, as on a real one.
"""

import math
import selectors
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from protocol import address
from protocol.address import Address

BUFFER = 64 << 10
# A queue of a link without a limit, for as long as a delay holds bytes back.
LONG_BUFFER = 8 << 20
TICK_S = 0.02
AT_ONCE = 4  # rounds for one connection before it is the next one's turn
RESET = struct.pack("ii", 1, 0)  # linger for 0 s: the other side sees a reset


class Lane:
    """What all connections together may carry in one direction.

    Attributes:
        rate: Bytes per second; infinite where it is not throttled.
        carried: Bytes so far.
    """

    def __init__(self) -> None:
        self.rate = math.inf
        self.carried = 0
        self._free_at = 0.0

    def room(self, now: float) -> int:
        """Say how many bytes may go now."""
        if self.rate == math.inf:
            return BUFFER
        return max(1, int(self.rate * TICK_S)) if now >= self._free_at else 0

    def carry(self, count: int, now: float) -> None:
        """Take note of bytes that went."""
        self.carried += count
        self._free_at = max(now - TICK_S, self._free_at) + count / self.rate


class Queue:
    """One direction of one connection."""

    def __init__(self, source: socket.socket, sink: socket.socket, lane: Lane) -> None:
        self.source, self.sink, self.lane = source, sink, lane
        self.is_closed = False
        self._held: deque[tuple[float, bytes]] = deque()
        self._size = 0

    def fill(self, delay_s: float, now: float) -> None:
        """Take what has come, unless too much of it waits already."""
        if not self.has_room(delay_s):
            return
        with suppress(BlockingIOError):
            chunk = self.source.recv(BUFFER)
            self.is_closed = not chunk
            self._held.append((now + delay_s, chunk))
            self._size += len(chunk)

    def drain(self, now: float) -> bool:
        """Pass on what is due; say whether the connection goes on."""
        while self.is_due(now) and (room := self.lane.room(now)):
            due, chunk = self._held[0]
            if not chunk:
                return False
            try:
                sent = self.sink.send(chunk[:room])
            except BlockingIOError:
                return True
            self.lane.carry(sent, now)
            self._size -= sent
            self._held.popleft()
            if sent < len(chunk):
                self._held.appendleft((due, chunk[sent:]))
        return True

    def has_room(self, delay_s: float) -> bool:
        """Whether it may take more."""
        most = LONG_BUFFER if delay_s else BUFFER
        return self._size < most and not self.is_closed

    def is_due(self, now: float) -> bool:
        """Whether something in it should be on its way by now."""
        return bool(self._held) and self._held[0][0] <= now


class Proxy:
    """Forwards connections to a target, as well or as badly as it is told.

    Attributes:
        address: Where to connect instead of to the target.
        accepted: Connections so far.
        up: From those who connect to the target.
        down: From the target.
    """

    def __init__(self, target: Address | str) -> None:
        """Listen on a free port of this machine."""
        self._target = address.parse(target) if isinstance(target, str) else target
        self._listener = socket.socket()
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
        self._listener.bind(("127.0.0.1", 0))
        self._listener.listen(512)
        self._listener.setblocking(False)
        self.address = Address("127.0.0.1", self._listener.getsockname()[1])
        self.accepted = 0
        self.up, self.down = Lane(), Lane()
        self._delay_s = 0.0
        self._is_hole = False
        self._links: list[tuple[Queue, Queue]] = []
        self._forgotten: list[tuple[Queue, Queue]] = []
        self._is_closing = False
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="proxy", daemon=True)
        self._thread.start()

    @property
    def connections(self) -> int:
        """How many are open."""
        return len(self._links)

    def delay(self, seconds: float) -> None:
        """Hold every byte back that long, in each direction."""
        self._delay_s = seconds

    def throttle(self, bytes_per_s: float) -> None:
        """Carry no more than that in each direction; `math.inf` takes it back."""
        self.up.rate = self.down.rate = bytes_per_s

    def cut(self) -> int:
        """Reset all connections; say how many there were."""
        with self._lock:
            links, self._links = self._links, []
            for link in links:
                _reset(link)
        return len(links)

    def black_hole(self, on: bool, *, forget: bool = False) -> None:
        """Let nothing through, or everything again.

        Args:
            on: Nothing passes, nothing is closed, new connections are not answered.
            forget: What was connected before is lost for ever, without a word, as in a
                router that has forgotten it: only new connections pass.
        """
        with self._lock:
            self._is_hole = on
            if forget:
                self._forgotten += self._links
                self._links = []

    def close(self) -> None:
        """Reset all connections and stop listening."""
        self._is_closing = True
        self._thread.join()
        self.cut()
        for link in self._forgotten:
            _reset(link)
        self._listener.close()

    def _run(self) -> None:
        while not self._is_closing:
            self._wait()
            with self._lock:
                if not self._is_hole:
                    self._accept()
                    self._links = [link for link in self._links if self._move(link)]

    def _wait(self) -> None:
        """Wait until there is something to do; for what only time brings, a tick."""
        if self._is_hole or self.down.rate != math.inf:
            time.sleep(TICK_S / 4)
            return
        now = time.monotonic()
        events = {self._listener: selectors.EVENT_READ}
        with self._lock:
            for queue in (queue for link in self._links for queue in link):
                if queue.has_room(self._delay_s):
                    wanted = events.get(queue.source, 0) | selectors.EVENT_READ
                    events[queue.source] = wanted
                if queue.is_due(now):
                    wanted = events.get(queue.sink, 0) | selectors.EVENT_WRITE
                    events[queue.sink] = wanted
        with selectors.DefaultSelector() as selector:
            with suppress(ValueError):  # closed by a cut just now
                for each, wanted in events.items():
                    selector.register(each, wanted)
            selector.select(TICK_S / 4 if self._delay_s else TICK_S)

    def _accept(self) -> None:
        with suppress(BlockingIOError):
            while True:
                near, _ = self._listener.accept()
                self.accepted += 1
                self._connect(near)

    def _connect(self, near: socket.socket) -> None:
        far = socket.socket()
        far.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
        far.settimeout(1.0)
        try:
            far.connect((self._target.host, self._target.port))
        except OSError:
            _reset_one(near)
            far.close()
            return
        for each in (near, far):
            each.setblocking(False)
            each.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER)
            each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        link = (Queue(near, far, self.up), Queue(far, near, self.down))
        self._links.append(link)

    def _move(self, link: tuple[Queue, Queue]) -> bool:
        now = time.monotonic()
        with suppress(OSError):
            if all(self._round(link, now) for _ in range(AT_ONCE)):
                return True
        _reset(link)
        return False

    def _round(self, link: tuple[Queue, Queue], now: float) -> bool:
        for queue in link:
            queue.fill(self._delay_s, now)
        return link[0].drain(now) and link[1].drain(now)


def _reset(link: tuple[Queue, Queue]) -> None:
    for queue in link:
        _reset_one(queue.source)


def _reset_one(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    connection.close()


Connect = Callable[[Address | str], Proxy]


@pytest.fixture
def proxy_to() -> Iterator[Connect]:
    """Put a proxy before an address; closed with the test."""
    proxies: list[Proxy] = []

    def proxy_to(target: Address | str) -> Proxy:
        proxies.append(Proxy(target))
        return proxies[-1]

    yield proxy_to
    for proxy in proxies:
        proxy.close()
