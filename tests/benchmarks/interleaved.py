"""Times several ways of doing the same, in turn, so that a busy moment hits all."""

import gc
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

# Does one piece of work and waits in between: what is timed is each step.
Work = Iterator[object]


@dataclass
class Times:
    """What each step of a way took, in milliseconds.

    Attributes:
        cpu: Of all threads together.
        wall: By the clock on the wall.
    """

    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)

    def step(self, work: Work) -> bool:
        """Time one step; False where there is none left."""
        wall, cpu = time.perf_counter(), time.process_time()
        there_is = next(work, None) is not None
        if there_is:
            self.cpu.append((time.process_time() - cpu) * 1e3)
            self.wall.append((time.perf_counter() - wall) * 1e3)
        return there_is


def in_turn(ways: dict[str, Callable[[int], Work]], rounds: int) -> dict[str, Times]:
    """Run every way once a round, for some rounds; the first does not count.

    Args:
        ways: By name; called with the number of the round, gives its steps.
        rounds: How many count.
    """
    times = {name: Times() for name in ways}
    for number in range(rounds + 1):
        for name, way in ways.items():
            gc.collect()  # nobody pays for what another way left behind
            taken, work = Times(), way(number)
            while taken.step(work):
                pass
            if number:
                times[name].cpu += taken.cpu
                times[name].wall += taken.wall
    return times


def spread(values: list[float]) -> tuple[float, float, float]:
    """Median, 95th percentile and largest."""
    return float(np.median(values)), float(np.percentile(values, 95)), max(values)


def print_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table as Markdown, its columns aligned."""
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    rule = ["-" * width for width in widths]
    for row in (head, rule, *rows):
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        print("|", " | ".join(cells), "|", flush=True)
