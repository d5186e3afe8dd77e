"""A network of a hundred million weights: memory of its trainer, life of its viewers.

Run: python -m tests.benchmarks.large

The trainer is a process of its own that publishes random weights; before each snapshot
they are changed. `beyond` is its memory at most beyond what it had before it listened,
with the network in it; it may be the buffer and 64 MB. The viewer is behind a link of
100 Mbit/s; the silence is the longest time in which no message came, and it calls the
trainer silent after 2 s. First viewers get what everybody gets, previews; then all
weights, for which a snapshot is 400 MB, takes half a minute, and needs a larger buffer.
"""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Sequence

import numpy as np

from protocol import address
from protocol.codec import Part
from protocol.events import Event
from protocol.messages import EndReason, Want
from tests.benchmarks.audience import Seat
from tests.benchmarks.interleaved import print_table
from tests.benchmarks.stage import made_up, stage
from tests.integration.faults.conftest import Proxy
from trainer.preview import MAX_CELLS

SIZES = (10_000, 9990, 10)
LINK = 100e6 / 8  # bytes a second
ALLOWED_MB = 64
WAYS = {  # --max-cells, --buffer, snapshots, seconds between them
    "previews": (MAX_CELLS, 256 << 20, 10, 1.0),
    "all weights": (0, 1 << 30, 3, 3.0),
}
HEAD = (
    "streamed", "network MB", "buffer MB", "beyond MB", "allowed MB", "publish ms",
    "published", "dropped", "received", "skipped", "lost", "silence s", "called silent",
)  # fmt: skip


def trainer(way: str) -> None:
    """Publish; print the address first and what it took last."""
    max_cells, buffer_bytes, snapshots, pause_s = WAYS[way]
    arrays = made_up(SIZES)
    before = peak_mb()
    options = {"max_cells": max_cells, "buffer_bytes": buffer_bytes}
    with stage(SIZES, arrays, **options) as on:
        print(on.broadcast.address, flush=True)
        on.broadcast.wait_for(1, lambda there: None)
        taken = []
        for _ in range(snapshots):
            for array in arrays.values():
                np.add(array, 1, out=array)
            taken.append(on.publish())
            on.settle()
            time.sleep(pause_s)
        on.broadcast.end(EndReason.DONE)
        on.broadcast.serve_until_satisfied(180.0)
        got = {"network": on.size / 1e6, "beyond": peak_mb() - before}
        got |= {"publish": max(taken), "dropped": on.broadcast.dropped}
        print(json.dumps(got), flush=True)


def peak_mb() -> float:
    """Read how much memory this process has had at most, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6


class Ear:
    """Notes how long it is between two messages to a viewer."""

    def __init__(self, seat: Seat) -> None:
        self.longest_s = 0.0
        self._heard_at: float | None = None
        self._receive = seat.following.receive
        seat.following.receive = self.receive  # type: ignore[method-assign]

    def receive(self, parts: Sequence[Part], now: float) -> list[Event]:
        if self._heard_at is not None:
            self.longest_s = max(self.longest_s, now - self._heard_at)
        self._heard_at = now
        return self._receive(parts, now)


def measure(way: str) -> list[str]:
    """Watch a trainer over a slow link to its end."""
    command = [sys.executable, "-m", __spec__.name, way]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    proxy = Proxy(address.parse(process.stdout.readline().strip()))
    proxy.throttle(LINK)
    seat = Seat(proxy.address, Want.LIVE)
    ear = Ear(seat)
    while not seat.ended:
        seat.look()
    seat.look()
    seat.connection.close()
    got, result = json.loads(process.communicate()[0]), seat.result()
    proxy.close()
    _, buffer_bytes, snapshots, _ = WAYS[way]
    buffer_mb = buffer_bytes / 1e6
    numbers = (got["network"], buffer_mb, got["beyond"], buffer_mb + ALLOWED_MB)
    counts = (snapshots, got["dropped"], *(result[n] for n in ("received", "skipped")))
    return [
        way,
        *(f"{number:.0f}" for number in numbers),
        f"{got['publish']:.0f}",
        *(str(count) for count in (*counts, result["lost"])),
        f"{ear.longest_s:.2f}",
        str(result["silences"]),
    ]


def main() -> None:
    """Measure each way, and print."""
    print_table(HEAD, [measure(way) for way in WAYS])


if __name__ == "__main__":
    if sys.argv[1:]:
        trainer(sys.argv[1])
    else:
        main()
