"""A trainer whose threads stand still, such as in a step that holds the interpreter."""

import socket
import struct
import subprocess
import sys

LIMIT_S = 30.0

# Listens, and looks at nothing for longer than any heartbeat.
TRAINER = """
import select
from protocol.address import Address
from trainer.listener import Listener

with Listener(Address("127.0.0.1", 0)) as listener:
    print(listener.address.port, flush=True)
    select.select([], [], [], 3.0)
print("whole")
"""

# The beginning of a connection, as https://rfc.zeromq.org/spec/23/ has it.
GREETING = b"\xff" + bytes(8) + b"\x7f\x03\x00" + b"NULL".ljust(20, b"\0") + bytes(32)
READY = b"\x05READY\x0bSocket-Type" + struct.pack(">I", 6) + b"DEALER"
MESSAGE = b"\x00\x64" + bytes(100)


def test_trainer_survives_a_viewer_that_filled_its_queue_and_vanished() -> None:
    command = [sys.executable, "-c", TRAINER]
    trainer = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert trainer.stdout is not None
    port = int(trainer.stdout.readline())
    with socket.create_connection(("127.0.0.1", port), LIMIT_S) as viewer:
        viewer.sendall(GREETING + b"\x04" + bytes([len(READY)]) + READY)
        answer = b""
        while b"READY" not in answer:
            answer += viewer.recv(4096)

        viewer.sendall(1000 * MESSAGE)
        # Closed with a reset, as by a system that has lost the connection.
        viewer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    said, _ = trainer.communicate(timeout=LIMIT_S)

    assert (trainer.returncode, said) == (0, "whole\n")
