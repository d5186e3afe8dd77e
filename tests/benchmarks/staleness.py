"""How old the picture of a slow viewer is, and what a slow recorder misses.

Run: python -m tests.benchmarks.staleness [SECONDS]

A viewer takes the newest of what has come, needs its time for a frame, shows it, and is
done with it. How old it is then: the time since the snapshot was published, that of the
frame included. A recorder takes one after the other, slower than they are published, and
goes on after the end. Every snapshot must have been received, skipped on purpose, or,
for the recorder, named as not held any more. All run on the same machine.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable

from protocol import address
from protocol.address import Address
from protocol.events import Arrived
from protocol.messages import EndReason, Want
from tests.benchmarks.audience import Seat
from tests.benchmarks.interleaved import print_table, spread
from tests.benchmarks.stage import SMALL, Stage, stage
from viewer.live import LiveSource
from viewer.timeline import Timeline

SECONDS = 15.0
MEMORY = 256 << 20
LARGE = (10_000, 1000, 10)  # 40 MB
HEAD = (
    "viewer", "MB", "a second", "published", "received", "skipped", "not held", "lost",
    "all accounted for", "age ms, median", "95 %", "most",
)  # fmt: skip


def slow_viewer(where: Address, frame_s: float) -> dict[str, float]:
    """Show the newest, one frame after the other, to the end of the run."""
    timeline, ages, first = Timeline(), [0.0], 0
    with LiveSource(where, Want.LIVE) as source:
        while timeline.ended is None:
            events = source.events(0.1)
            for event in events:
                timeline.absorb(event)
                if isinstance(event, Arrived):
                    first = first or event.snapshot.seq - event.skipped
            if any(isinstance(event, Arrived) for event in events):
                newest = timeline.snapshots[-1]
                time.sleep(frame_s)
                ages.append((time.time() - newest.time) * 1e3)
                source.consumed(newest.seq)
                timeline.thin(MEMORY)
    median, high, most = spread(ages[1:])
    counts = {name: getattr(timeline, name) for name in ("received", "skipped", "lost")}
    ages_ms = {"median": median, "high": high, "most": most}
    return {**counts, **ages_ms, "first": first, "gaps": 0}


def slow_recorder(where: Address, pause_s: float) -> dict[str, float]:
    """Take every snapshot, each in its time, to the end of the run."""
    seat = Seat(where, Want.ALL, pause_s)
    while not seat.ended:
        seat.look()
    seat.look()
    seat.connection.close()
    return {**seat.result(), "first": 1, "median": 0, "high": 0, "most": 0}


WATCHES: dict[str, Callable[[Address, float], dict[str, float]]] = {
    "viewer": slow_viewer,
    "recorder": slow_recorder,
}


def publish(on: Stage, rate: float, seconds: float) -> None:
    """Publish at an even rate."""
    due = time.monotonic()
    for _ in range(int(rate * seconds)):
        on.publish()
        due += 1 / rate
        time.sleep(max(0.0, due - time.monotonic()))


def measure(
    what: str, sizes: tuple[int, ...], rate: float, needs_s: float, seconds: float
) -> list[str]:
    """Publish to one viewer in a process of its own."""
    with stage(sizes, max_cells=0) as on:
        where = str(on.broadcast.address)
        command = [sys.executable, "-m", __spec__.name, what, where, str(needs_s)]
        viewer = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        on.broadcast.wait_for(1, lambda there: None)
        publish(on, rate, seconds)
        on.broadcast.end(EndReason.DONE)
        on.broadcast.serve_until_satisfied(60.0 + seconds)
        got = json.loads(viewer.communicate()[0])
        published = on.published - on.broadcast.dropped
    owed = published - got["first"] + 1
    found = got["received"] + got["skipped"] + got["gaps"]
    counts = (got[name] for name in ("received", "skipped", "gaps", "lost"))
    ages = (got[name] for name in ("median", "high", "most"))
    return [
        f"{what}, {needs_s * 1e3:.0f} ms each",
        f"{on.size / 1e6:.2f}",
        f"{rate:g}",
        f"{published:,}",
        *(f"{count:,}" for count in counts),
        "yes" if found == owed and not got["lost"] else f"{found:,} of {owed:,}",
        *(f"{age:.0f}" if age else "" for age in ages),
    ]


def main(seconds: float = SECONDS) -> None:
    """Measure one after the other, and print."""
    rows = [
        measure("viewer", SMALL, 100, 0.1, seconds),
        measure("recorder", SMALL, 100, 0.015, seconds),
        measure("viewer", LARGE, 4, 0.1, seconds),
    ]
    print_table(HEAD, rows)


if __name__ == "__main__":
    if sys.argv[1:] and sys.argv[1] in WATCHES:
        what, where, needs_s = sys.argv[1:]
        print(json.dumps(WATCHES[what](address.parse(where), float(needs_s))))
    else:
        main(*map(float, sys.argv[1:]))
