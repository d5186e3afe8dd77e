"""A clock whose runs go on, live or not: what comes while it is shown."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from viewer.cue import Phase

Begin = Callable[..., Any]


def test_run_that_joins_late_is_shown_at_once(runs: Begin) -> None:
    found = runs([0, 25, 50], [])
    found.wait(1.02)
    before = found.epochs
    found.receive(1, 10)
    found.clock.advance(0)

    assert before == [25, None]
    assert found.epochs == [25, 10]
    assert found.clock.stop == 25


def test_live_clock_is_at_the_newest_of_all_trainers(runs: Begin) -> None:
    found = runs([0, 25, 50], [0, 25], live=True)
    found.wait(0.02)

    assert found.clock.stop == 50
    assert found.epochs == [50, 25]


def test_live_clock_goes_on_to_what_is_newest_after_a_cycle(
    runs: Begin,
) -> None:
    found = runs([0], [0], live=True)
    found.wait(0.02)
    found.receive(0, 25, 50, 75)
    found.receive(1, 25)
    found.wait(0.8)
    coming = found.coming
    found.wait(0.3)

    assert coming == [75, 25]
    assert found.epochs == [75, 25]


def test_slower_trainer_is_followed_though_the_clock_stands(
    runs: Begin,
) -> None:
    found = runs([0, 25, 500], [0, 25], live=True)
    found.end(0)
    found.clock.playhead = replace(found.clock.playhead, live=False)
    found.wait(0.02)
    found.clock.press("end", 3)
    found.clock.hold(500, whole=False)
    found.clock.let_go()
    found.wait(1)
    found.receive(1, 50)
    unchanged = found.epochs
    found.wait(0.2)
    phases, coming = found.phases, found.coming
    found.wait(0.5)

    assert unchanged == [500, 25]
    assert (phases, coming) == ([Phase.LOSS, Phase.BACKWARD], [None, 50])
    assert found.epochs == [500, 50]
    assert found.phases == [Phase.LOSS, Phase.FORWARD]
    assert found.clock.stop == 500


def test_what_arrives_in_a_cycle_waits_for_the_next(runs: Begin) -> None:
    found = runs([0, 50], [0])
    found.wait(0.7)
    found.receive(1, 25)
    in_cycle = found.epochs, found.coming
    found.wait(0.4)

    assert in_cycle == ([0, 0], [50, None])
    assert found.epochs == [50, 25]


def test_pause_keeps_the_picture_whatever_arrives(runs: Begin) -> None:
    found = runs([0, 50], [0])
    found.wait(1.3)
    found.clock.press(" ", 3)
    before = found.epochs
    found.receive(1, 25, 50, 75)
    found.wait(1)

    assert before == found.epochs == [50, 0]


def test_pause_at_rest_goes_on_to_what_is_newest_then(runs: Begin) -> None:
    found = runs([0, 50], [0])
    found.wait(2)
    found.clock.press(" ", 3)
    found.receive(1, 10)
    found.wait(0.2)
    found.receive(1, 20, 30)
    found.clock.press(" ", 3)
    found.wait(0.1)

    assert found.coming == [None, 30]


def test_live_clock_follows_the_trainer_that_goes_on_beside_what_is_over(
    runs: Begin,
) -> None:
    found = runs([0, 25, 50, 75, 100], [0, 25], live=True)
    found.end(0)
    found.wait(3)

    assert found.clock.stop == 25
    assert found.epochs == [25, 25]


def test_live_clock_does_not_go_back_when_the_faster_trainer_ends(
    runs: Begin,
) -> None:
    found = runs([0, 25, 50], [0], live=True)
    found.wait(0.02)
    found.end(0)
    found.receive(1, 25)
    found.wait(3)

    assert found.clock.stop == 50
    assert found.epochs == [50, 25]


def test_going_live_goes_to_the_trainer_that_goes_on(runs: Begin) -> None:
    found = runs([0, 25, 50, 75], [0, 25], live=True)
    found.end(0)
    found.clock.hold(75, whole=False)
    found.clock.let_go()
    away = found.clock.stop
    found.clock.press("l", 3)

    assert (away, found.clock.stop) == (75, 25)
    assert found.clock.playhead.live


def test_run_that_begins_anew_leaves_the_other_alone(
    runs: Begin,
) -> None:
    found = runs([0, 25, 50], [0, 25, 50, 60], live=True)
    found.wait(0.02)
    found.begin(1)
    gone = found.epochs, found.clock.stops
    found.receive(1, 0)
    found.clock.advance(0)

    assert gone == ([50, None], [0, 25, 50])
    assert found.epochs == [50, 0]


def test_clock_begins_anew_with_its_only_run(runs: Begin) -> None:
    found = runs([0, 25, 50], [], live=True)
    found.wait(0.5)
    found.clock.press(" ", 3)
    found.begin(0)
    playhead = found.clock.playhead
    empty = list(found.clock.stops), playhead.live, playhead.index
    found.receive(0, 0)
    found.clock.advance(0)

    assert empty == ([], True, 0)
    assert found.epochs == [0, None]


def test_clock_keeps_its_place_when_snapshots_are_forgotten(
    runs: Begin,
) -> None:
    found = runs([0, 10, 20, 30, 40, 50], [0, 25, 50])
    found.clock.hold(30, whole=False)
    line = found.timelines[0]
    del line.snapshots[4], line.snapshots[1]
    del line._numbers[4], line._numbers[1]
    found.clock.forgot()

    assert found.clock.stops == [0, 20, 25, 30, 50]
    assert found.clock.stop == 30
    assert found.epochs == [30, 25]
