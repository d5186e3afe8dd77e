import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from protocol.messages import Probe
from trainer.csv_log import CsvLog
from trainer.progress import Lines
from trainer.run import Run
from trainer.running import Plan, Shown, stream
from trainer.summary import Summary

RUN = Run(every=2, epochs=5, metrics=("epoch", "seconds"))


@dataclass
class Count:
    """A run that only counts."""

    epoch: int

    @property
    def step(self) -> int:
        return 10 * self.epoch

    def row(self, seconds: float) -> list[float]:
        return [float(self.epoch), seconds]

    def figures(self) -> str:
        return f"at {self.epoch}"


@dataclass(kw_only=True)
class Counted(Summary[Count]):
    """How far it came."""

    last: int = -1

    def note(self, mark: Count) -> None:
        self.last = mark.epoch

    def found(self) -> list[str]:
        return [f"came to {self.last}"]


class FakePublisher:
    """Keeps what it is given; settles the run with the first snapshot."""

    def __init__(self) -> None:
        self.viewers = 0
        self.broadcast: object | None = None
        self.run = RUN
        self.rows: list[dict[str, Any]] = []
        self.snapshots: list[dict[str, Any]] = []
        self.times: list[float] = []

    def is_due(self, epoch: int) -> bool:
        return self.broadcast is None or self.run.is_due(epoch)

    def publish(self, layers: Any = None, **given: Any) -> None:
        self.rows.append(given)
        if layers is not None:
            self.broadcast = object()
            self.snapshots.append({**given, "rows": len(self.rows)})
            self.times.append(time.monotonic())


@pytest.fixture
def make_plan() -> Callable[..., Plan[Count]]:
    """Count to five, a snapshot every second time."""

    def make(**changes: Any) -> Plan[Count]:
        def look(mark: Count) -> Shown:
            return Probe(index=mark.epoch, label=None), []

        marks = [Count(epoch) for epoch in range(RUN.epochs + 1)]
        given = {"marks": marks, "look": look, "run": RUN, "pace_s": 0.0}
        return Plan(**{**given, **changes})

    return make


def stream_into(publisher: Any, plan: Plan[Count]) -> Counted:
    summary = Counted()
    stream(plan, publisher, Lines(plan.run.epochs), summary)
    return summary


def test_stream_takes_a_snapshot_first_every_so_often_and_last(
    make_plan: Callable[..., Plan[Count]],
) -> None:
    publisher = FakePublisher()

    stream_into(publisher, make_plan())

    assert [each["epoch"] for each in publisher.snapshots] == [0, 2, 4, 5]
    assert [each["step"] for each in publisher.snapshots] == [0, 20, 40, 50]


def test_stream_gives_every_epoch_a_row_and_the_time_it_took(
    make_plan: Callable[..., Plan[Count]],
) -> None:
    publisher = FakePublisher()

    stream_into(publisher, make_plan())

    assert [row["epoch"] for row in publisher.rows] == list(range(6))
    assert all(0 <= row["seconds"] < 1 for row in publisher.rows)


def test_stream_shows_what_the_plan_looks_at(
    make_plan: Callable[..., Plan[Count]],
) -> None:
    publisher = FakePublisher()

    stream_into(publisher, make_plan())

    assert [each["example"] for each in publisher.snapshots] == [0, 2, 4, 5]


def test_stream_keeps_the_pace(make_plan: Callable[..., Plan[Count]]) -> None:
    publisher = FakePublisher()

    stream_into(publisher, make_plan(pace_s=0.05))

    assert min(np.diff(publisher.times)) >= 0.045


def test_stream_gives_every_row_to_who_takes_them(
    make_plan: Callable[..., Plan[Count]], tmp_path: Path
) -> None:
    log = CsvLog(tmp_path / "log.csv", ("epoch", "seconds"))

    stream_into(FakePublisher(), make_plan(takers=[log.write]))
    log.close()

    lines = (tmp_path / "log.csv").read_text().splitlines()
    assert lines[0] == "epoch,seconds"
    assert [line.partition(",")[0] for line in lines[1:]] == list("012345")


def test_stream_goes_on_with_earlier_rows(
    make_plan: Callable[..., Plan[Count]],
) -> None:
    publisher, taken = FakePublisher(), list[list[float]]()
    marks = [Count(3), Count(4), Count(5)]
    earlier = [[0.0, 0.1], [1.0, 0.1], [2.0, 0.1]]

    stream_into(
        publisher, make_plan(marks=marks, earlier=earlier, takers=[taken.append])
    )

    first, *others = publisher.snapshots
    assert first["epoch"] == 3
    assert [row["epoch"] for row in publisher.rows[: first["rows"]]] == [0, 1, 2, 3]
    assert [each["epoch"] for each in others] == [4, 5]
    assert [row[0] for row in taken] == [3, 4, 5]


def test_summary_is_right_also_when_the_run_breaks_off(
    make_plan: Callable[..., Plan[Count]],
) -> None:
    def break_off() -> Any:
        yield Count(0)
        yield Count(1)
        raise KeyboardInterrupt

    summary = Counted()

    with pytest.raises(KeyboardInterrupt):
        stream(make_plan(marks=break_off()), FakePublisher(), Lines(5), summary)  # type: ignore[arg-type]

    assert summary.text() == "interrupted: came to 1, 1 snapshot"


def test_summary_counts_what_was_lost(make_plan: Callable[..., Plan[Count]]) -> None:
    summary = stream_into(FakePublisher(), make_plan())
    summary.ended, summary.dropped, summary.skipped = "done", 1, 2

    text = summary.text()

    assert text == (
        "done: came to 5, 4 snapshots, 1 dropped, 2 skipped for slow viewers"
    )


def test_summary_says_that_nothing_was_done() -> None:
    assert Counted().text() == "interrupted before the first snapshot"
