"""One run: go on, and publish a snapshot every so often."""

import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic

import numpy as np

from protocol.messages import Array, Manifest, Probe
from trainer.csv_log import CsvLog
from trainer.progress import Progress
from trainer.publisher import Publisher
from trainer.summary import AnyMark, Summary

# What a snapshot shows: the example, and arrays by (kind, layer).
Shown = tuple[Probe, Mapping[tuple[str, int], Array]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan(Generic[AnyMark]):
    """What to do and how to show it.

    Attributes:
        marks: The training, or what else runs; gives a mark an epoch.
        look: Looks at the network as it is at a mark.
        manifest: What viewers are told, with `epochs` and `every`.
        pace_s: Least time between two snapshots.
        log: Takes each metric row, None for nobody.
    """

    marks: Iterable[AnyMark]
    look: Callable[[AnyMark], Shown]
    manifest: Manifest
    pace_s: float
    log: CsvLog | None = None


def stream(
    plan: Plan[AnyMark],
    publisher: Publisher,
    progress: Progress,
    summary: Summary[AnyMark],
) -> None:
    """Go on to the end of the plan.

    Args:
        plan: What to do.
        publisher: Takes the snapshots: epoch 0, every `every` epochs and the last.
        progress: Is told about each epoch.
        summary: Is right at any moment, also when an exception ends this.
    """
    every, epochs = plan.manifest.every, plan.manifest.epochs
    began = time.monotonic()
    taken_at = -math.inf
    rows: list[list[float]] = []
    for mark, seconds in _timed(plan.marks):
        rows.append(mark.row(seconds))
        if plan.log is not None:
            plan.log.write(rows[-1])
        summary.note(mark)
        summary.seconds = round(time.monotonic() - began, 3)
        progress.step(mark, publisher.viewers)
        if mark.epoch % every == 0 or mark.epoch == epochs:
            time.sleep(max(0.0, taken_at + plan.pace_s - time.monotonic()))
            taken_at = time.monotonic()
            _publish(plan, publisher, mark, rows)
            rows = []
            summary.snapshots += 1
            summary.dropped, summary.skipped = publisher.dropped, publisher.skipped
            progress.snapshot(mark, publisher.viewers)


def _timed(marks: Iterable[AnyMark]) -> Iterator[tuple[AnyMark, float]]:
    """Yield each mark with the seconds that it took to come there."""
    began = time.perf_counter()
    for mark in marks:
        yield mark, time.perf_counter() - began
        began = time.perf_counter()


def _publish(
    plan: Plan[AnyMark],
    publisher: Publisher,
    mark: AnyMark,
    rows: list[list[float]],
) -> None:
    probe, arrays = plan.look(mark)
    publisher.publish(
        epoch=mark.epoch,
        step=mark.step,
        probe=probe,
        rows=np.array(rows, np.float64),
        arrays=arrays,
    )
