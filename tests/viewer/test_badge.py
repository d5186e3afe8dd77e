from collections.abc import Callable

import pytest

from protocol.events import Ended
from protocol.messages import EndReason
from viewer.badge import Stream, badge
from viewer.controls import Extent, Playhead
from viewer.cue import TRIAL
from viewer.timeline import Timeline

LIVE = Stream("127.0.0.1:5556", is_live=True, silent_s=None, finished=False)
FILE = Stream("run.ncast", is_live=False, silent_s=None, finished=False)
FIVE = Extent(count=5, layers=3)
RESTING = Playhead(index=4, fraction=0.6, live=True)


@pytest.fixture
def timeline(make_timeline: Callable[..., Timeline]) -> Timeline:
    return make_timeline((6, 4, 3), (), count=5)


def words(stream: Stream, timeline: Timeline, playhead: Playhead) -> list[str]:
    text = badge(stream, timeline, playhead, FIVE)
    return text.split("  ·  ") if text else []


def test_badge_is_empty_where_all_is_as_it_should_be(timeline: Timeline) -> None:
    assert words(LIVE, timeline, Playhead(live=True)) == []
    assert words(FILE, timeline, Playhead()) == []


@pytest.mark.parametrize(
    ("playhead", "expected"),
    [
        (Playhead(index=1), ["3 behind"]),
        (Playhead(index=4), ["not live"]),
        (Playhead(index=3, playing=False), ["paused", "1 behind"]),
        (Playhead(index=1, live=True, speed=0.5), ["0.5x"]),
    ],
)
def test_badge_says_where_the_playhead_is(
    timeline: Timeline, playhead: Playhead, expected: list[str]
) -> None:
    assert words(LIVE, timeline, playhead) == expected


def test_badge_counts_the_examples_that_a_live_trial_has_still_to_show(
    timeline: Timeline,
) -> None:
    tried = Extent(count=5, layers=3, cycle=TRIAL)

    assert badge(LIVE, timeline, Playhead(index=1, live=True), tried) == "3 behind"
    assert badge(LIVE, timeline, Playhead(index=4, live=True), tried) == ""


def test_badge_of_a_recording_is_never_behind(timeline: Timeline) -> None:
    assert words(FILE, timeline, Playhead(index=1, playing=False)) == ["paused"]


def test_badge_says_at_once_that_a_live_run_has_ended(timeline: Timeline) -> None:
    timeline.absorb(Ended(reason=EndReason.DONE, text=""))

    assert words(LIVE, timeline, Playhead()) == ["ended"]
    assert words(FILE, timeline, Playhead()) == []
    assert words(FILE, timeline, RESTING) == ["ended"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("out of memory", "ended by an error: out of memory"),
        ("x" * 500, f"ended by an error: {'x' * 60}…"),
    ],
)
def test_badge_says_why_a_run_ended(
    timeline: Timeline, text: str, expected: str
) -> None:
    timeline.absorb(Ended(reason=EndReason.ERROR, text=text))

    assert words(LIVE, timeline, RESTING) == [expected]


@pytest.mark.parametrize(
    ("silent_s", "expected"),
    [(2.0, "stale 2 s"), (5.9, "stale 5 s"), (6.0, "trainer lost 6 s")],
)
def test_badge_says_how_old_the_picture_is(
    timeline: Timeline, silent_s: float, expected: str
) -> None:
    silent = Stream("x", is_live=True, silent_s=silent_s, finished=False)

    assert words(silent, timeline, RESTING) == [expected]


def test_badge_says_what_is_waited_for(timeline: Timeline) -> None:
    assert words(LIVE, Timeline(), Playhead(live=True)) == [
        "waiting for the trainer at 127.0.0.1:5556"
    ]
    assert words(LIVE, timeline, RESTING) == ["waiting for the trainer"]


def test_badge_counts_what_is_missing(timeline: Timeline) -> None:
    timeline.skipped, timeline.lost, timeline.stride = 12, 3, 2

    assert words(LIVE, timeline, Playhead(live=True)) == [
        "lost 3",
        "skipped 12",
        "thinned: every 2nd snapshot",
    ]
