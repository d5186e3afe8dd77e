"""A watch that is pointed at, clicked and dragged."""

from collections.abc import Callable
from typing import Any

import pytest

from protocol.events import Event
from protocol.messages import Manifest
from viewer.controls import Action, Pointer
from viewer.cue import Phase
from viewer.options import Normalisation, Unit
from viewer.spot import Spot

UNIT, OTHER = Unit(1, 2), Unit(1, 3)


@pytest.fixture
def events(
    make_manifest: Callable[..., Manifest],
    make_events: Callable[[Manifest, int], list[Event]],
) -> list[Event]:
    return make_events(make_manifest((6, 4, 3)), 5)


@pytest.fixture
def desk(live: Any, events: list[Event]) -> Any:
    """A live watch that shows a unit at (10, 20), one at (10, 40), an edge at (9, 9)."""
    live.wait(0, *events)
    live.painters[-1].spots = {
        (10, 20): Spot("hidden 1, unit 3: 0.50", UNIT),
        (10, 40): Spot("hidden 1, unit 4: 0.25", OTHER),
        (9, 9): Spot("weight: -0.20"),
    }
    return live


def test_watch_says_what_the_mouse_is_at(desk: Any) -> None:
    seen = [desk.watch.spot]
    for what in (Pointer.MOVE, Pointer.LEAVE):
        desk.watch.point(10, 20, what)
        seen.append(desk.watch.spot)

    assert seen == [None, Spot("hidden 1, unit 3: 0.50", UNIT), None]


def test_watch_says_nothing_of_a_picture_that_it_does_not_show(desk: Any) -> None:
    desk.watch.point(10, 20, Pointer.MOVE)
    desk.watch.press("h")
    desk.wait(0.02)

    assert desk.watch.spot is None


@pytest.mark.parametrize(
    ("clicks", "focus"),
    [
        ([(10, 20)], UNIT),
        ([(10, 20), (10, 40)], OTHER),
        ([(10, 20), (10, 20)], None),
        ([(10, 20), (0, 0)], None),
        ([(10, 20), (9, 9)], None),
    ],
)
def test_watch_isolates_the_unit_that_is_clicked(
    desk: Any, clicks: list[tuple[int, int]], focus: Unit | None
) -> None:
    for x, y in clicks:
        desk.watch.point(x, y, Pointer.PRESS)
        desk.watch.point(x, y, Pointer.RELEASE)
    desk.wait(0)

    assert desk.painters[-1].options[-1].focus == focus


def test_escape_closes_the_list_of_keys_then_shows_all_edges(desk: Any) -> None:
    desk.watch.point(10, 20, Pointer.PRESS)
    desk.watch.press("h")

    assert desk.watch.press("escape") is Action.CLEAR
    assert desk.watch.options.focus == UNIT
    desk.watch.press("escape")
    assert desk.watch.options.focus is None


def test_another_run_has_no_unit_isolated(desk: Any, events: list[Event]) -> None:
    desk.watch.point(10, 20, Pointer.PRESS)
    desk.wait(0, *events[:2])

    assert desk.watch.options.focus is None


def test_wheel_goes_from_snapshot_to_snapshot(desk: Any) -> None:
    for _ in range(3):
        desk.watch.point(0, 0, Pointer.SCROLL_DOWN)
    desk.watch.point(0, 0, Pointer.SCROLL_UP)
    desk.wait(0)

    assert desk.cue.index == 2


def test_keys_choose_how_the_moment_is_drawn(desk: Any) -> None:
    desk.watch.press("n")
    desk.watch.press("m")
    desk.watch.press("p")
    desk.wait(0)

    chosen = desk.painters[-1].options[-1]
    assert chosen.normalisation is Normalisation.NETWORK
    assert chosen.reduced_motion
    assert chosen.points

    desk.watch.press("N")
    desk.watch.press("M")

    assert desk.watch.options.normalisation is Normalisation.LAYER
    assert not desk.watch.options.reduced_motion


def test_drag_shows_any_moment_and_goes_on_from_there(desk: Any) -> None:
    """Of 21 planned snapshots; 0.125 is in the middle between the third and fourth."""
    desk.watch.hold(0.125)
    desk.wait(1)
    dragged = desk.cue
    desk.watch.let_go()
    desk.wait(0.5)

    assert (dragged.index, dragged.fraction) == (2, pytest.approx(0.5))
    assert (desk.cue.index, desk.cue.phase) == (2, Phase.BACKWARD)
    assert not desk.watch.playhead.live


def test_drag_of_a_paused_watch_leaves_it_paused(desk: Any) -> None:
    desk.watch.press(" ")
    desk.watch.hold(0.05, whole=True)
    desk.watch.let_go()
    desk.wait(1)

    assert desk.cue.index == 1
    assert desk.badge == "paused  ·  3 behind"


def test_watch_receives_while_it_is_dragged(desk: Any, events: list[Event]) -> None:
    more = events[3:]
    desk.watch.hold(0.0)
    desk.wait(1, *more)

    assert desk.watch.timeline.received == 5 + len(more)
    assert desk.cue.index == 0


def test_drag_before_anything_came_does_nothing(live: Any) -> None:
    live.watch.hold(0.5)
    live.watch.let_go()

    assert live.wait(0) is not None
