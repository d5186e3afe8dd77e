"""A viewer's process that stands still, such as a laptop that sleeps."""

import subprocess
import sys

import zmq

from protocol.address import Address

LIMIT_S = 30.0

# Says hello, then looks at nothing for longer than any heartbeat.
VIEWER = """
import select, sys
from protocol.address import parse
from protocol.following import Following
from viewer.transport import Connection

connection = Connection(parse(sys.argv[1]), Following())
while not connection.is_connected:
    connection.exchange()
connection.exchange()
select.select([], [], [], 1.5)
print("whole")
"""


def test_viewer_survives_a_trainer_that_left_while_it_stood_still() -> None:
    with zmq.Context() as context, context.socket(zmq.ROUTER) as trainer:
        trainer.setsockopt(zmq.SNDHWM, 0)
        trainer.setsockopt(zmq.LINGER, 0)
        port = trainer.bind_to_random_port("tcp://127.0.0.1")
        command = [sys.executable, "-c", VIEWER, str(Address("127.0.0.1", port))]
        viewer = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert trainer.poll(int(1000 * LIMIT_S))
        peer, _hello = trainer.recv_multipart()

        # More than the viewer's socket takes, so that it stops reading.
        for _ in range(200):
            trainer.send_multipart([peer, bytes(100_000)])
        trainer.unbind(f"tcp://127.0.0.1:{port}")
    said, _ = viewer.communicate(timeout=LIMIT_S)

    assert (viewer.returncode, said) == (0, "whole\n")
