"""How many snapshots and frames there will be."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from protocol.events import Ended, Event
from protocol.messages import EndReason
from viewer.pace import Counts
from viewer.player import Player

if TYPE_CHECKING:
    from tests.viewer.player.conftest import FakeReport, FakeSink

DONE = Ended(reason=EndReason.DONE, text="")
FPS = 10
MakeSource = Callable[..., Any]
MakePlayer = Callable[..., Player]


def test_record_tells_how_it_comes_on(
    events: list[Event],
    make_source: MakeSource,
    make_player: MakePlayer,
    sink: "FakeSink",
    report: "FakeReport",
) -> None:
    make_player(make_source(events), report=report).record(sink)

    assert report.lines == ["a remark"]
    assert report.counts[-1] == Counts(
        snapshots=4, of_snapshots=21, frames=81, of_frames=20 * 20 + 11 + FPS
    )


def test_record_of_a_recording_knows_how_many_frames_it_will_have(
    events: list[Event],
    make_source: MakeSource,
    make_player: MakePlayer,
    sink: "FakeSink",
    report: "FakeReport",
) -> None:
    make_player(make_source([*events, DONE]), count=4, report=report).record(sink)

    assert {counts.of_frames for counts in report.counts} == {81}
    assert report.counts[-1].share == 1.0


def test_record_counts_from_the_first_snapshot_that_came(
    events: list[Event],
    make_source: MakeSource,
    make_player: MakePlayer,
    sink: "FakeSink",
    report: "FakeReport",
) -> None:
    late = [events[0], *events[3:]]

    make_player(make_source(late, [DONE]), report=report).record(sink)

    assert report.counts[0].of_snapshots == 19
    assert report.counts[-1].of_snapshots == 2


def test_record_tells_that_nothing_comes(
    events: list[Event],
    make_source: MakeSource,
    make_player: MakePlayer,
    sink: "FakeSink",
    report: "FakeReport",
) -> None:
    waiting: list[Event] = []
    source = make_source(waiting, events[:3], *[waiting] * 5, events[3:])

    make_player(source, report=report).record(sink)

    frames = [counts.frames for counts in report.counts]
    assert frames.count(20) == 1 + 5
    assert min(frames) == 1
