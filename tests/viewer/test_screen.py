from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from protocol.events import Ended, Event, Heard, Silent
from protocol.messages import EndReason, Manifest
from viewer.controls import Pointer
from viewer.cue import Phase
from viewer.options import Unit
from viewer.paints import Frame
from viewer.palette import THEMES
from viewer.screen import Screen
from viewer.spot import Spot
from viewer.timeline_bar import Part, bar_height
from viewer.watching import Watch

SIZE = (1280, 720)
BAR = bar_height(*SIZE)
MIDDLE = SIZE[1] + BAR / 2


class Desk:
    """A screen of a live watch, with its clock and its mouse."""

    def __init__(self, source: Any, painters: Any) -> None:
        self.source = source
        self.painters = painters.made
        self.now = 10.0
        self.watch = Watch(source, name="x", live=True, size=SIZE, make=painters)
        self.screen = Screen(self.watch)

    def wait(self, seconds: float = 0.0, *events: Event) -> Frame | None:
        self.source.batches.append(list(events))
        self.now += seconds
        return self.screen.frame(self.now)

    def find(self, part: Part) -> float:
        """Find the middle column of a part of the bar."""
        bar = self.screen._bar
        columns = [x for x in range(SIZE[0]) if bar.part_at(x, BAR / 2) is part]
        return (columns[0] + columns[-1]) / 2

    def find_share(self, share: float) -> int:
        bar = self.screen._bar
        return min(range(SIZE[0]), key=lambda x: abs(bar.share_at(x) - share))

    def click(self, x: float, y: float = MIDDLE) -> None:
        for what in (Pointer.MOVE, Pointer.PRESS, Pointer.RELEASE):
            self.screen.point(x, y, what)


@pytest.fixture
def events(
    make_manifest: Callable[..., Manifest],
    make_events: Callable[[Manifest, int], list[Event]],
) -> list[Event]:
    return make_events(make_manifest((6, 4, 3)), 5)


@pytest.fixture
def desk(make_source: Callable[..., Any], painters: Any, events: list[Event]) -> Desk:
    """Five of 21 planned snapshots have come; the fake painter paints black."""
    desk = Desk(make_source(ends=False), painters)
    desk.wait(0, *events)
    desk.painters[-1].spots[640, 300] = Spot("hidden 1, unit 3: 0.50", Unit(1, 2))
    return desk


def test_screen_is_the_picture_with_a_bar_below(desk: Desk) -> None:
    desk.watch.press(" ")
    frame = desk.wait(0.02)

    assert frame is not None
    assert frame.shape == (SIZE[1] + BAR, SIZE[0], 4)
    assert not frame[: SIZE[1]].any()
    assert frame[SIZE[1] :, :, :3].any()
    assert desk.painters[-1].size == SIZE


def test_screen_paints_nothing_while_nothing_changes(desk: Desk) -> None:
    desk.watch.press(" ")
    desk.wait(0.02)

    assert desk.wait(0.02) is None


def test_screen_follows_the_size_of_the_window(desk: Desk) -> None:
    desk.screen.size = (640, 400)
    frame = desk.wait(0.02)

    assert frame is not None
    assert frame.shape == (400, 640, 4)
    assert desk.painters[-1].size == (640, 378)


@pytest.mark.parametrize("size", [(320, 200), (321, 181), (400, 2000), (3000, 200)])
def test_screen_has_any_size(desk: Desk, size: tuple[int, int]) -> None:
    desk.screen.size = size
    desk.screen.point(size[0] - 1, 5, Pointer.MOVE)
    desk.painters[-1].spots[size[0] - 1, 5] = Spot("a word " * 40)
    frame = desk.wait(0.02)

    assert frame is not None
    assert frame.shape == (size[1], size[0], 4)


def test_screen_changes_its_theme_with_the_picture(desk: Desk) -> None:
    desk.screen.press("t")
    frame = desk.wait(0.02)

    assert frame is not None
    assert tuple(frame[-2, 1, :3]) == THEMES["light"].background


def test_tooltip_says_what_the_mouse_is_at_and_goes_without_a_trace(desk: Desk) -> None:
    desk.watch.press(" ")
    desk.wait(0.02)
    desk.screen.point(640, 300, Pointer.MOVE)
    pointed = desk.wait(0.02)
    shown = pointed is not None and bool(pointed[: SIZE[1]].any())
    own = desk.screen.picture
    desk.screen.point(640, 301, Pointer.MOVE)
    after = desk.wait(0.02)

    assert shown
    assert own is not None
    assert not own.any()
    assert after is not None
    assert not after[: SIZE[1]].any()


def test_click_on_the_picture_isolates_a_unit(desk: Desk) -> None:
    desk.click(640, 300)

    assert desk.watch.options.focus == Unit(1, 2)


def test_click_on_the_bar_leaves_the_isolated_unit(desk: Desk) -> None:
    desk.click(640, 300)
    desk.click(desk.find(Part.PLAY))

    assert desk.watch.options.focus == Unit(1, 2)


