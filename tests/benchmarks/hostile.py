"""Peers that mean harm: what they cost in memory, and whether others are served.

Run: python -m tests.benchmarks.hostile [SECONDS]

A real `trainer run` of 50 snapshots a second is attacked from another process. Meanwhile
good viewers come, one after the other, and are timed until they have the run and its
newest snapshot. "unguarded" is the same without the guard, for a third of the time.
The first row is without any attack.
"""

import multiprocessing
import os
import socket
import statistics
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import trainer.cli
from protocol import address, limits
from protocol.address import Address
from protocol.events import Arrived
from protocol.messages import Want
from tests.benchmarks.interleaved import print_table
from tests.integration.conftest import Program, Viewer
from tests.integration.faults.hostile.conftest import Endless, resident_mb

SECONDS = 10.0
HALF_OPEN, RANDOM = 600, 10_000
LOOK_S = 0.02
RUN = (
    "run", "--hidden", "5", "--port", "0", "--epochs", "1000000", "--every", "1",
    "--pace", "0.02", "--buffer", "8M",
)  # fmt: skip
UNGUARDED = "unguarded"
HEAD = (
    "attack", "connections", "MB sent", "RSS MB before", "at most", "after",
    "viewers served", "in ms, median", "at most",
)  # fmt: skip

Tally = tuple[int, float]  # connections, MB
Attack = Callable[[Address, float], Tally]


def nothing(_: Address, seconds: float) -> Tally:
    """Leave the trainer alone."""
    time.sleep(seconds)
    return 0, 0.0


def endless(count: int, part_bytes: int) -> Attack:
    """Make an attack of so many messages without an end at once."""

    def attack(target: Address, seconds: float) -> Tally:
        attacks = [Endless.viewer(target, part_bytes) for _ in range(count)]
        time.sleep(seconds)
        for each in attacks:
            each.stop()
        sent = sum(each.sent for each in attacks)
        return sum(each.connections for each in attacks), sent / 1e6

    return attack


def half_open(target: Address, seconds: float) -> Tally:
    """Hold connections that say nothing; those that are closed are replaced."""
    until = time.monotonic() + seconds
    held: list[socket.socket] = []
    count = 0
    while time.monotonic() < until:
        held = [each for each in held if not _is_closed(each)]
        while len(held) < HALF_OPEN:
            held.append(socket.create_connection((target.host, target.port)))
            held[-1].setblocking(False)
            count += 1
        time.sleep(LOOK_S)
    return count, 0.0


def _is_closed(connection: socket.socket) -> bool:
    try:
        while connection.recv(64):
            pass
    except BlockingIOError:
        return False
    except OSError:
        pass
    connection.close()
    return True


def random_bytes(target: Address, _: float) -> Tally:
    """Say nonsense on many connections."""
    sent = 0
    for count in range(RANDOM):
        with socket.create_connection((target.host, target.port)) as connection:
            nonsense = os.urandom(count % 4096)
            sent += len(nonsense)
            try:
                connection.sendall(nonsense)
            except OSError:
                continue
    return RANDOM, sent / 1e6


ATTACKS: dict[str, Attack] = {
    "none": nothing,
    "1 message without an end, parts of 4,000": endless(1, 4000),
    "the same, unguarded": endless(1, 4000),
    "1 message without an end, parts of 100": endless(1, 100),
    "8 messages without an end at once": endless(8, 4000),
    f"{HALF_OPEN} half-open connections": half_open,
    f"{RANDOM:,} connections of random bytes": random_bytes,
}


class Watch:
    """Notes the memory of a process until it is closed."""

    def __init__(self, process: int) -> None:
        self.before_mb = self.most_mb = self.last_mb = resident_mb(process)
        self._process = process
        self._is_over = False
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def close(self) -> None:
        self._is_over = True
        self._thread.join()

    def _run(self) -> None:
        while not self._is_over:
            self.last_mb = resident_mb(self._process)
            self.most_mb = max(self.most_mb, self.last_mb)
            time.sleep(LOOK_S)


def serve_ms(where: str) -> float:
    """Time a viewer from its beginning to its first snapshot."""
    began = time.monotonic()
    viewer = Viewer(where, Want.LIVE)
    viewer.wait_for(Arrived)
    served = time.monotonic()
    viewer.source.close()
    return 1e3 * (served - began)


def _run_attack(name: str, target: Address, seconds: float, results: str) -> None:
    count, sent_mb = ATTACKS[name](target, seconds)
    Path(results).write_text(f"{count} {sent_mb}", "utf-8")


def measure(name: str, seconds: float) -> tuple[str, ...]:
    """Attack a trainer in one way; give the row."""
    program: tuple[str, ...] = ("trainer",)
    if UNGUARDED in name:
        program, seconds = ("tests.benchmarks.hostile", UNGUARDED), seconds / 3
    publisher = Program(*program, *RUN)
    where = publisher.address
    serve_ms(where)
    with TemporaryDirectory() as folder:
        results = str(Path(folder) / "results")
        attack = multiprocessing.get_context("spawn").Process(
            target=_run_attack,
            args=(name, address.parse(where), seconds, results),
        )
        watch = Watch(publisher.process.pid)
        attack.start()
        took = []
        while attack.is_alive():
            took.append(serve_ms(where))
        attack.join()
        count, sent_mb = Path(results).read_text("utf-8").split()
    watch.close()
    publisher.close()
    return (
        name, count, f"{float(sent_mb):.0f}",
        *(f"{mb:.0f}" for mb in (watch.before_mb, watch.most_mb, watch.last_mb)),
        f"{len(took)}", f"{statistics.median(took):.0f}", f"{max(took):.0f}",
    )  # fmt: skip


def run_unguarded(arguments: list[str]) -> None:
    """Be a trainer that lets everything in."""
    limits.UNENDED_BYTES = limits.ALL_UNENDED_BYTES = 1 << 60
    sys.argv = ["trainer", *arguments]
    trainer.cli.main()


def attack_a_viewer(seconds: float) -> tuple[str, ...]:
    """Let a trainer that never ends its message attack a recording viewer."""
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        TemporaryDirectory() as folder,
    ):
        listener.settimeout(0.3)
        where = f"127.0.0.1:{listener.getsockname()[1]}"
        viewer = Program("viewer", "record", where, "-o", f"{folder}/run.ncast")
        viewer.wait_for_line("nobody listens|connected")
        watch = Watch(viewer.process.pid)
        attack = Endless.trainer(listener)
        time.sleep(seconds)
        attack.stop()
        watch.close()
        viewer.close()
    sizes = (watch.before_mb, watch.most_mb, watch.last_mb)
    return (
        "a viewer, by a trainer without an end", f"{attack.connections}",
        f"{attack.sent / 1e6:.0f}", *(f"{mb:.0f}" for mb in sizes), "", "", "",
    )  # fmt: skip


def main(seconds: float = SECONDS) -> None:
    """Attack in every way and print."""
    rows = [measure(name, seconds) for name in ATTACKS]
    rows.append(attack_a_viewer(seconds))
    print_table(HEAD, rows)


if __name__ == "__main__":
    if sys.argv[1:2] == [UNGUARDED]:
        run_unguarded(sys.argv[2:])
        sys.exit()
    main(*map(float, sys.argv[1:]))
