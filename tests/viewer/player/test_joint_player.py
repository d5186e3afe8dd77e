"""Several sources in one video: what is drawn of each, by their common clock."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from protocol.events import Ended, Event
from protocol.messages import EndReason
from viewer.cue import TRAINING
from viewer.joint_player import JointPlayer

if TYPE_CHECKING:
    from tests.viewer.player.conftest import FakeReport, FakeSink

DONE = Ended(reason=EndReason.DONE, text="")
FPS, CYCLE, REST = 10, 20, 11
MakeSource = Callable[..., Any]
Make = Callable[..., JointPlayer]


def test_record_draws_all_runs_epoch_by_epoch(
    events: list[Event],
    others: list[Event],
    painters: Any,
    make: Make,
    sink: "FakeSink",
) -> None:
    outcome = make([[*events, DONE]], [[*others, DONE]]).record(sink)

    one, other = painters.made
    stops = 5  # epochs 0, 25, 50, 75 and 100
    assert sink.frames == (stops - 1) * CYCLE + REST + FPS
    # A picture is painted anew only where something of it changes.
    assert [*dict.fromkeys(one.shown)] == [1, 2, 3, 4]
    assert [*dict.fromkeys(other.shown)] == [1, 2, 3]
    assert len(one.shown) > len(other.shown)
    assert outcome.whole.frames == sink.frames
    assert (outcome.whole.snapshots, outcome.whole.trouble) == (7, "")
    assert [(name, each.snapshots) for name, each in outcome.each] == [
        ("source 1", 4),
        ("source 2", 3),
    ]
    assert sink.closed == 1


def test_record_draws_the_same_whoever_is_faster(
    events: list[Event],
    others: list[Event],
    painters: Any,
    make: Make,
    sink: "FakeSink",
) -> None:
    slowly: list[list[Event]] = []
    for event in [*events, DONE]:
        slowly += [[], [], [event]]
    one_by_one = [[event] for event in [*others, DONE]]

    make([[*events, DONE]], one_by_one).record(sink)
    make(slowly, [[*others, DONE]]).record(sink)

    first, second = painters.made[:2], painters.made[2:]
    for one, other in zip(first, second, strict=True):
        assert one.cues == other.cues
        assert (one.shown, one.following) == (other.shown, other.following)


def test_runs_are_in_the_same_phase_where_both_have_a_snapshot(
    events: list[Event], painters: Any, make: Make, sink: "FakeSink"
) -> None:
    make([[*events, DONE]], [[*events, DONE]]).record(sink)

    one, other = painters.made
    assert one.cues == other.cues
    assert one.cues[-1].fraction == TRAINING.rest


def test_run_rests_where_it_has_no_snapshot(
    events: list[Event],
    others: list[Event],
    painters: Any,
    make: Make,
    sink: "FakeSink",
) -> None:
    make([[*events, DONE]], [[*others, DONE]]).record(sink)

    _, other = painters.made
    fractions = [
        cue.fraction
        for cue, seq in zip(other.cues, other.shown, strict=True)
        if seq == 1
    ]
    lit = [f for f in fractions if f < TRAINING.rest - 1e-6]
    back = [f for f in fractions if f >= TRAINING.rest - 1e-6]
    assert len(lit) == REST  # once, though it is shown for two cycles
    assert fractions == lit + back
    assert np.diff(back).min() > -1e-9


def test_snapshots_are_read_only_when_they_are_needed(
    events: list[Event],
    others: list[Event],
    make: Make,
    make_source: MakeSource,
    sink: "FakeSink",
) -> None:
    fast = make_source(*[[event] for event in [*events, DONE]])
    slow = make_source(others[:2], ends=False)
    looks = iter(range(200))

    make(fast, slow, is_interrupted=lambda: next(looks) > 150).record(sink)

    assert fast.acknowledged == [1, 2]  # the other may still have epoch 10


def test_picture_is_of_the_newest_snapshot_of_each_recording(
    events: list[Event],
    others: list[Event],
    painters: Any,
    make: Make,
    sink: "FakeSink",
) -> None:
    make([[*events[:3], DONE]], [[*others, DONE]]).photograph(sink)

    assert [painter.shown for painter in painters.made] == [[2], [3]]
    assert sink.frames == 1


def test_picture_of_trainers_is_of_what_comes_first(
    events: list[Event],
    others: list[Event],
    painters: Any,
    make: Make,
    sink: "FakeSink",
) -> None:
    make([events[:2], events[2:]], [others[:2], others[2:]], live=True).photograph(sink)

    assert [painter.shown for painter in painters.made] == [[1], [1]]


def test_remarks_name_their_source(
    events: list[Event],
    others: list[Event],
    make: Make,
    sink: "FakeSink",
    report: "FakeReport",
) -> None:
    make([[*events, DONE]], [[*others, DONE]], report=report, count=7).record(sink)

    assert report.lines == ["source 1: a remark", "source 2: a remark"]
    assert report.counts[-1].snapshots == report.counts[-1].of_snapshots == 7
    assert report.counts[-1].frames == sink.frames


def test_frame_holds_the_pictures_of_all_runs(
    events: list[Event], others: list[Event], make: Make, tmp_path: Path
) -> None:
    from viewer.sinks.still import StillSink

    path = tmp_path / "both.png"
    make([[*events, DONE]], [[*others, DONE]]).photograph(
        StillSink(path, size=(1280, 720))
    )

    from PIL import Image

    with Image.open(path) as picture:
        pixels = np.asarray(picture)
    assert pixels.shape == (720, 1280, 3)
    assert not pixels[60:, :600].any()  # painters paint black
    assert not pixels[60:, 700:].any()
    assert pixels[:26].any()
