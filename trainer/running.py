"""One run: go on, and publish a snapshot every so often."""

import math
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any, Generic

from protocol.messages import Probe
from trainer.layer import Layer
from trainer.progress import Progress
from trainer.publisher import Publisher
from trainer.run import Run
from trainer.summary import AnyMark, Summary

# What a snapshot shows: the example, and what it does to the layers.
Shown = tuple[Probe, Sequence[Layer]]
Row = list[float]


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan(Generic[AnyMark]):
    """What to do and how to show it.

    Attributes:
        marks: The training, or what else runs; gives a mark an epoch.
        look: Looks at the network as it is at a mark.
        run: What viewers are told, with `epochs` and `every`; its metrics name the
            numbers of a row.
        pace_s: Least time between two snapshots.
        earlier: Metric rows from before this run, where it goes on with another one.
        takers: Take each new metric row.
        whole: Is entered while the run advances, left when it can be stopped.
        at_end: Called when the run has ended, however it did.
    """

    marks: Iterable[AnyMark]
    look: Callable[[AnyMark], Shown]
    run: Run
    pace_s: float
    earlier: Sequence[Row] = ()
    takers: Sequence[Callable[[Row], None]] = ()
    whole: Callable[[], AbstractContextManager[object]] = field(default=nullcontext)
    at_end: Callable[[], None] = lambda: None


def stream(
    plan: Plan[AnyMark],
    publisher: Publisher,
    progress: Progress,
    summary: Summary[AnyMark],
) -> None:
    """Go on to the end of the plan.

    Args:
        plan: What to do.
        publisher: Takes the snapshots: the first, every `every` epochs and the last.
        progress: Is told about each epoch.
        summary: Is right at any moment, also when an exception ends this; what was lost
            on the way is left to the caller.
    """
    for row in plan.earlier:
        publisher.publish(**_numbers(plan.run, row))
    began = time.monotonic()
    taken_at = -math.inf
    for mark, row in _rows(plan, summary):
        summary.seconds = round(time.monotonic() - began, 3)
        numbers = _numbers(plan.run, row)
        if not publisher.is_due(mark.epoch):
            publisher.publish(**numbers)
            progress.step(mark, publisher.viewers)
            continue
        time.sleep(max(0.0, taken_at + plan.pace_s - time.monotonic()))
        taken_at = time.monotonic()
        probe, layers = plan.look(mark)
        publisher.publish(
            layers=layers,
            step=mark.step,
            example=probe.index,
            label=probe.label,
            **numbers,
        )
        if summary.snapshots == 0:
            _check_has_begun(publisher)
            began += time.monotonic() - taken_at  # it may have waited for viewers
        summary.snapshots += 1
        progress.step(mark, publisher.viewers)
        progress.snapshot(mark, publisher.viewers)


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


def _check_has_begun(publisher: Publisher) -> None:
    """See to it that a run which nobody can watch is not gone on with.

    Raises:
        TrainerError: The network is too large to be published, or the recording cannot
            be made.
    """
    if publisher.broadcast is None and publisher.failed is not None:
        raise publisher.failed


def _numbers(run: Run, row: Row) -> dict[str, Any]:
    """Name the numbers of a metric row."""
    numbers = dict(zip(run.metrics, row, strict=True))
    return {**numbers, "epoch": int(numbers["epoch"])}
