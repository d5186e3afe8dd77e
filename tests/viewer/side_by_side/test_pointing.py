"""The mouse over two runs, and the bar below them."""

from typing import Any

import pytest

from protocol.events import Event
from viewer.controls import Pointer
from viewer.options import Normalisation, Unit
from viewer.spot import Spot

UNIT = Unit(1, 2)
LEFT, RIGHT = (200.0, 300.0), (900.0, 300.0)
BAR = 730


@pytest.fixture
def desk(replay: Any, events: list[Event], others: list[Event]) -> Any:
    """A unit at the same place of each picture, 26 pixels below its title."""
    replay.wait(0, events, others)
    left, right = replay.painters
    left.spots = {(200, 274): Spot("left unit", UNIT)}
    right.spots = {(900 - 641, 274): Spot("right unit", UNIT)}
    return replay


def drag(desk: Any, share: float, what: Pointer) -> None:
    bar = desk.screen._bar
    x = min(range(1280), key=lambda x: abs(bar.share_at(x) - share))
    desk.screen.point(x, BAR, what)


@pytest.mark.parametrize(("at", "words"), [(LEFT, "left unit"), (RIGHT, "right unit")])
def test_mouse_is_over_one_run(desk: Any, at: tuple[float, float], words: str) -> None:
    desk.pair.point(*at, Pointer.MOVE)

    assert desk.pair.spot.words == words


def test_click_isolates_a_unit_of_one_run(desk: Any) -> None:
    desk.pair.point(*RIGHT, Pointer.PRESS)

    assert [pane.options.focus for pane in desk.pair.panes] == [None, UNIT]


@pytest.mark.parametrize(("at", "changed"), [(LEFT, [0]), (RIGHT, [1]), (None, [0, 1])])
def test_key_is_meant_for_the_run_under_the_mouse_or_for_all(
    desk: Any, at: tuple[float, float] | None, changed: list[int]
) -> None:
    if at is not None:
        desk.pair.point(*at, Pointer.MOVE)
    desk.pair.press("n")

    found = [pane.options.normalisation for pane in desk.pair.panes]
    expected = [
        Normalisation.NETWORK if number in changed else Normalisation.LAYER
        for number in range(2)
    ]
    assert found == expected


@pytest.mark.parametrize(("at", "layers"), [(LEFT, 3), (RIGHT, 4), (None, 4)])
def test_step_is_a_layer_of_the_run_under_the_mouse(
    desk: Any, at: tuple[float, float] | None, layers: int
) -> None:
    if at is not None:
        desk.pair.point(*at, Pointer.MOVE)
    desk.pair.press("home")
    desk.pair.press("right")

    lit = desk.pair.clock.cycle.lit
    assert desk.pair.playhead.fraction == pytest.approx(lit / (layers - 1))


def test_wheel_goes_from_stop_to_stop(desk: Any) -> None:
    for _ in range(3):
        desk.pair.point(*LEFT, Pointer.SCROLL_DOWN)

    assert desk.pair.clock.stop == 25


def test_bar_is_the_line_of_all_runs(desk: Any) -> None:
    view = desk.screen._bar_view()
    desk.pair.press("end")
    at_end = desk.screen._bar_view()

    assert view.first == view.now == 0
    assert view.newest == pytest.approx(100 / 500)
    assert len(view.marks) == 0  # 5 epochs of 500 are too close to each other
    assert (view.place, view.behind, view.button) == ("epoch 0", 9, "END")
    assert (at_end.place, at_end.behind) == ("epoch 100", 0)


def test_bar_goes_to_any_epoch(desk: Any) -> None:
    desk.screen.frame(desk.now)
    drag(desk, 50 / 500, Pointer.PRESS)
    desk.wait(0.1)
    held = desk.pair.clock.stop, desk.shown
    drag(desk, 25 / 500, Pointer.MOVE)
    desk.wait(0.1)
    back = desk.pair.clock.stop, desk.shown
    drag(desk, 25 / 500, Pointer.RELEASE)

    assert held == (50, [3, 6])
    assert back == (25, [2, 3])
    assert not desk.pair.playhead.held


@pytest.mark.parametrize(
    ("share", "words"), [(0.05, "epoch 25"), (0.9, "epoch 450, to come")]
)
def test_bar_says_which_epoch_is_where(desk: Any, share: float, words: str) -> None:
    assert desk.pair.words_at(share) == words


def test_line_begins_where_the_first_run_does(live: Any, events: list[Event]) -> None:
    live.wait(0, [events[0], *events[3:]])

    assert live.pair.whereabouts().first == pytest.approx(50 / 500)
    assert live.pair.words_at(0.01) == "before epoch 50, not received"


def test_live_button_is_lit_while_any_trainer_is_heard(
    live: Any, events: list[Event], others: list[Event]
) -> None:
    from protocol.events import Silent

    live.wait(0, events, others)
    seen = [live.screen._bar_view().is_lit]
    for batches in ([[Silent(since_s=2.0)]], [[], [Silent(since_s=2.0)]]):
        live.wait(0, *batches)
        seen.append(live.screen._bar_view().is_lit)

    assert seen == [True, True, False]
    assert live.screen._bar_view().button == "LIVE"
