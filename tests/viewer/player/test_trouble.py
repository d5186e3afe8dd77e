"""When the trainer, the user or the painter ends it early."""

import itertools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from protocol.events import Arrived, Ended, Event, Heard, Joined, Refused, Silent
from protocol.messages import EndReason
from viewer.cue import Cue, Phase
from viewer.player import Player

if TYPE_CHECKING:
    from tests.viewer.player.conftest import FakeSink

DONE = Ended(reason=EndReason.DONE, text="")
FPS = 10
MakeSource = Callable[..., Any]
MakePlayer = Callable[..., Player]


@pytest.fixture
def clock() -> Callable[[], float]:
    """A clock that goes on by a second each time it is read."""
    ticks = itertools.count()
    return lambda: float(next(ticks))


def test_record_says_on_screen_that_snapshots_were_lost(
    events: list[Event],
    painters: Any,
    make_source: MakeSource,
    make_player: MakePlayer,
    sink: "FakeSink",
) -> None:
    second = events[2]
    assert isinstance(second, Arrived)
    worse = Arrived(snapshot=second.snapshot, rows=second.rows, skipped=0, lost=2)

    outcome = make_player(make_source([events[0], events[1], worse])).record(sink)

    assert set(painters.made[0].badges) == {"lost 2"}
    assert outcome.lost == 2


def test_record_ends_when_the_trainer_starts_another_run(
    events: list[Event],
    painters: Any,
    make_source: MakeSource,
    make_player: MakePlayer,
    sink: "FakeSink",
) -> None:
    outcome = make_player(make_source([*events[:3], events[0], *events[1:]])).record(
        sink
    )

    assert outcome.trouble == "the trainer started another run"
    assert outcome.snapshots == 2
    assert painters.made[0].shown == [1] * 20 + [2] * 21


def test_record_goes_on_when_the_same_run_is_joined_again(
    events: list[Event],
    make_source: MakeSource,
    make_player: MakePlayer,
    sink: "FakeSink",
) -> None:
    joined = events[0]
    assert isinstance(joined, Joined)
    again = Joined(
        run=joined.run,
        manifest=joined.manifest,
        rows=joined.rows,
        fresh=False,
        ended=None,
        viewers=1,
    )

    outcome = make_player(make_source([*events[:3], again, *events[3:], DONE])).record(
        sink
    )

    assert (outcome.snapshots, outcome.trouble) == (4, "")


def test_record_ends_when_the_trainer_stays_silent(
    events: list[Event],
    make_source: MakeSource,
    make_player: MakePlayer,
    sink: "FakeSink",
    clock: Callable[[], float],
) -> None:
    source = make_source(events[:3], [Silent(since_s=2.0)], ends=False)

    player = make_player(source, patience_s=30, clock=clock)
    outcome = player.record(sink)

    assert outcome.trouble == "the trainer has been silent for 30 s"
    assert outcome.ended is None
    assert sink.closed == 1


def test_record_ends_when_the_trainer_lets_it_in_no_more(
    events: list[Event],
    make_source: MakeSource,
    make_player: MakePlayer,
    sink: "FakeSink",
    clock: Callable[[], float],
) -> None:
    refused: list[list[Event]] = [[Refused(code="keys", text="no")] for _ in range(40)]
    source = make_source(events[:3], [Silent(since_s=2.0)], *refused)

    player = make_player(source, patience_s=30, clock=clock)
    outcome = player.record(sink)

    assert outcome.trouble == "the trainer has been silent for 30 s"


def test_record_waits_for_a_trainer_that_comes_back(
    events: list[Event],
    make_source: MakeSource,
    make_player: MakePlayer,
    sink: "FakeSink",
    clock: Callable[[], float],
) -> None:
    pauses: list[list[Event]] = [[] for _ in range(20)]
    source = make_source(
        [*events[:3], Silent(since_s=2.0)], *pauses, [Heard()], *pauses, [DONE]
    )

    player = make_player(source, patience_s=30, clock=clock)
    outcome = player.record(sink)

    assert (outcome.trouble, outcome.ended) == ("", EndReason.DONE)


def test_record_finishes_its_file_when_interrupted(
    events: list[Event],
    painters: Any,
    make_source: MakeSource,
    make_player: MakePlayer,
    sink: "FakeSink",
) -> None:
    outcome = make_player(
        make_source(events, ends=False), is_interrupted=lambda: sink.frames >= 25
    ).record(sink)

    hold = [Cue(2, None, Phase.LOSS, 1.0)] * FPS
    assert painters.made[0].cues[25:] == hold
    assert (outcome.interrupted, sink.closed) == (True, 1)


def test_record_closes_its_file_when_drawing_fails(
    events: list[Event], make_source: MakeSource, sink: "FakeSink"
) -> None:
    def fail(*_: object) -> Any:
        raise ZeroDivisionError

    player = Player(make_source(events), make=fail)

    with pytest.raises(ZeroDivisionError):
        player.record(sink)
    assert sink.closed == 1
