"""What watching costs a PyTorch loop: epochs with a snapshot every 25, and without.

Run: python -m tests.benchmarks.hooks [ROUNDS]

A network of 64-64-64-10 units learns scikit-learn's digits in batches of 32, on one
thread, into a file and for viewers who may come. Both ways take turns, an epoch each;
what is compared are means of 25 epochs, so of one snapshot. CPU is that of the whole process: on a machine that is busy with other things it says
what the clock cannot. A snapshot is timed on its own, too: the report that takes one,
beside one that takes none.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sklearn.datasets import load_digits
from torch import nn

from tests.benchmarks.interleaved import Times, Work, print_table, spread
from trainer.hooks.torch import watch

ROUNDS = 20
EVERY = 25
HEAD = ("", "median ms", "p95", "ratio of medians, median of ratios")


class Loop:
    """A training, epoch by epoch."""

    def __init__(self) -> None:
        torch.manual_seed(0)
        digits = load_digits()
        self.x = torch.tensor(digits.data / 16).float()
        self.y = torch.tensor(digits.target)
        layers = (nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU())
        self.model = nn.Sequential(*layers, nn.Linear(64, 10))
        self._optimizer = torch.optim.Adam(self.model.parameters())

    def epochs(self, report: Callable[..., object]) -> Iterator[bool]:
        """Learn for ever."""
        while True:
            total = torch.zeros(())
            for rows in torch.randperm(len(self.x)).split(32):
                self._optimizer.zero_grad()
                loss = nn.functional.cross_entropy(
                    self.model(self.x[rows]), self.y[rows]
                )
                loss.backward()
                self._optimizer.step()
                total += loss.detach()
            report(loss=total.item() / 57)
            yield True


def in_turn(ways: tuple[Work, Work], epochs: int) -> tuple[Times, Times]:
    """Learn one epoch this way and one that way; the first ones do not count."""
    for way in ways:
        for _ in range(EVERY):
            next(way)
    times = Times(), Times()
    for number in range(epochs):
        for at in (0, 1) if number % 2 else (1, 0):
            times[at].step(ways[at])
    return times


def blocks(times: list[float]) -> list[float]:
    """Add up the epochs from one snapshot to the next, as means of an epoch."""
    found: list[float] = np.reshape(times, (-1, EVERY)).mean(axis=1).tolist()
    return found


def snapshots(w: Any, count: int = 200) -> tuple[list[float], list[float]]:
    """Time calls that take a snapshot, and such that take none."""
    taken: tuple[list[float], list[float]] = ([], [])
    for number in range(2 * count):
        epoch = 1_000_000 + number // 2 * EVERY + number % 2
        began = time.perf_counter()
        is_taken = w.epoch(loss=1.0, epoch=epoch)
        taken[is_taken].append((time.perf_counter() - began) * 1e3)
        time.sleep(0.002)  # the other threads send what they have
    return taken[True], taken[False]


def main(rounds: int = ROUNDS) -> None:
    """Measure and print."""
    torch.set_num_threads(1)
    alone, seen = Loop(), Loop()
    with (
        tempfile.TemporaryDirectory() as folder,
        watch(
            seen.model,
            seen.x[0],
            address="127.0.0.1:0",
            record=Path(folder) / "run.ncast",
            classes="0123456789",
            every=EVERY,
            say=lambda text: None,
        ) as w,
    ):
        ways = (alone.epochs(lambda loss: None), seen.epochs(w.epoch))
        times = in_turn(ways, rounds * EVERY)
        due, not_due = snapshots(w)
    rows = []
    for clock in ("wall", "cpu"):
        base, watched = (blocks(getattr(time, clock)) for time in times)
        ratio = np.median(watched) / np.median(base)
        paired = np.median(np.divide(watched, base))
        rows += [
            _row(f"an epoch, without, {clock}", base),
            (
                *_row(f"an epoch, with, {clock}", watched)[:-1],
                f"{ratio:.4f}, {paired:.4f}",
            ),
        ]
    rows += [_row("a snapshot", due), _row("a report without one", not_due)]
    print_table(HEAD, rows)
    print("dropped:", w.publisher and w.publisher.dropped)


def _row(name: str, values: list[float]) -> tuple[str, ...]:
    median, high, _ = spread(values)
    return name, f"{median:.3f}", f"{high:.3f}", ""


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
