"""What is drawn of which snapshot, and when."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from protocol.events import Ended, Event
from protocol.messages import EndReason, Manifest
from viewer.cue import TRAINING, TRIAL, cue_of
from viewer.options import Normalisation, Options
from viewer.player import Outcome, Player
from viewer.sinks.stream import StreamSink

if TYPE_CHECKING:
    from tests.viewer.player.conftest import FakeSink

DONE = Ended(reason=EndReason.DONE, text="")
FPS = 10
MakeSource = Callable[..., Any]
MakePlayer = Callable[..., Player]


def test_record_draws_every_snapshot_and_holds_the_last(
    events: list[Event],
    painters: Any,
    make_source: MakeSource,
    make_player: MakePlayer,
    sink: "FakeSink",
) -> None:
    outcome = make_player(make_source([*events, DONE])).record(sink)

    [painter] = painters.made
    shown = [1] * 20 + [2] * 20 + [3] * 20 + [4] * (11 + FPS)
    assert painter.shown == shown
    assert painter.following[::20] == [2, 3, 4, None, None]
    assert painter.kept[-1] == 4  # a film strip shows them all
    assert {cue.fraction for cue in painter.cues[-FPS:]} == {TRAINING.rest}
    assert (sink.frames, sink.closed) == (len(shown), 1)
    assert outcome == Outcome(frames=81, snapshots=4, ended=EndReason.DONE)


def test_record_draws_the_same_whenever_the_events_come(
    events: list[Event],
    painters: Any,
    make_source: MakeSource,
    make_player: MakePlayer,
    sink: "FakeSink",
) -> None:
    one_by_one: list[list[Event]] = [[event] for event in [*events, DONE]]

    make_player(make_source([*events, DONE])).record(sink)
    make_player(make_source(*one_by_one)).record(sink)

    first, second = painters.made
    assert first.cues == second.cues
    assert (first.shown, first.rows) == (second.shown, second.rows)


def test_record_draws_a_cycle_as_soon_as_the_next_snapshot_is_there(
    events: list[Event],
    painters: Any,
    make_source: MakeSource,
    make_player: MakePlayer,
    sink: "FakeSink",
) -> None:
    make_player(make_source([*events, DONE])).record(sink)

    [painter] = painters.made
    newest = [rows // 25 + 1 for rows in painter.rows]
    assert newest[:60:20] == painter.following[:60:20] == [2, 3, 4]


def test_record_acknowledges_what_is_drawn(
    events: list[Event],
    make_source: MakeSource,
    make_player: MakePlayer,
    sink: "FakeSink",
) -> None:
    source = make_source([*events, DONE])

    make_player(source).record(sink)

    assert source.acknowledged == [1, 2, 3, 4]


def test_record_of_one_snapshot_is_a_video(
    events: list[Event],
    make_source: MakeSource,
    make_player: MakePlayer,
    sink: "FakeSink",
) -> None:
    outcome = make_player(make_source(events[:2])).record(sink)

    assert outcome.frames == 11 + FPS


def test_record_of_nothing_writes_nothing(
    events: list[Event],
    make_source: MakeSource,
    make_player: MakePlayer,
    sink: "FakeSink",
) -> None:
    outcome = make_player(make_source(events[:1])).record(sink)

    assert (outcome.frames, sink.frames, sink.closed) == (0, 0, 1)


def test_record_of_more_than_fits_into_memory_forgets_what_no_frame_needs(
    make_manifest: Callable[..., Manifest],
    make_events: Callable[[Manifest, int], list[Event]],
    painters: Any,
    make_source: MakeSource,
    make_player: MakePlayer,
    sink: "FakeSink",
) -> None:
    many = make_events(make_manifest((6, 4, 3)), 20)

    outcome = make_player(make_source([*many, DONE]), most_bytes=1).record(sink)

    [painter] = painters.made
    assert max(painter.kept) == 4  # the first one and the last three
    assert painter.shown[:-21:20] == list(range(1, 20))
    assert painter.following[:-21:20] == list(range(2, 21))
    assert outcome.snapshots == 20


def test_record_draws_what_the_reader_chose(
    events: list[Event],
    painters: Any,
    make_source: MakeSource,
    make_player: MakePlayer,
    sink: "FakeSink",
) -> None:
    options = Options(normalisation=Normalisation.NETWORK, reduced_motion=True)

    make_player(make_source(events), options=options).record(sink)

    assert set(painters.made[0].options) == {options}


def test_photograph_is_of_the_last_snapshot_of_a_recording(
    events: list[Event],
    painters: Any,
    make_source: MakeSource,
    make_player: MakePlayer,
    sink: "FakeSink",
) -> None:
    outcome = make_player(make_source(events)).photograph(sink, live=False)

    assert painters.made[0].shown == [4]
    assert painters.made[0].cues == [cue_of(3, None, 1.0)]
    assert outcome.frames == 1


def test_photograph_of_a_trainer_is_taken_at_once(
    events: list[Event],
    painters: Any,
    make_source: MakeSource,
    make_player: MakePlayer,
    sink: "FakeSink",
) -> None:
    source = make_source(events[:2], events[2:], ends=False)

    make_player(source).photograph(sink, live=True)

    assert painters.made[0].cues == [cue_of(0, None, 1.0)]


def test_copy_takes_every_event(
    events: list[Event],
    make_source: MakeSource,
    make_player: MakePlayer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    taken: list[Event] = []
    monkeypatch.setattr(StreamSink, "take", lambda _, event: taken.append(event))

    outcome = make_player(make_source([*events, DONE])).copy(StreamSink(Path("unused")))

    assert taken == [*events, DONE]
    assert outcome == Outcome(snapshots=4, ended=EndReason.DONE)


def test_record_of_a_trial_goes_forward_only(
    make_manifest: Callable[..., Manifest],
    make_events: Callable[[Manifest, int], list[Event]],
    painters: Any,
    make_source: MakeSource,
    make_player: MakePlayer,
    sink: "FakeSink",
) -> None:
    manifest = replace(make_manifest((6, 4, 3)), axis="example", every=1)
    events = [*make_events(manifest, 3), DONE]

    make_player(make_source(events)).record(sink)

    [painter] = painters.made
    assert painter.shown == [1] * 20 + [2] * 20 + [3] * (18 + FPS)
    assert {cue.phase for cue in painter.cues} == {*TRIAL.phases}
    assert {cue.fraction for cue in painter.cues[-FPS:]} == {TRIAL.rest}


def test_record_shows_twenty_layers_of_a_plane_a_second(
    make_manifest: Callable[..., Manifest],
    make_events: Callable[[Manifest, int], list[Event]],
    painters: Any,
    make_source: MakeSource,
    sink: "FakeSink",
) -> None:
    manifest = replace(make_manifest((6, 4, 3)), axis="layer", every=1)
    events = [*make_events(manifest, 3), DONE]
    sink.fps = 20

    Player(make_source(events), make=painters).record(sink)

    [painter] = painters.made
    assert painter.shown == [1, 2] + [3] * (1 + 20)
