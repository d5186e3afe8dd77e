"""What is said of each run, and of those that cannot be shown."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from protocol.events import Arrived, Ended, Event, Heard, Joined, Silent
from protocol.messages import EndReason
from viewer.errors import ViewerError

DONE = Ended(reason=EndReason.DONE, text="")


def fails(text: str) -> Callable[[float], list[Event]]:
    def events(timeout_s: float = 0.0) -> list[Event]:
        raise ViewerError(text)

    return events


def test_silence_of_one_trainer_is_said_of_that_one(
    live: Any, events: list[Event], others: list[Event]
) -> None:
    live.wait(0, events, others)
    live.wait(3, [], [Silent(since_s=2.0)])
    stale = live.titles
    live.wait(1.2)
    later = live.titles
    live.wait(0, [], [Heard()])

    assert stale == ["live", "stale 2 s"]
    assert later == ["live", "stale 3 s"]
    assert live.titles == ["live", "live"]


def test_end_of_one_run_is_named_with_its_epoch(
    live: Any, events: list[Event], others: list[Event]
) -> None:
    live.wait(0, [*events, DONE], others)

    assert live.titles == ["ended at epoch 100", "live"]


def test_recording_ends_where_its_last_snapshot_is(
    replay: Any, events: list[Event], others: list[Event]
) -> None:
    replay.wait(0, [*events, DONE], [*others, DONE])
    first = replay.titles
    replay.wait(2 * 12)

    assert first == ["recording", "recording"]
    assert replay.titles == ["ended at epoch 100", "ended at epoch 60"]


def test_run_that_begins_later_is_dimmed_until_then(
    replay: Any, events: list[Event], others: list[Event]
) -> None:
    joined, *arrivals = others
    later = [
        replace(each, snapshot=replace(each.snapshot, epoch=each.snapshot.epoch + 40))
        for each in arrivals
        if isinstance(each, Arrived)
    ]
    replay.wait(0, events, [joined, *later])
    before = replay.titles
    mosaic = replay.pair._composition._mosaic
    box = mosaic.places[1].picture
    is_dimmed = mosaic.pixels[box.top + 5, box.left + 5].any()  # painters paint black
    replay.wait(4.1)

    assert before == ["recording", "not yet: begins at epoch 40"]
    assert is_dimmed
    assert replay.titles == ["recording", "recording"]
    assert not mosaic.pixels[box.top + 5, box.left + 5].any()


def test_what_was_not_received_is_not_said_to_begin(
    replay: Any, events: list[Event], others: list[Event]
) -> None:
    joined, *arrivals = others
    replay.wait(0, events, [joined, *arrivals[3:]])

    assert replay.titles == ["recording", "nothing received before epoch 30"]


def test_counts_are_those_of_each_run(
    live: Any, events: list[Event], others: list[Event]
) -> None:
    second = events[2]
    assert isinstance(second, Arrived)
    live.wait(0, [*events[:2], replace(second, skipped=3, lost=2)], others)

    assert live.titles == ["live  ·  lost 2  ·  skipped 3", "live"]


def test_new_run_at_one_source_leaves_the_other_alone(
    live: Any, events: list[Event], others: list[Event]
) -> None:
    live.wait(0, events, others)
    live.wait(3)
    live.wait(0, [], others[:2])
    live.wait(0.02)

    assert [len(p.timeline.snapshots) for p in live.pair.panes] == [5, 1]
    assert live.titles[0].startswith("new run at 127.0.0.1:5557")
    assert len(live.painters) == 3
    assert live.painters[0].shown[-1] == 5


def test_trainer_that_cannot_be_reached_is_named_while_the_other_goes_on(
    live: Any, events: list[Event]
) -> None:
    live.sources[1].events = fails("no run on 127.0.0.1:5557 after 5 s")
    live.wait(0, events)

    assert live.titles == ["live", "no run"]


def test_no_run_anywhere_is_an_error(live: Any) -> None:
    for source in live.sources:
        source.events = fails("no run here after 5 s")

    with pytest.raises(ViewerError, match="no run here"):
        live.wait(0)


def test_recordings_that_count_different_things_are_refused(
    replay: Any, events: list[Event]
) -> None:
    joined = events[0]
    assert isinstance(joined, Joined)
    layers = replace(joined, manifest=replace(joined.manifest, axis="layer"))

    with pytest.raises(
        ViewerError,
        match=r"b\.ncast counts layers, a\.ncast counts epochs: one clock cannot",
    ):
        replay.wait(0, events, [layers])


def test_trainer_that_begins_to_count_something_else_is_left_out(
    live: Any, events: list[Event], others: list[Event]
) -> None:
    joined = events[0]
    assert isinstance(joined, Joined)
    tried = replace(joined, manifest=replace(joined.manifest, axis="example"))
    live.wait(0, events, others)
    live.wait(0, [], [tried, *events[1:]])

    assert live.titles[1].startswith("127.0.0.1:5557 counts examples")
    assert live.pair.panes[1].timeline.received == 7
    assert live.sources[1].acknowledged[-5:] == [1, 2, 3, 4, 5]

    live.wait(0, [], others[:3])

    assert live.pair.panes[1].timeline.received == 2


def test_what_concerns_all_runs_is_said_once(
    live: Any, events: list[Event], others: list[Event]
) -> None:
    live.wait(0, events, others)
    live.pair.press(" ")
    live.pair.press("+")
    live.pair.remark("saved x.png", live.now)
    live.wait(0)

    assert live.titles == ["saved x.png  ·  paused  ·  2x  ·  live", "live"]


def test_drag_over_the_beginning_of_a_run_dims_and_lights_it(
    replay: Any, events: list[Event], others: list[Event]
) -> None:
    joined, first = others[:2]
    assert isinstance(first, Arrived)
    only = replace(first, snapshot=replace(first.snapshot, epoch=40))
    without_curves = [
        replace(each, rows=each.rows[:0]) if isinstance(each, Arrived) else each
        for each in (*events, only)
    ]
    replay.wait(0, without_curves[:-1], [joined, without_curves[-1]])
    mosaic = replay.pair._composition._mosaic
    box = mosaic.places[1].picture
    seen = []
    for epoch in (35, 48, 35):  # between the same two phases of a cycle
        replay.pair.clock.hold(epoch, whole=False)
        replay.wait(0.02)
        seen.append(bool(mosaic.pixels[box.top + 5, box.left + 5].any()))

    assert seen == [True, False, True]  # painters paint black
