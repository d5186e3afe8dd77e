"""Several sources in one video, where one of them or the user ends early."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from protocol.events import Arrived, Ended, Event, Joined, Silent
from protocol.messages import EndReason
from viewer.cue import TRAINING
from viewer.errors import ViewerError
from viewer.joint_player import JointPlayer

if TYPE_CHECKING:
    from tests.viewer.player.conftest import FakeSink

DONE = Ended(reason=EndReason.DONE, text="")
FPS, CYCLE, REST = 10, 20, 11
MakeSource = Callable[..., Any]
Make = Callable[..., JointPlayer]


def test_record_goes_on_when_one_run_ends(
    events: list[Event],
    others: list[Event],
    painters: Any,
    make: Make,
    sink: "FakeSink",
) -> None:
    outcome = make([[*events[:2], DONE]], [[*others, DONE]]).record(sink)

    _, other = painters.made
    assert other.shown[-1] == 3
    assert outcome.each[0][1].ended is EndReason.DONE
    assert outcome.whole.trouble == ""


def test_record_goes_on_without_a_trainer_that_stays_silent(
    events: list[Event],
    others: list[Event],
    painters: Any,
    make: Make,
    make_source: MakeSource,
    sink: "FakeSink",
) -> None:
    ticks = iter(range(10**6))
    dead = make_source([*events[:3], Silent(since_s=2.0)], ends=False)

    player = make(
        dead, [[*others, DONE]], live=True, patience_s=30, clock=lambda: next(ticks)
    )
    outcome = player.record(sink)

    one, other = painters.made
    assert (one.shown[-1], other.shown[-1]) == (2, 3)
    assert outcome.each[0][1].trouble == "the trainer has been silent for 30 s"
    assert outcome.whole.trouble == ("source 1: the trainer has been silent for 30 s")


def test_record_goes_on_without_a_trainer_that_begins_another_run(
    events: list[Event],
    others: list[Event],
    painters: Any,
    make: Make,
    sink: "FakeSink",
) -> None:
    outcome = make([[*events[:3], events[0], *events[1:]]], [[*others, DONE]]).record(
        sink
    )

    one, other = painters.made
    assert (one.shown[-1], other.shown[-1]) == (2, 3)
    assert outcome.whole.trouble == "source 1: the trainer started another run"


def test_record_goes_on_without_a_source_that_has_no_run(
    others: list[Event],
    painters: Any,
    make: Make,
    make_source: MakeSource,
    sink: "FakeSink",
) -> None:
    absent = make_source(ends=False)

    def fail(timeout_s: float = 0.0) -> list[Event]:
        raise ViewerError("no run on 127.0.0.1:1 after 1 s")

    absent.events = fail
    outcome = make(absent, [[*others, DONE]]).record(sink)

    [other] = painters.made
    assert other.shown[-1] == 3
    assert outcome.whole.trouble == "source 1: no run on 127.0.0.1:1 after 1 s"
    assert outcome.each[0][1].snapshots == 0


def test_run_that_was_over_before_it_was_joined_is_drawn_whole(
    events: list[Event],
    others: list[Event],
    painters: Any,
    make: Make,
    sink: "FakeSink",
) -> None:
    joined = events[0]
    assert isinstance(joined, Joined)
    over = replace(joined, ended=EndReason.DONE)

    make(
        [[over], *([event] for event in events[1:]), [DONE]], [[*others, DONE]]
    ).record(sink)

    assert painters.made[0].shown[-1] == 4


@pytest.mark.parametrize("axis", ["layer", "example"])
def test_runs_that_count_different_things_are_refused(
    events: list[Event], make: Make, sink: "FakeSink", axis: str
) -> None:
    joined = events[0]
    assert isinstance(joined, Joined)
    other = replace(joined, manifest=replace(joined.manifest, axis=axis))

    with pytest.raises(ViewerError, match=f"source 2 counts {axis}s, source 1 counts"):
        make([[*events, DONE]], [[other, *events[1:]]]).record(sink)

    assert sink.frames == 0


def test_counts_are_those_of_each_source(
    events: list[Event], others: list[Event], make: Make, sink: "FakeSink"
) -> None:
    second = events[2]
    assert isinstance(second, Arrived)
    worse = replace(second, skipped=3, lost=2)

    outcome = make([[*events[:2], worse, DONE]], [[*others, DONE]]).record(sink)

    counts = [(x.snapshots, x.skipped, x.lost) for _, x in outcome.each]
    assert counts == [(2, 3, 2), (3, 0, 0)]
    assert outcome.whole.lost == 2


@pytest.mark.parametrize("drawn", [5, CYCLE + 5])
def test_interrupt_holds_what_was_shown_last(
    drawn: int,
    events: list[Event],
    others: list[Event],
    painters: Any,
    make: Make,
    sink: "FakeSink",
) -> None:
    player = make(
        [[*events, DONE]],
        [[*others, DONE]],
        is_interrupted=lambda: sink.frames >= drawn,
    )
    outcome = player.record(sink)

    assert sink.frames == drawn + FPS
    assert outcome.whole.interrupted
    assert painters.made[0].cues[-1].fraction == TRAINING.rest


def test_interrupt_before_any_run_draws_nothing(
    make: Make, make_source: MakeSource, sink: "FakeSink"
) -> None:
    waiting = [make_source(ends=False), make_source(ends=False)]
    outcome = make(*waiting, is_interrupted=lambda: True).record(sink)

    assert (sink.frames, sink.closed) == (0, 1)
    assert outcome.whole.interrupted
