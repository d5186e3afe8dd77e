import threading
import time
from collections.abc import Callable, Iterator

import pytest
import zmq

from protocol.address import Address
from protocol.codec import decode_from_viewer, encode
from protocol.events import Event, Joined
from protocol.following import Following
from protocol.messages import VERSION, Bye, FromViewer, Hello, Manifest, Welcome
from protocol.rows import empty
from viewer.errors import ViewerError
from viewer.transport import Connection

LIMIT_S = 10.0
RUN = b"r" * 16


class Router:
    """The socket of a trainer, without a trainer."""

    def __init__(self) -> None:
        self.context = zmq.Context()
        self.socket = self.context.socket(zmq.ROUTER)
        self.socket.bind("tcp://127.0.0.1:*")
        endpoint = self.socket.getsockopt_string(zmq.LAST_ENDPOINT)
        self.address = Address("127.0.0.1", int(endpoint.rpartition(":")[2]))

    def receive(self) -> tuple[bytes, FromViewer | None] | None:
        """Take a message if there is one."""
        if not self.socket.poll(0):
            return None
        peer, *parts = self.socket.recv_multipart()
        return peer, decode_from_viewer(parts)

    def close(self) -> None:
        self.socket.close(linger=0)
        self.context.term()


@pytest.fixture
def router() -> Iterator[Router]:
    bound = Router()
    yield bound
    bound.close()


@pytest.fixture
def connection(router: Router) -> Iterator[Connection]:
    opened = Connection(router.address, Following())
    yield opened
    opened.close()


def exchange_until(
    connection: Connection, condition: Callable[[], bool]
) -> list[Event]:
    """Let the connection work until a condition holds."""
    events: list[Event] = []
    until = time.monotonic() + LIMIT_S
    while not condition():
        assert time.monotonic() < until, "it did not come to pass"
        connection.wake()
        events += connection.exchange()
    return events


def test_connection_says_hello_as_soon_as_there_is_one(
    router: Router, connection: Connection
) -> None:
    heard: list[FromViewer | None] = []

    def has_heard() -> bool:
        while message := router.receive():
            heard.append(message[1])
        return bool(heard) and connection.is_connected

    exchange_until(connection, has_heard)

    assert all(isinstance(message, Hello) for message in heard)


def test_connection_gives_what_was_learned(
    router: Router, connection: Connection, make_manifest: Callable[..., Manifest]
) -> None:
    manifest = make_manifest([4, 3, 2])
    events: list[Event] = []

    def has_joined() -> bool:
        if message := router.receive():
            peer, hello = message
            assert isinstance(hello, Hello)
            welcome = Welcome(
                version=VERSION,
                nonce=hello.nonce,
                run=RUN,
                seq=0,
                oldest=0,
                manifest=manifest,
                rows=empty(len(manifest.metrics)),
                ended=None,
                viewers=1,
            )
            router.socket.send_multipart([peer, *encode(welcome)])
        return connection.following.assembler.run == RUN

    events = exchange_until(connection, has_joined)

    assert [type(event) for event in events] == [Joined]


def test_connection_says_goodbye(router: Router) -> None:
    connection = Connection(router.address, Following())
    exchange_until(connection, lambda: connection.is_connected)

    connection.close()

    heard: list[FromViewer | None] = []
    while router.socket.poll(500):
        message = router.receive()
        assert message is not None
        heard.append(message[1])
    assert isinstance(heard[-1], Bye)


def test_connection_closes_where_nobody_listens(router: Router) -> None:
    router.close()
    connection = Connection(router.address, Following())
    connection.wake()

    assert connection.exchange() == []

    assert not connection.is_connected
    connection.close()
    connection.close()


def test_connection_wakes_when_told(connection: Connection) -> None:
    connection.following.next_deadline = lambda now: LIMIT_S  # type: ignore[method-assign]
    has_woken = threading.Event()

    def wake() -> None:
        has_woken.set()
        connection.wake()

    timer = threading.Timer(0.05, wake)
    began = time.monotonic()
    timer.start()
    while not has_woken.is_set():
        connection.exchange()

    timer.join()
    assert time.monotonic() - began < LIMIT_S


def test_connection_raises_when_the_address_is_nobody_s() -> None:
    with pytest.raises(ViewerError, match=r"cannot connect to \*:5556: expected"):
        Connection(Address("*", 5556), Following())
