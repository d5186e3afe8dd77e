"""Whether either half can be made to remember more and more by messages that are well formed.

Run: python -m tests.benchmarks.lies [MESSAGES]

Where tests.benchmarks.fuzz begins a new run every few thousand messages, here all go
into the same one: parts of snapshots that never become whole, each with metric rows,
gaps and ends of what does not exist; hellos, acks and goodbyes of thousands of peers,
some of which read nothing. Growth is that of Python's memory after a tenth of them.
Rows that wait for a snapshot may be as many as a welcome holds: 32 MB.
"""

import sys
import tracemalloc
from collections.abc import Callable
from random import Random

import numpy as np

from protocol import limits
from protocol.codec import encode
from protocol.following import Following
from protocol.messages import (
    VERSION,
    Ack,
    Beat,
    Bye,
    End,
    EndReason,
    FromTrainer,
    FromViewer,
    Gap,
    Hello,
    Message,
    Ping,
    Probe,
    SnapshotPart,
    Want,
    Welcome,
)
from protocol.payload import raw
from tests.benchmarks.interleaved import print_table
from tests.protocol.fuzz.conftest import SIZE, SMALL, Run

MESSAGES = 100_000
PART_BYTES = SIZE // 4
NAME, NONCE, TICK_S = b"r" * 16, bytes(8), 0.001
HEAD = ("half", "messages", "growth KB", "found out")


def liar(rng: Random, number: int) -> FromTrainer:
    """Say something, as a trainer."""
    part, seq = rng.choice((0, 0, 0, 1, 2)), rng.choice((1, 2, number + 1, 1 << 53))
    payload = bytes(PART_BYTES)
    match rng.randrange(10):
        case 0:
            return Gap(run=NAME, first=number + 1, last=number + 1)
        case 1:
            return End(run=NAME, seq=1 << 53, reason=EndReason.DONE)
        case 2:
            return Beat(run=NAME, seq=number, up=1.0, dropped=number)
    return SnapshotPart(
        run=NAME,
        seq=seq,
        epoch=1,
        step=1,
        time=0.0,
        probe=Probe(index=0, label=None),
        skip=0,
        rows=np.zeros((int(part == 0), 2)),
        part=part,
        parts=4,
        payload=raw(payload),
    )


def visitor(rng: Random, run: Run) -> FromViewer:
    """Say something, as a viewer."""
    newest, nonce = run.publishing.seq, rng.randbytes(8)
    match rng.randrange(6):
        case 0:
            return Hello(
                version=VERSION, want=Want.ALL, window=8, nonce=nonce, run=run.name
            )
        case 1:
            return Hello(version=VERSION, want=Want.LIVE, window=1, nonce=nonce)
        case 2:
            return Ack(run=run.name, seq=rng.randint(0, newest))
        case 3:
            return Ack(run=run.name, seq=newest + rng.choice((0, 5)))
        case 4:
            return Bye()
    return Ping(time=run.now)


def lie_to_viewer(want: Want) -> tuple[Callable[[int], None], Callable[[], int]]:
    """Welcome a viewer; give what lies to it once, and how many lies it found out."""
    rng, following = Random(0), Following(want, limits.WINDOW, nonce=lambda: NONCE)
    welcome = Welcome(
        version=VERSION,
        nonce=NONCE,
        run=NAME,
        seq=0,
        oldest=0,
        manifest=SMALL,
        rows=np.empty((0, 2)),
        ended=None,
        viewers=1,
    )

    def say(message: Message, now: float) -> None:
        following.receive([bytes(part) for part in encode(message)], now)
        following.tick(now)
        following.outgoing()

    following.tick(0.0)
    say(welcome, 0.0)
    return lambda n: say(liar(rng, n), n * TICK_S), lambda: following.dropped


def lie_to_trainer() -> tuple[Callable[[int], None], Callable[[], int]]:
    """Begin a run; give what lies to it once, and how many lies it found out."""
    rng, run = Random(0), Run(Random(0))
    publishing = run.publishing

    def say(number: int) -> None:
        run.now += TICK_S
        peer = b"often" if number % 3 else (number % 5000).to_bytes(4, "big")
        (part,) = encode(visitor(rng, run))
        publishing.receive(peer, [bytes(part)], run.now)
        if number % 50 == 0:
            run.publish()
        if number % 10 == 0:
            for name in publishing.receivers(run.now):
                offered = publishing.next_for(name, run.now)
                if offered is not None and rng.random() < 0.3:
                    publishing.accepted(name)

    return say, lambda: publishing.bad


def main(messages: int = MESSAGES) -> None:
    """Lie to each half, and print."""
    limits.PART_BYTES = PART_BYTES
    halves = {f"viewer, {want}": lie_to_viewer(want) for want in Want}
    halves["trainer"] = lie_to_trainer()
    rows = []
    for name, (lie, found_out) in halves.items():
        tracemalloc.start()
        for number in range(messages):
            if number == messages // 10:
                before = tracemalloc.get_traced_memory()[0]
            lie(number)
        growth = tracemalloc.get_traced_memory()[0] - before
        tracemalloc.stop()
        rows.append((name, f"{messages:,}", f"{growth / 1e3:,.0f}", str(found_out())))
    print_table(HEAD, rows)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
