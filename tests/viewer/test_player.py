import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from protocol.events import Arrived, Ended, Event, Heard, Joined, Silent
from protocol.messages import EndReason, Manifest
from viewer.cue import Cue, Phase
from viewer.player import Outcome, Player, expected
from viewer.sinks.stream import StreamSink
from viewer.timeline import Timeline

DONE = Ended(reason=EndReason.DONE, text="")
FPS = 10
MakeSource = Callable[..., Any]


class FakeSink:
    """Counts frames."""

    def __init__(self) -> None:
        self.path = Path("unused")
        self.notes: tuple[str, ...] = ()
        self.size, self.fps, self.still = (64, 36), float(FPS), False
        self.frames = self.closed = 0

    def write(self, frame: NDArray[np.uint8]) -> None:
        assert frame.shape == (36, 64, 4)
        self.frames += 1

    def close(self) -> None:
        self.closed += 1


class FakeReport:
    """Keeps the last counts and all lines."""

    def __init__(self) -> None:
        self.last: dict[str, int] = {}
        self.lines: list[str] = []

    def count(self, *, snapshots: int, of: int, frames: int) -> None:
        self.last = {"snapshots": snapshots, "of": of, "frames": frames}

    def say(self, text: str) -> None:
        self.lines.append(text)


@pytest.fixture
def events(
    make_manifest: Callable[..., Manifest],
    make_events: Callable[[Manifest, int], list[Event]],
) -> list[Event]:
    return make_events(make_manifest((6, 4, 3)), 4)


def record(source: Any, painters: Any, sink: FakeSink) -> Outcome:
    return Player(source, seconds=2.0, make=painters).record(sink)


def test_record_draws_every_snapshot_and_holds_the_last(
    events: list[Event], painters: Any, make_source: MakeSource
) -> None:
    sink = FakeSink()

    outcome = record(make_source([*events, DONE]), painters, sink)

    [painter] = painters.made
    shown = [cue.index for cue in painter.cues]
    assert shown == [0] * 20 + [1] * 20 + [2] * 20 + [3] * (11 + FPS)
    assert painter.cues[-FPS:] == [Cue(3, None, Phase.LOSS, 1.0)] * FPS
    assert [cue.following for cue in painter.cues[:60:20]] == [1, 2, 3]
    assert (sink.frames, sink.closed) == (len(shown), 1)
    assert outcome == Outcome(frames=81, snapshots=4, ended=EndReason.DONE)


def test_record_draws_the_same_whenever_the_events_come(
    events: list[Event], painters: Any, make_source: MakeSource
) -> None:
    one_by_one: list[list[Event]] = [[event] for event in [*events, DONE]]

    record(make_source([*events, DONE]), painters, FakeSink())
    record(make_source(*one_by_one), painters, FakeSink())

    assert painters.made[0].cues == painters.made[1].cues
    assert painters.made[0].seen == painters.made[1].seen


def test_record_draws_a_cycle_as_soon_as_the_next_snapshot_is_there(
    events: list[Event], painters: Any, make_source: MakeSource
) -> None:
    record(make_source([*events, DONE]), painters, FakeSink())

    counts = [count for count, _ in painters.made[0].seen]
    assert counts[:60:20] == [2, 3, 4]


def test_record_acknowledges_what_is_drawn(
    events: list[Event], painters: Any, make_source: MakeSource
) -> None:
    source = make_source([*events, DONE])

    record(source, painters, FakeSink())

    assert source.acknowledged == [1, 2, 3, 4]


def test_record_of_one_snapshot_is_a_video(
    events: list[Event], painters: Any, make_source: MakeSource
) -> None:
    outcome = record(make_source(events[:2]), painters, FakeSink())

    assert outcome.frames == 11 + FPS


def test_record_of_nothing_writes_nothing(
    events: list[Event], painters: Any, make_source: MakeSource
) -> None:
    outcome = record(make_source(events[:1]), painters, sink := FakeSink())

    assert (outcome.frames, sink.frames, sink.closed) == (0, 0, 1)


def test_record_tells_how_it_comes_on(
    events: list[Event], painters: Any, make_source: MakeSource
) -> None:
    report = FakeReport()

    Player(make_source(events), make=painters, report=report).record(FakeSink())

    assert report.last == {"snapshots": 4, "of": 21, "frames": 81}
    assert report.lines == ["a remark"]


def test_record_says_on_screen_that_snapshots_were_lost(
    events: list[Event], painters: Any, make_source: MakeSource
) -> None:
    second = events[2]
    assert isinstance(second, Arrived)
    worse = Arrived(snapshot=second.snapshot, rows=second.rows, skipped=0, lost=2)

    outcome = record(make_source([events[0], events[1], worse]), painters, FakeSink())

    assert set(painters.made[0].badges) == {"lost 2"}
    assert outcome.lost == 2


