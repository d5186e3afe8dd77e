"""Whether viewers that come at any time, or whose link is cut, end up with everything.

Run: python -m tests.benchmarks.joining [VIEWERS] [CUTS]

A run of small snapshots, fifty a second. Viewers come at random moments, some dozens at
a time, stay for a moment and leave; one in four wants all snapshots. Others come through
a proxy that cuts all their connections again and again, and stay to the end. Each looks
at its own history: row k must be of epoch k; snapshots must be in order, none twice;
what is between two of them must have been skipped on purpose, or named as not held.
"""

import json
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from protocol import address
from protocol.address import Address
from protocol.messages import EndReason, Want
from tests.benchmarks.audience import Seat
from tests.benchmarks.interleaved import print_table
from tests.benchmarks.stage import EVERY, Stage, stage
from tests.integration.faults.conftest import Proxy

VIEWERS, CUTS = 1000, 20
NETWORK = (16, 8, 4)
RATE = 50  # snapshots a second
CROWDS, THREADS = 2, 20  # processes, and viewers at a time in each
CUT_VIEWERS = 10
STAY_S = (0.2, 1.5)
PATIENCE_S = 30.0
HEAD = (
    "viewers", "joined", "snapshots", "silent gaps", "delivered twice",
    "histories incomplete", "skipped on purpose", "not held any more",
)  # fmt: skip
Crowd = subprocess.Popen[str]


def watch(where: Address, want: Want, is_over: Callable[[Seat], bool]) -> Counter[str]:
    """Be a viewer until it is over; count what went wrong."""
    seat = Seat(where, want)
    try:
        while not is_over(seat):
            seat.look()
    finally:
        seat.connection.close()
    return judge(seat, want)


def judge(seat: Seat, want: Want) -> Counter[str]:
    """Look whether a viewer has everything that it was owed."""
    got, seqs = seat.result(), seat.seqs
    if not seqs:
        return Counter(viewers=1)
    first = 1 if want is Want.ALL else seat.first
    owed = seqs[-1] - first + 1
    found = len(set(seqs)) + int(got["skipped"]) + int(got["gaps"])
    return Counter(
        viewers=1,
        joined=1,
        snapshots=len(seqs),
        silent_gaps=int(got["lost"]) + abs(owed - found),
        twice=int(got["duplicates"]) + (seqs != sorted(seqs)),
        incomplete=not (seat.is_complete and len(seat.epochs) >= EVERY * seqs[-1]),
        skipped=int(got["skipped"]),
        gaps=int(got["gaps"]),
    )


def come_and_go(where: Address, count: int, seed: int) -> Counter[str]:
    """Be many viewers, one after the other on each thread, that stay for a moment."""
    rng = random.Random(seed)

    def visit(stay_s: float, number: int) -> Counter[str]:
        began = time.monotonic()

        def is_over(seat: Seat) -> bool:
            spent = time.monotonic() - began
            return spent > (stay_s if seat.seqs else PATIENCE_S)

        return watch(where, Want.ALL if number % 4 == 0 else Want.LIVE, is_over)

    stays = [rng.uniform(*STAY_S) for _ in range(count)]
    with ThreadPoolExecutor(THREADS) as threads:
        return sum(threads.map(visit, stays, range(count)), Counter())


def stay(where: Address, count: int, seed: int) -> Counter[str]:
    """Be some viewers that stay to the end; `seed` decides nothing."""
    wants = [Want.ALL if number % 2 else Want.LIVE for number in range(count)]

    def visit(want: Want) -> Counter[str]:
        return watch(where, want, lambda seat: seat.ended)

    with ThreadPoolExecutor(count) as threads:
        return sum(threads.map(visit, wants), Counter())


CROWD = {"come-and-go": come_and_go, "stay": stay}


def gather(what: str, where: Address, count: int, seed: int) -> Crowd:
    """Start a crowd in a process of its own."""
    command = [sys.executable, "-m", __spec__.name, what, str(where)]
    command += [str(count), str(seed)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def result(crowd: Crowd) -> Counter[str]:
    """Wait for a crowd and give what it counted."""
    return Counter(json.loads(crowd.communicate()[0]))


def publish_until(on: Stage, is_over: Callable[[], bool]) -> None:
    """Publish at an even rate."""
    due = time.monotonic()
    while not is_over():
        on.publish()
        due = max(due + 1 / RATE, time.monotonic() - 1)
        time.sleep(max(0.0, due - time.monotonic()))


def visitors(viewers: int) -> Counter[str]:
    """Have viewers come and go."""
    with stage(NETWORK) as on:
        where, each = on.broadcast.address, viewers // CROWDS
        crowds = [gather("come-and-go", where, each, seed) for seed in range(CROWDS)]
        publish_until(on, lambda: all(c.poll() is not None for c in crowds))
        return sum(map(result, crowds), Counter())


def cut_off(cuts: int) -> tuple[Counter[str], int]:
    """Have viewers whose connections are cut; say how many connections were."""
    with stage(NETWORK) as on:
        proxy = Proxy(on.broadcast.address)
        crowd = gather("stay", proxy.address, CUT_VIEWERS, 0)
        rng, broken = random.Random(0), 0
        for _ in range(cuts):
            publish_until(on, lambda: proxy.connections == CUT_VIEWERS)
            until = time.monotonic() + rng.uniform(0.1, 1.0)
            publish_until(on, lambda: time.monotonic() > until)  # noqa: B023
            broken += proxy.cut()
        publish_until(on, lambda: on.broadcast.viewers >= CUT_VIEWERS)
        on.broadcast.end(EndReason.DONE)
        on.broadcast.serve_until_satisfied(PATIENCE_S)
        counted = result(crowd)
        proxy.close()
    return counted, broken


def main(viewers: int = VIEWERS, cuts: int = CUTS) -> None:
    """Count for both crowds, and print."""
    came = visitors(viewers)
    stayed, broken = cut_off(cuts)
    rows = [
        _row(f"{viewers:,} that come and go", came),
        _row(f"{CUT_VIEWERS} that lose {broken} connections", stayed),
    ]
    print_table(HEAD, rows)


def _row(name: str, counted: Counter[str]) -> list[str]:
    counts = ("joined", "snapshots", "silent_gaps", "twice", "incomplete")
    return [name, *(f"{counted[each]:,}" for each in (*counts, "skipped", "gaps"))]


if __name__ == "__main__":
    if sys.argv[1:] and sys.argv[1] in CROWD:
        what, where, count, seed = sys.argv[1:]
        print(json.dumps(CROWD[what](address.parse(where), int(count), int(seed))))
    else:
        main(*map(int, sys.argv[1:]))
