"""One run: go on, and publish a snapshot every so often."""

import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Generic

import numpy as np

from protocol.messages import Array, Manifest, Probe
from trainer.broadcast import Broadcast
from trainer.progress import Progress
from trainer.summary import AnyMark, Summary

# What a snapshot shows: the example, and arrays by (kind, layer).
Shown = tuple[Probe, Mapping[tuple[str, int], Array]]
Row = list[float]


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan(Generic[AnyMark]):
    """What to do and how to show it.

    Attributes:
        marks: The training, or what else runs; gives a mark an epoch.
        look: Looks at the network as it is at a mark.
        manifest: What viewers are told, with `epochs` and `every`.
        pace_s: Least time between two snapshots.
        earlier: Metric rows from before this run, where it goes on with another one.
        takers: Take each new metric row.
        whole: Is entered while the run advances, left when it can be stopped.
        at_end: Called when the run has ended, however it did.
    """

    marks: Iterable[AnyMark]
    look: Callable[[AnyMark], Shown]
    manifest: Manifest
    pace_s: float
    earlier: Sequence[Row] = ()
    takers: Sequence[Callable[[Row], None]] = ()
    whole: Callable[[], AbstractContextManager[object]] = field(default=nullcontext)
    at_end: Callable[[], None] = lambda: None


def stream(
    plan: Plan[AnyMark],
    broadcast: Broadcast,
    progress: Progress,
    summary: Summary[AnyMark],
) -> None:
    """Go on to the end of the plan.

    Args:
        plan: What to do.
        broadcast: Takes the snapshots: the first, every `every` epochs and the last.
        progress: Is told about each epoch.
        summary: Is right at any moment, also when an exception ends this; what was lost
            on the way is left to the caller.
    """
    every, epochs = plan.manifest.every, plan.manifest.epochs
    began = time.monotonic()
    taken_at = -math.inf
    rows = list(plan.earlier)
    for mark, row in _rows(plan, summary):
        rows.append(row)
        summary.seconds = round(time.monotonic() - began, 3)
        progress.step(mark, broadcast.viewers)
        is_first = summary.snapshots == 0
        if is_first or mark.epoch % every == 0 or mark.epoch == epochs:
            time.sleep(max(0.0, taken_at + plan.pace_s - time.monotonic()))
            taken_at = time.monotonic()
            _publish(plan, broadcast, mark, rows)
            rows = []
            summary.snapshots += 1
            progress.snapshot(mark, broadcast.viewers)


def _rows(
    plan: Plan[AnyMark], summary: Summary[AnyMark]
) -> Iterator[tuple[AnyMark, Row]]:
    """Advance, and yield each mark with its metric row."""
    marks = iter(plan.marks)
    while True:
        with plan.whole():
            began = time.perf_counter()
            mark = next(marks, None)
            if mark is None:
                return
            row = mark.row(time.perf_counter() - began)
            for take in plan.takers:
                take(row)
            summary.note(mark)
        yield mark, row


def _publish(
    plan: Plan[AnyMark],
    broadcast: Broadcast,
    mark: AnyMark,
    rows: list[Row],
) -> None:
    probe, arrays = plan.look(mark)
    broadcast.publish(
        epoch=mark.epoch,
        step=mark.step,
        probe=probe,
        rows=np.array(rows, np.float64),
        arrays=arrays,
    )
