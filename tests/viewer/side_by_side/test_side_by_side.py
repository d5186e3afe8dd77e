from collections.abc import Callable
from typing import Any

import numpy as np

from protocol.events import Ended, Event
from protocol.messages import EndReason
from viewer.controls import Action

DONE = Ended(reason=EndReason.DONE, text="")


def test_frame_says_what_it_waits_for_before_anything_came(live: Any) -> None:
    page = live.wait(0)

    assert page is not None
    assert page.shape == (720, 1280, 4)
    assert live.titles == ["waiting", "waiting"]
    assert live.painters == []
    assert live.wait(0.1) is None


def test_runs_are_shown_at_the_same_epoch(
    replay: Any, events: list[Event], others: list[Event]
) -> None:
    replay.wait(0, events, others)
    seen = []
    for _ in range(8):
        seen.append((replay.pair.clock.stop, replay.shown))
        replay.wait(2.1)

    assert seen[:4] == [(0, [1, 1]), (10, [1, 2]), (20, [1, 3]), (25, [2, 3])]
    assert seen[-1] == (60, [3, 7])


def test_each_run_has_a_painter_for_its_half(
    replay: Any, events: list[Event], others: list[Event]
) -> None:
    replay.wait(0, events, others)

    sizes = [painter.size for painter in replay.painters]
    assert sizes == [(639, 694), (639, 694)]


def test_one_run_goes_on_while_nothing_comes_of_the_other(
    live: Any, events: list[Event]
) -> None:
    live.wait(0, events)
    live.wait(3)

    assert live.shown == [5]
    assert live.titles == ["live", "waiting"]


def test_everything_received_is_acknowledged(
    live: Any, events: list[Event], others: list[Event]
) -> None:
    live.wait(0, events, others)

    assert live.sources[0].acknowledged == [1, 2, 3, 4, 5]
    assert live.sources[1].acknowledged == [1, 2, 3, 4, 5, 6, 7]


def test_nothing_is_painted_while_nothing_changes(
    live: Any, events: list[Event], others: list[Event]
) -> None:
    live.wait(0, events, others)
    live.pair.press(" ")
    first, second = live.wait(0.02), live.wait(0.02)

    assert (first, second) == (None, None)


def test_only_the_run_that_changes_is_painted(
    replay: Any, events: list[Event], others: list[Event]
) -> None:
    replay.wait(0, events, others)
    replay.wait(2.1)
    before = [len(painter.cues) for painter in replay.painters]
    replay.wait(0.5)
    after = [len(painter.cues) for painter in replay.painters]

    assert after[0] == before[0]  # rests at epoch 0, while the other is at 10
    assert after[1] >= before[1] + 20


def test_size_and_theme_may_change_at_any_time(
    replay: Any, events: list[Event], others: list[Event]
) -> None:
    replay.wait(0, events, others)
    replay.pair.size = (700, 900)
    replay.pair.press("t")
    frame = replay.wait(0)

    assert frame is not None
    assert frame.shape == (900, 700, 4)
    assert [p.theme for p in replay.painters[-2:]] == ["light", "light"]


def test_frame_of_another_width_keeps_pictures_of_the_same_size(
    replay: Any, events: list[Event], others: list[Event]
) -> None:
    replay.wait(0, events, others)
    replay.pair.press(" ")
    replay.wait(0)
    for painter in replay.painters:
        painter.is_finished = True
    replay.pair.size = (1281, 720)
    frame = replay.wait(0)

    assert frame is not None
    assert not frame[200, 300, :3].any()  # painters paint black
    assert not frame[200, 900, :3].any()


def test_keys_are_listed_over_the_whole_frame(
    live: Any, events: list[Event], others: list[Event]
) -> None:
    live.wait(0, events, others)
    live.pair.press(" ")
    live.wait(0)
    live.pair.press("h")
    page = live.wait(0)
    again = live.wait(0.02)
    picture = live.pair.picture
    live.pair.press("escape")
    back = live.wait(0)

    assert page is not None
    assert page is picture
    assert again is None
    assert back is not None
    assert not back[200, 300, :3].any()


def test_display_is_left_what_it_alone_can_do(live: Any) -> None:
    assert live.pair.press("q") is Action.QUIT
    assert live.pair.press("S") is Action.SCREENSHOT
    assert live.pair.press(" ") is None


def test_budget_of_memory_is_that_of_all_runs(
    make_desk: Callable[..., Any],
    make_manifest: Callable[..., Any],
    make_events: Callable[..., list[Event]],
) -> None:
    large = make_events(make_manifest((400, 100, 3), every=1), 40)
    small = make_events(make_manifest((6, 4, 3), every=1), 40)
    desk = make_desk(most_bytes=2_000_000)
    desk.wait(0, large, small)

    lines = [pane.timeline for pane in desk.pair.panes]
    assert sum(line.size for line in lines) <= 2_000_000
    assert len(lines[0].snapshots) < 15
    assert len(lines[1].snapshots) == 40
    assert desk.pair.clock.stops == list(range(40))
    desk.wait(1)
    assert "thinned: every" in desk.titles[0]


def test_frame_of_four_runs_is_a_grid(
    make_desk: Callable[..., Any], events: list[Event], others: list[Event]
) -> None:
    desk = make_desk(4)
    frame = desk.wait(0, events, others, events, others)

    assert frame is not None
    assert len(desk.painters) == 4
    assert {painter.size for painter in desk.painters} == {(639, 333)}
    assert np.count_nonzero(frame[::2, ::2, 0] == 0) > 0.8 * frame.size / 16


def test_each_run_is_shown_with_the_curves_of_the_others(
    replay: Any, events: list[Event], others: list[Event]
) -> None:
    replay.wait(0, events, others)
    replay.pair.press("end")
    replay.wait(0.5)

    left, right = replay.painters
    lines = [pane.timeline for pane in replay.pair.panes]
    assert [(b.timeline is lines[1], b.count) for b in left.beside[-1]] == [(True, 61)]
    assert [(b.timeline is lines[0], b.count) for b in right.beside[-1]] == [
        (True, 101)
    ]
