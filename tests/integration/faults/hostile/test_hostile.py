"""Peers that mean harm: everybody else is served, and memory stays bounded."""

import os
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING

from protocol import address, limits
from protocol.address import Address
from protocol.events import Arrived, Joined

if TYPE_CHECKING:
    from tests.integration.conftest import Start, Watch
    from tests.integration.faults.hostile.conftest import Endless

endless = ("--epochs", "100000", "--every", "1", "--pace", "0.02")

MOST_MB = 200
HALF_OPEN = 300
RANDOM = 200


def test_trainer_cuts_off_who_never_ends_a_message_and_serves_the_others(
    train: "Start",
    watch: "Watch",
    endless_viewer: "Callable[[Address], Endless]",
    memory: Callable[..., float],
) -> None:
    trainer = train(*endless)
    viewer = watch(trainer.address)
    viewer.wait_for(Arrived)
    before = memory(trainer.process.pid)

    attack = endless_viewer(address.parse(trainer.address))
    viewer.wait_for(Arrived, len(viewer.seqs) + 20)
    while attack.connections < 3:
        viewer.wait_for(Arrived, len(viewer.seqs) + 1)

    assert memory(trainer.process.pid) - before < MOST_MB
    assert len(viewer.of(Joined)) == 1
    trainer.wait_for_line("cut off 1 connection")


def test_viewer_cuts_off_a_trainer_that_never_ends_a_message(
    watch: "Watch",
    endless_trainer: "tuple[Address, Endless]",
    memory: Callable[..., float],
) -> None:
    where, attack = endless_trainer
    before = memory()
    viewer = watch(str(where))

    while attack.connections < 3:
        viewer.look()

    assert attack.sent > 2 * limits.UNENDED_TRAINER_BYTES
    assert memory() - before < MOST_MB
    assert any("without an end" in note for note in viewer.source.notes())


def test_connections_that_say_nothing_keep_nobody_out(
    train: "Start", watch: "Watch"
) -> None:
    trainer = train(*endless)
    where = address.parse(trainer.address)
    held = [
        socket.create_connection((where.host, where.port)) for _ in range(HALF_OPEN)
    ]

    viewer = watch(trainer.address)
    viewer.wait_for(Arrived, 3)

    assert len(viewer.of(Joined)) == 1
    for each in held:
        each.close()


def test_random_bytes_do_no_harm(train: "Start", watch: "Watch") -> None:
    trainer = train(*endless)
    where = address.parse(trainer.address)
    viewer = watch(trainer.address)

    for count in range(RANDOM):
        with socket.create_connection((where.host, where.port)) as connection:
            connection.sendall(os.urandom(count))
    viewer.wait_for(Arrived, len(viewer.seqs) + 3)

    assert len(viewer.of(Joined)) == 1
    assert "Traceback" not in "\n".join(trainer.lines)