def test_record_ends_when_the_trainer_starts_another_run(
    events: list[Event], painters: Any, make_source: MakeSource
) -> None:
    outcome = record(
        make_source([*events[:3], events[0], *events[1:]]), painters, FakeSink()
    )

    assert outcome.trouble == "the trainer started another run"
    assert outcome.snapshots == 2
    assert [cue.index for cue in painters.made[0].cues] == [0] * 20 + [1] * 21


def test_record_goes_on_when_the_same_run_is_joined_again(
    events: list[Event], painters: Any, make_source: MakeSource
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

    outcome = record(
        make_source([*events[:3], again, *events[3:], DONE]), painters, FakeSink()
    )

    assert (outcome.snapshots, outcome.trouble) == (4, "")


@pytest.fixture
def clock() -> Callable[[], float]:
    """A clock that goes on by a second each time it is read."""
    ticks = itertools.count()
    return lambda: float(next(ticks))


def test_record_ends_when_the_trainer_stays_silent(
    events: list[Event],
    painters: Any,
    clock: Callable[[], float],
    make_source: MakeSource,
) -> None:
    source = make_source(events[:3], [Silent(since_s=2.0)], ends=False)

    player = Player(source, make=painters, patience_s=30, clock=clock)
    outcome = player.record(sink := FakeSink())

    assert outcome.trouble == "the trainer has been silent for 30 s"
    assert outcome.ended is None
    assert sink.closed == 1


def test_record_waits_for_a_trainer_that_comes_back(
    events: list[Event],
    painters: Any,
    clock: Callable[[], float],
    make_source: MakeSource,
) -> None:
    pauses: list[list[Event]] = [[] for _ in range(20)]
    source = make_source(
        [*events[:3], Silent(since_s=2.0)], *pauses, [Heard()], *pauses, [DONE]
    )

    player = Player(source, make=painters, patience_s=30, clock=clock)
    outcome = player.record(FakeSink())

    assert (outcome.trouble, outcome.ended) == ("", EndReason.DONE)


def test_record_finishes_its_file_when_interrupted(
    events: list[Event], painters: Any, make_source: MakeSource
) -> None:
    sink = FakeSink()

    outcome = Player(
        make_source(events, ends=False),
        make=painters,
        is_interrupted=lambda: sink.frames >= 25,
    ).record(sink)

    hold = [Cue(2, None, Phase.LOSS, 1.0)] * FPS
    assert painters.made[0].cues[25:] == hold
    assert (outcome.interrupted, sink.closed) == (True, 1)


def test_record_closes_its_file_when_drawing_fails(
    events: list[Event], make_source: MakeSource
) -> None:
    def fail(*_: object) -> Any:
        raise ZeroDivisionError

    player = Player(make_source(events), make=fail)
    sink = FakeSink()

    with pytest.raises(ZeroDivisionError):
        player.record(sink)
    assert sink.closed == 1


def test_photograph_is_of_the_last_snapshot_of_a_recording(
    events: list[Event], painters: Any, make_source: MakeSource
) -> None:
    outcome = Player(make_source(events), make=painters).photograph(
        FakeSink(), live=False
    )

    assert painters.made[0].cues == [Cue(3, None, Phase.LOSS, 1.0)]
    assert outcome.frames == 1


def test_photograph_of_a_trainer_is_taken_at_once(
    events: list[Event], painters: Any, make_source: MakeSource
) -> None:
    source = make_source(events[:2], events[2:], ends=False)

    Player(source, make=painters).photograph(FakeSink(), live=True)

    assert painters.made[0].cues == [Cue(0, None, Phase.LOSS, 1.0)]


def test_copy_takes_every_event(
    events: list[Event], monkeypatch: pytest.MonkeyPatch, make_source: MakeSource
) -> None:
    taken: list[Event] = []
    monkeypatch.setattr(StreamSink, "take", lambda _, event: taken.append(event))

    outcome = Player(make_source([*events, DONE])).copy(StreamSink(Path("unused")))

    assert taken == [*events, DONE]
    assert outcome == Outcome(snapshots=4, ended=EndReason.DONE)


def test_expected_counts_from_the_first_snapshot_that_came(
    events: list[Event],
) -> None:
    timeline = Timeline()

    assert expected(timeline) == 0
    for event in (events[0], *events[3:]):
        timeline.absorb(event)
    assert expected(timeline) == 19
    timeline.absorb(DONE)
    assert expected(timeline) == 2
