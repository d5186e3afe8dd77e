"""How much longer an epoch takes that is watched.

Run: python -m tests.benchmarks.training [ROUNDS]

One training of 2500-12-12-12-4 on drawings, as `trainer run` does it, on the first core.
Every 25 epochs end as another way says: nothing at all, a captured snapshot that nobody
gets, or one that is published to so many viewers, who are processes on the last core.
The ways take turns, in another order each round; a ratio is that to the nothing of the
same round. CPU is that of the whole process, all its broadcasts included: on a machine
that is busy with other things it says what the clock cannot. A viewer that stands still
is let go on for a moment every few seconds, before the trainer forgets it.
"""

import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from itertools import islice

import numpy as np

from tests.benchmarks.audience import Audience, audience, pin
from tests.benchmarks.interleaved import print_table, spread
from tests.benchmarks.stage import LOCAL
from trainer.backend import CPU
from trainer.broadcast import Broadcast
from trainer.building import build
from trainer.datasets.drawing import shapes
from trainer.listener import Listener
from trainer.network import Network
from trainer.recipe import Recipe
from trainer.running import Shown
from trainer.specs import arrays_of, manifest_of
from trainer.step import Step

ROUNDS, EVERY = 30, 25
WATCHED = {"0 viewers": 0, "1 viewer": 1, "16 viewers": 16, "1 stopped": 1}
STOPPED, STOPPED_S = "1 stopped", 6.0
HEAD = (
    "way", "25 epochs, ms", "p95", "ratio, median", "10 %", "90 %", "CPU ratio", "10 %",
    "90 %", "dropped",
)  # fmt: skip
Finish = Callable[[list[Step]], object]


class Training:
    """A training that goes on, 25 epochs at a time.

    Attributes:
        broadcasts: By the way's name.
    """

    def __init__(self, blocks: int) -> None:
        network, recipe = Network(said={}), Recipe(epochs=blocks * EVERY)
        self._built = build(network, recipe, shapes(), backend=CPU, max_cells=0)
        self._steps = iter(self._built.training)
        self.broadcasts: dict[str, Broadcast] = {}

    def open(self, way: str) -> Broadcast:
        """Begin to publish to those who watch one way."""
        first = self._built.look(next(self._steps))[1]
        names = self._built.run.metrics
        manifest = manifest_of(self._built.run, first, arrays_of(first), names, 0.0)
        self.broadcasts[way] = Broadcast(manifest, Listener(LOCAL))
        self.broadcasts[way].start()
        return self.broadcasts[way]

    def block(self, finish: Finish) -> tuple[float, float]:
        """Train and finish as a way says; return the milliseconds, wall and CPU."""
        wall, cpu = time.perf_counter(), time.process_time()
        finish(list(islice(self._steps, EVERY)))
        return (time.perf_counter() - wall) * 1e3, (time.process_time() - cpu) * 1e3

    def capture(self, steps: list[Step]) -> Shown:
        """Take a snapshot that nobody gets."""
        return self._built.look(steps[-1])

    def publish(self, way: str, steps: list[Step]) -> None:
        """Take a snapshot and publish it to those who watch one way."""
        probe, layers = self.capture(steps)
        self.broadcasts[way].publish(
            epoch=steps[-1].epoch,
            step=steps[-1].step,
            probe=probe,
            rows=np.array([step.row(1.0) for step in steps]),
            arrays=arrays_of(layers),
        )


def ways(training: Training) -> dict[str, Finish]:
    """Give what ends 25 epochs, by name."""
    found: dict[str, Finish] = {
        "not published": lambda steps: None,
        "captured only": training.capture,
    }
    for way in training.broadcasts:
        found[way] = lambda steps, way=way: training.publish(way, steps)  # type: ignore[misc]
    return found


def seats(training: Training, stack: ExitStack) -> dict[str, Audience]:
    """Open a broadcast for each way that is watched, and let its viewers in."""
    last = max(os.sched_getaffinity(0))
    found = {}
    for way, count in WATCHED.items():
        broadcast = training.open(way)
        stack.callback(broadcast.close)
        found[way] = stack.enter_context(audience(last))
        training.block(lambda steps, way=way: training.publish(way, steps))  # type: ignore[misc]
        for _ in range(count):
            found[way].admit(broadcast.address)
    return found


class Sleeper:
    """Stops a viewer, and lets it go on before it is forgotten."""

    def __init__(self, viewers: Audience) -> None:
        (self._viewer,) = viewers.processes
        self._stopped_at = 0.0

    def see_to(self) -> None:
        """Let it go on for a moment, if it is time."""
        if time.monotonic() - self._stopped_at > STOPPED_S:
            self._viewer.send_signal(signal.SIGCONT)
            time.sleep(0.5)
            self._viewer.send_signal(signal.SIGSTOP)
            self._stopped_at = time.monotonic()


def main(rounds: int = ROUNDS) -> None:
    """Train, watched in all ways in turn, and print."""
    training = Training((rounds + 1) * (2 + len(WATCHED)) + len(WATCHED))
    times: dict[str, list[tuple[float, float]]] = {}
    with ExitStack() as stack:
        sleeper = Sleeper(seats(training, stack)[STOPPED])
        pin(min(os.sched_getaffinity(0)))
        turns = list(ways(training).items())
        for number in range(rounds + 1):
            shift = number % len(turns)
            for way, finish in turns[shift:] + turns[:shift]:
                sleeper.see_to()
                spent = training.block(finish)
                if number:  # the first warms up
                    times.setdefault(way, []).append(spent)
    print_table(HEAD, [_row(way, times, training) for way in ways(training)])


def _row(
    way: str, times: dict[str, list[tuple[float, float]]], training: Training
) -> list[str]:
    median, high, _ = spread([wall for wall, _ in times[way]])
    ratios = np.divide(times[way], times["not published"])  # (rounds, wall and CPU)
    broadcast = training.broadcasts.get(way)
    shares = np.percentile(ratios, (50, 10, 90), axis=0).T.ravel()
    return [
        way,
        f"{median:.1f}",
        f"{high:.1f}",
        *(f"{share:.3f}" for share in shares),
        str(broadcast.dropped) if broadcast else "",
    ]


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
