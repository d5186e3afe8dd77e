from collections.abc import Callable

import pytest

from protocol.events import Ended
from protocol.messages import EndReason
from viewer.controls import Extent, Playhead, advance, cue
from viewer.cue import TRAINING, TRIAL
from viewer.scrub import Track, hold, let_go, number_of, track_of, words_at
from viewer.timeline import Timeline

FIVE = Extent(count=5, layers=3)
LIT, RESTING = TRAINING.lit, TRAINING.rest


@pytest.fixture
def timeline(make_timeline: Callable[..., Timeline]) -> Timeline:
    """Five of 21 planned snapshots, 25 epochs apart."""
    return make_timeline((6, 4, 3), (), count=5)


def test_track_is_the_whole_planned_run(timeline: Timeline) -> None:
    track = track_of(timeline)

    assert track == Track(first=1, newest=5, planned=21)
    assert (track.share(1), track.share(11), track.share(21)) == (0, 0.5, 1)
    assert track.number(track.share(3.25)) == 3.25


def test_track_of_a_run_that_ended_is_what_there_is(timeline: Timeline) -> None:
    timeline.absorb(Ended(reason=EndReason.INTERRUPTED, text=""))

    assert track_of(timeline).planned == 5


def test_track_of_one_snapshot_has_a_beginning(
    make_timeline: Callable[..., Timeline],
) -> None:
    timeline = make_timeline((6, 4, 3), (), count=1)
    timeline.absorb(Ended(reason=EndReason.DONE, text=""))

    assert track_of(timeline).share(1) == 0


@pytest.mark.parametrize("number", [1, 1.3, 2.5, 3.54, 3.999, 4.9])
def test_hold_shows_the_moment_at_the_place(timeline: Timeline, number: float) -> None:
    held = hold(Playhead(live=True), timeline, number, whole=False)

    shown = cue(held, FIVE)
    assert number_of(timeline, shown) == pytest.approx(number)
    assert not held.live


@pytest.mark.parametrize("number", [5, 5.5, 21])
def test_hold_goes_no_further_than_the_newest(
    timeline: Timeline, number: float
) -> None:
    held = hold(Playhead(), timeline, number, whole=False)

    assert (held.index, held.fraction) == (4, RESTING)


def test_hold_goes_back_no_further_than_the_first(timeline: Timeline) -> None:
    del timeline.snapshots[:2]

    held = hold(Playhead(), timeline, 1.5, whole=False)

    assert (held.index, held.fraction) == (0, 0)


@pytest.mark.parametrize(
    ("number", "index", "fraction"),
    [(2.4, 1, LIT), (2.6, 2, LIT), (4.4, 3, LIT), (4.6, 4, RESTING)],
)
def test_hold_can_go_from_snapshot_to_snapshot(
    timeline: Timeline, number: float, index: int, fraction: float
) -> None:
    held = hold(Playhead(), timeline, number, whole=True)

    assert (held.index, held.fraction) == (index, fraction)


@pytest.mark.parametrize("number", [2.2, 2.7])
def test_time_stands_still_while_held_and_goes_on_after(
    timeline: Timeline, number: float
) -> None:
    held = hold(Playhead(), timeline, number, whole=False)

    still = advance(held, 0.1, FIVE)
    later = advance(let_go(still), 0.1, FIVE)

    assert still == held
    assert number_of(timeline, cue(later, FIVE)) == pytest.approx(number + 0.1)


def test_let_go_leaves_a_pause_as_it_was(timeline: Timeline) -> None:
    paused = Playhead(playing=False)

    assert not let_go(hold(paused, timeline, 3, whole=False)).playing


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (3, "epoch 50, snapshot 3"),
        (3.5, "epoch 50, snapshot 3"),
        (3.99, "epoch 74, snapshot 3"),
        (5, "epoch 100, snapshot 5"),
        (7, "epoch 150, to come"),
        (1, "before epoch 25, not received"),
    ],
)
def test_words_say_what_is_at_a_place(
    timeline: Timeline, number: float, words: str
) -> None:
    del timeline.snapshots[0]

    assert words_at(timeline, number) == words


@pytest.mark.parametrize(
    ("number", "words"),
    [(2, "picture 2, snapshot 2"), (2.99, "picture 2, snapshot 2"), (7, "to come")],
)
def test_words_count_the_pictures_that_are_tried(
    make_measured: Callable[..., Timeline], number: float, words: str
) -> None:
    tried = make_measured((16, 4, 3), (4, 4), count=5, axis="example")

    assert words_at(tried, number).endswith(words)


def test_words_count_the_examples_that_are_tried(
    make_measured: Callable[..., Timeline],
) -> None:
    tried = make_measured((6, 4, 3), (), count=5, axis="example")

    assert words_at(tried, 2) == "example 2, snapshot 2"


@pytest.mark.parametrize("number", [1, 1.3, 2.5, 3.95, 4.9])
def test_hold_shows_the_moment_of_a_trial_at_the_place(
    make_measured: Callable[..., Timeline], number: float
) -> None:
    tried = make_measured((6, 4, 3), (), count=5, axis="example")

    held = hold(Playhead(live=True), tried, number, whole=False)

    assert number_of(tried, cue(held, Extent(5, 3, TRIAL))) == pytest.approx(number)
