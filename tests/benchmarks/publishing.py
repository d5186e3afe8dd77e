"""What a snapshot costs the training thread, beside a copy of the same bytes.

Run: python -m tests.benchmarks.publishing [ROUNDS]

Copy and publish take turns; before each, the weights are touched as a training step
would touch them. The copy is one np.copyto into memory that was used before: `warm`
always the same buffer, `in turn` as many as the broadcast has, which no cache holds.
Viewers run on the last core. Before each there is a pause, so that the other threads
have sent what they have; it is a tenth of that in a real run.
"""

import os
import sys
import time

import numpy as np
from numpy.typing import NDArray

from protocol.limits import RING_BYTES
from protocol.messages import Want
from tests.benchmarks.audience import audience
from tests.benchmarks.interleaved import print_table, spread
from tests.benchmarks.stage import Stage, stage

ROUNDS = 200
PAUSE_S = 0.01
CARRIED = 400e6  # bytes a second that viewers get on a busy machine
NETWORKS = {
    "2500-12-12-12-4": (2500, 12, 12, 12, 4),
    "1000-1000-10": (1000, 1000, 10),
    "10000-1000-10": (10_000, 1000, 10),
}
WATCHED: dict[str, tuple[Want, ...]] = {
    "none": (),
    "live": (Want.LIVE,),
    "recorder": (Want.ALL,),
}
HEAD = (
    "network", "MB", "viewers", "publish ms", "p95", "copy, warm ms", "in turn ms",
    "ratio to warm", "to in turn", "dropped",
)  # fmt: skip
Bytes = NDArray[np.uint8]


def measure(on: Stage, rounds: int) -> dict[str, list[float]]:
    """Take turns; give milliseconds by what was done."""
    source = np.ones(on.size, np.uint8)
    room = [np.ones(on.size, np.uint8) for _ in range(max(2, RING_BYTES // on.size))]
    times: dict[str, list[float]] = {"publish": [], "warm": [], "in turn": []}
    for number in range(rounds + 1):
        order = list(times)[number % 3 :] + list(times)[: number % 3]
        taken: dict[str, float] = {}
        for way in order:
            time.sleep(PAUSE_S + on.size / CARRIED)
            match way:
                case "publish":
                    taken[way] = _publish(on)
                case "warm":
                    taken[way] = _copy(source, room[0])
                case _:
                    taken[way] = _copy(source, room[number % len(room)])
        if number:  # the first warms up
            for way, spent in taken.items():
                times[way].append(spent)
    return times


def _publish(on: Stage) -> float:
    for array in on.arrays.values():
        np.multiply(array, 1, out=array)
    spent = on.publish()
    on.settle()
    return spent


def _copy(source: Bytes, room: Bytes) -> float:
    source += 1
    began = time.perf_counter()
    np.copyto(room, source)
    return (time.perf_counter() - began) * 1e3


def main(rounds: int = ROUNDS) -> None:
    """Measure each network with each audience, and print."""
    last = max(os.sched_getaffinity(0))
    rows = []
    for name, sizes in NETWORKS.items():
        for watched, wants in WATCHED.items():
            with stage(sizes) as on, audience(last) as viewers:
                on.publish()
                for want in wants:
                    viewers.admit(on.broadcast.address, want)
                count = rounds if on.size < 1e7 else rounds // 4
                rows.append(_row(name, watched, on, measure(on, count)))
    print_table(HEAD, rows)


def _row(
    name: str, watched: str, on: Stage, times: dict[str, list[float]]
) -> tuple[str, ...]:
    median, high, _ = spread(times["publish"])
    warm, turn = (spread(times[way])[0] for way in ("warm", "in turn"))
    ratios = (np.divide(times["publish"], times[way]) for way in ("warm", "in turn"))
    return (
        name,
        f"{on.size / 1e6:.2f}",
        watched,
        *(f"{value:.3f}" for value in (median, high, warm, turn)),
        *(f"{np.median(ratio):.2f}" for ratio in ratios),
        str(on.broadcast.dropped),
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