def test_buttons_do_what_the_keys_do(desk: Desk) -> None:
    desk.click(desk.find(Part.PLAY))
    paused = desk.watch.playhead
    desk.click(desk.find(Part.SPEED))
    faster = desk.watch.playhead
    desk.click(desk.find(Part.LIVE))
    live = desk.watch.playhead

    assert not paused.playing
    assert (faster.speed, faster.playing) == (2, False)
    assert (live.index, live.playing, live.live) == (4, True, True)


def test_speed_begins_anew_after_the_fastest(desk: Desk) -> None:
    for _ in range(7):
        desk.click(desk.find(Part.SPEED))

    assert desk.watch.playhead.speed == 1


def test_wheel_over_the_bar_changes_what_it_is_over(desk: Desk) -> None:
    desk.screen.point(desk.find(Part.SPEED), MIDDLE, Pointer.SCROLL_UP)
    desk.screen.point(desk.find(Part.TRACK), MIDDLE, Pointer.SCROLL_DOWN)
    desk.screen.point(desk.find(Part.TRACK), MIDDLE, Pointer.SCROLL_DOWN)

    assert (desk.watch.playhead.speed, desk.watch.playhead.index) == (2, 2)


def test_drag_goes_on_outside_the_bar_until_the_button_is_let_go(desk: Desk) -> None:
    desk.screen.point(desk.find_share(0.05), MIDDLE, Pointer.PRESS)
    desk.screen.point(desk.find_share(0.125), 100, Pointer.MOVE)
    desk.wait(0.2)
    dragged = desk.painters[-1].cues[-1]
    desk.screen.point(desk.find_share(0.125), 100, Pointer.RELEASE)
    desk.wait(0.2)
    later = desk.painters[-1].cues[-1]
    desk.screen.point(desk.find_share(0.0), 100, Pointer.MOVE)

    assert dragged.index == 2
    assert dragged.fraction == pytest.approx(0.5, abs=0.05)
    assert (later.index, later.fraction) == (2, pytest.approx(0.54, abs=0.06))
    assert desk.watch.playhead.index == 2


def test_drag_through_many_snapshots_shows_each_of_them_lit(
    desk: Desk, make_snapshot: Callable[..., Any]
) -> None:
    first = desk.watch.timeline.snapshots[0]
    desk.watch.timeline.absorb(Ended(reason=EndReason.DONE, text=""))
    for seq in range(6, 600):
        desk.watch.timeline.snapshots.append(
            make_snapshot(desk.watch.timeline.manifest, seq)
        )
    desk.screen.point(desk.find_share(0.31), MIDDLE, Pointer.PRESS)
    desk.wait(0.02)

    cue = desk.painters[-1].cues[-1]
    assert first.seq == 1
    assert cue.index == pytest.approx(186, abs=2)
    assert (cue.phase, cue.progress) == (Phase.LOSS, 0)


def test_line_says_what_is_where_the_mouse_is(desk: Desk) -> None:
    desk.screen.point(desk.find_share(0.9), MIDDLE, Pointer.MOVE)
    desk.wait(0.02)

    tooltip = desk.screen._tooltip()
    assert tooltip is not None
    assert tooltip.words.endswith("to come")


def test_bar_says_how_far_the_picture_is_behind(desk: Desk) -> None:
    desk.watch.press(",")
    away = desk.screen._bar_view()
    desk.watch.press("l")
    live = desk.screen._bar_view()

    assert (away.behind, away.is_lit, away.button) == (4, False, "LIVE")
    assert (live.behind, live.is_lit) == (0, True)


def test_bar_is_not_live_while_the_trainer_is_silent(desk: Desk) -> None:
    desk.wait(0.1, Silent(since_s=2.0))
    silent = desk.screen._bar_view().is_lit

    desk.wait(0.1, Heard())

    assert (silent, desk.screen._bar_view().is_lit) == (False, True)


def test_bar_of_a_run_that_ended_goes_to_its_end(desk: Desk) -> None:
    desk.wait(0, Ended(reason=EndReason.DONE, text=""))

    view = desk.screen._bar_view()

    assert (view.button, view.newest) == ("END", 1)


def test_bar_says_how_long_the_video_is(desk: Desk) -> None:
    desk.watch.press(" ")
    desk.wait(0.02)
    desk.screen.filming_s = 75.4
    frame = desk.wait(0.02)

    assert frame is not None
    assert desk.screen._bar_view().recorded == "1:15"
    assert not np.any(desk.screen.picture)


def test_screen_can_be_used_before_anything_came(
    make_source: Callable[..., Any], painters: Any
) -> None:
    desk = Desk(make_source(ends=False), painters)
    desk.wait()
    for x in range(0, SIZE[0], 40):
        desk.click(x)
        desk.click(x, 300)

    assert desk.wait(0.02) is not None
