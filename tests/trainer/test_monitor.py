import socket
from collections.abc import Iterator

import pytest
import zmq

from trainer.monitor import Happened, Monitor

LIMIT_MS = 10_000
# More than ZeroMQ would keep by default: 1,000 on each side, three for a connection.
MANY = 1_000


@pytest.fixture
def bound() -> Iterator[tuple[Monitor, int]]:
    """A monitored socket, and its port."""
    with zmq.Context() as context, context.socket(zmq.ROUTER) as router:
        monitor = Monitor(router)
        yield monitor, router.bind_to_random_port("tcp://127.0.0.1")
        monitor.close()


def wait_for(monitor: Monitor, event: int) -> list[Happened]:
    """Read until an event has come; give all up to it."""
    found: list[Happened] = []
    while all(happened.event != event for happened in found):
        assert monitor.socket.poll(LIMIT_MS), found
        found += monitor.happened()
    return found


def test_monitor_tells_of_a_connection_that_comes_and_goes(
    bound: tuple[Monitor, int],
) -> None:
    monitor, port = bound

    socket.create_connection(("127.0.0.1", port)).close()
    found = wait_for(monitor, zmq.Event.DISCONNECTED)

    assert [happened.event for happened in found] == [
        zmq.Event.ACCEPTED,
        zmq.Event.HANDSHAKE_FAILED_NO_DETAIL,
        zmq.Event.DISCONNECTED,
    ]
    assert found[0].value == found[2].value
    assert found[0].address == f"tcp://127.0.0.1:{port}"


def test_connections_are_accepted_though_nobody_reads_the_monitor(
    bound: tuple[Monitor, int],
) -> None:
    monitor, port = bound

    for _ in range(MANY):
        with socket.create_connection(("127.0.0.1", port), 5) as connection:
            # What is accepted says its name: the first byte of a greeting.
            assert connection.recv(1) == b"\xff"

    accepted = 0
    while accepted < MANY:
        assert monitor.socket.poll(LIMIT_MS)
        events = [happened.event for happened in monitor.happened()]
        accepted += events.count(zmq.Event.ACCEPTED)


def test_monitor_closes_twice(bound: tuple[Monitor, int]) -> None:
    monitor, _ = bound

    monitor.close()
    monitor.close()

    assert monitor.socket.closed
