"""Viewers for benchmarks: they take everything in, check it, and draw nothing.

Run: python -m tests.benchmarks.audience ADDRESS live|all [PAUSE_MS [CORE]]

A viewer ends with the run or on SIGTERM and then prints what it got, as JSON. `Audience`
keeps such processes on a core of their own.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from protocol import address
from protocol.address import Address
from protocol.events import Arrived, Ended, Event, Joined, Missing, Silent
from protocol.following import Following
from protocol.messages import Want
from protocol.payload import Packing
from viewer.transport import Connection

WINDOW = {Want.LIVE: 2, Want.ALL: 8}
PATIENCE_S = 60.0
NAME = "tests.benchmarks.audience"


class Seat:
    """One viewer and what it got.

    Attributes:
        seqs: Numbers of the snapshots that came, in order.
        epochs: First column of its metric rows.
        first: Number of the first snapshot that it was owed.
        gaps: Snapshots that the trainer said are not held any more.
        silences: How often the trainer was silent.
        ended: Whether the run has ended for it.
    """

    def __init__(
        self,
        where: Address,
        want: Want,
        pause_s: float = 0.0,
        packings: Sequence[Packing] = tuple(Packing),
    ) -> None:
        self.following = Following(want, WINDOW[want], packings=packings)
        self.connection = Connection(where, self.following)
        self.seqs: list[int] = []
        self.epochs: list[float] = []
        self.first = self.gaps = self.silences = 0
        self.ended = False
        self._pause_s = pause_s

    def look(self) -> list[Event]:
        """Take in what comes next, and be done with it."""
        events = self.connection.exchange()
        for event in events:
            match event:
                case Joined():
                    self.epochs = list(event.rows[:, 0])
                case Arrived():
                    self.epochs += list(event.rows[:, 0])
                    self.first = self.first or event.snapshot.seq - event.skipped
                    self.seqs.append(event.snapshot.seq)
                    time.sleep(self._pause_s)
                    now = time.monotonic()
                    self.following.consumed(event.snapshot.seq, now)
                case Missing():
                    self.gaps += event.last - event.first + 1
                case Silent():
                    self.silences += 1
                case Ended():
                    self.ended = True
        return events

    @property
    def is_complete(self) -> bool:
        """Whether row k is of epoch k, from the first row to the last."""
        return self.epochs == list(range(len(self.epochs)))

    def result(self) -> dict[str, float]:
        """Sum up."""
        assembler = self.following.assembler
        return {
            "received": len(self.seqs),
            "skipped": assembler.skipped,
            "lost": assembler.lost,
            "gaps": self.gaps,
            "duplicates": len(self.seqs) - len(set(self.seqs)),
            "rows": len(self.epochs),
            "complete": self.is_complete,
            "first": self.first,
            "last": self.seqs[-1] if self.seqs else 0,
            "silences": self.silences,
            "bad": self.following.dropped,
            "ended": self.ended,
        }


class Audience:
    """Viewers, each a process."""

    def __init__(self, core: int | None = None) -> None:
        """Begin with none; they will run on that core only."""
        self.processes: list[subprocess.Popen[str]] = []
        self._core = core

    def admit(
        self, where: Address, want: Want = Want.LIVE, pause_ms: float = 0.0
    ) -> "subprocess.Popen[str]":
        """Start a viewer and wait until it has its first snapshot."""
        command = [sys.executable, "-m", NAME, str(where), want, str(pause_ms)]
        command += [] if self._core is None else [str(self._core)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.processes.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "in\n"
        return process

    def results(self) -> list[dict[str, float]]:
        """Wait until all have ended, and give what they got."""
        outs = [
            process.communicate(timeout=PATIENCE_S)[0] for process in self.processes
        ]
        return [json.loads(out) for out in outs]

    def close(self) -> None:
        """Send away those that are still there."""
        for process in self.processes:
            process.kill()
            process.wait()


@contextmanager
def audience(core: int | None = None) -> Iterator[Audience]:
    """Give an audience that is gone when the block is left."""
    viewers = Audience(core)
    try:
        yield viewers
    finally:
        viewers.close()


def pin(core: int) -> None:
    """Keep this process on one core."""
    os.sched_setaffinity(0, {core})


def main(where: str, want: str, pause_ms: str = "0", core: str = "") -> None:
    """Watch to the end and print."""
    if core:
        pin(int(core))
    seat = Seat(address.parse(where), Want(want), float(pause_ms) / 1e3)
    signal.signal(signal.SIGTERM, lambda *_: setattr(seat, "ended", True))
    is_in = False
    while not seat.ended:
        seat.look()
        if seat.seqs and not is_in:
            is_in = True
            print("in", flush=True)
    seat.look()  # tells the trainer that it has the end
    print(json.dumps(seat.result()))
    seat.connection.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
