from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from protocol.events import Arrived, Ended, Event, Heard, Joined, Silent
from protocol.messages import EndReason, Manifest
from viewer.controls import Action
from viewer.cue import TRIAL, Cue, Phase
from viewer.options import Normalisation, Options
from viewer.watching import Watch

DONE = Ended(reason=EndReason.DONE, text="")


def test_watch_shows_that_it_waits_before_anything_came(live: Any) -> None:
    page = live.wait(0)

    assert page is not None
    assert page.shape == (360, 640, 4)
    assert len(np.unique(page)) > 10
    assert live.painters == []


def test_watch_plays_a_recording_from_the_first_snapshot_to_the_last(
    replay: Any, events: list[Event]
) -> None:
    replay.wait(0, *events, DONE)
    replay.source.ends = True
    first = replay.cue.index
    replay.wait(3)
    second = replay.cue.index
    replay.wait(20)

    assert (first, second) == (0, 1)
    assert replay.cue == Cue(4, None, Phase.LOSS, 1.0)
    assert replay.badge == "ended"


def test_watch_says_where_a_recording_that_was_cut_stops(
    replay: Any, events: list[Event]
) -> None:
    replay.wait(0, *events)
    replay.source.ends = True
    replay.wait(20)

    assert replay.badge == "the recording stops here"


def test_watch_live_goes_to_the_newest_after_a_cycle(
    live: Any, events: list[Event]
) -> None:
    live.wait(0, *events[:2])
    live.wait(0.5, *events[2:])
    live.wait(2)

    assert live.cue.index == 4


def test_watch_live_waits_at_the_loss_for_the_next_snapshot(
    live: Any, events: list[Event]
) -> None:
    live.wait(0, *events[:2])
    live.wait(5)

    assert live.cue == Cue(0, None, Phase.LOSS, 1.0)
    assert live.badge == "waiting for the trainer"


def test_watch_acknowledges_what_it_received(live: Any, events: list[Event]) -> None:
    live.wait(0, *events)

    assert live.source.acknowledged == [1, 2, 3, 4, 5]


def test_watch_receives_while_it_is_paused(live: Any, events: list[Event]) -> None:
    live.wait(0, *events[:2])
    live.watch.press(" ")
    live.wait(1, *events[2:])

    assert len(live.watch.timeline.snapshots) == 5
    assert live.cue.index == 0
    assert live.badge == "paused  ·  4 behind"


def test_watch_paints_nothing_while_nothing_changes(
    live: Any, events: list[Event]
) -> None:
    live.wait(0, *events)
    live.watch.press(" ")
    first, second = live.wait(0.02), live.wait(0.02)

    assert (first, second) == (None, None)


def test_watch_counts_the_seconds_of_silence(live: Any, events: list[Event]) -> None:
    live.wait(0, *events[:2])
    live.wait(3, Silent(since_s=2.0))
    at_first = live.badge
    live.wait(1.1)
    later = live.badge
    live.wait(0, Heard())

    assert (at_first, later) == ("stale 2 s", "stale 3 s")
    assert live.badge == "waiting for the trainer"


def test_watch_says_what_was_skipped_and_lost(live: Any, events: list[Event]) -> None:
    second = events[2]
    assert isinstance(second, Arrived)
    gap = Arrived(snapshot=second.snapshot, rows=second.rows, skipped=3, lost=2)

    live.wait(0, *events[:2], gap)

    assert live.badge == "lost 2  ·  skipped 3"


@pytest.mark.parametrize(
    ("reason", "badge"),
    [
        (EndReason.DONE, "ended"),
        (EndReason.INTERRUPTED, "ended, interrupted"),
        (EndReason.ERROR, "ended by an error"),
    ],
)
def test_watch_says_why_a_run_ended(
    live: Any, events: list[Event], reason: EndReason, badge: str
) -> None:
    live.wait(0, *events[:2], Ended(reason=reason, text=""))
    live.wait(3)

    assert live.badge == badge


def test_watch_begins_anew_when_another_run_begins(
    live: Any, events: list[Event]
) -> None:
    live.wait(0, *events)
    live.wait(3)
    live.wait(0, *events[:2])

    assert live.cue.index == 0
    assert live.badge == "new run"
    assert len(live.painters) == 2


def test_watch_goes_on_when_it_joins_the_same_run_again(
    live: Any, events: list[Event]
) -> None:
    joined = events[0]
    assert isinstance(joined, Joined)
    live.wait(0, *events[:3])
    again = Joined(
        run=joined.run,
        manifest=joined.manifest,
        rows=joined.rows,
        fresh=False,
        ended=None,
        viewers=1,
    )

    live.wait(3, again)

    assert len(live.watch.timeline.snapshots) == 2
    assert len(live.painters) == 1


def test_watch_paints_anew_at_another_size_and_theme(
    live: Any, events: list[Event]
) -> None:
    live.wait(0, *events)
    live.watch.size = (320, 180)
    live.watch.press("t")
    live.wait(0)

    assert (live.painters[-1].size, live.painters[-1].theme) == ((320, 180), "light")


def test_watch_shows_the_keys_as_long_as_asked(live: Any, events: list[Event]) -> None:
    live.wait(0, *events)
    live.watch.press(" ")
    live.watch.press("h")
    page = live.wait(0)
    live.watch.press("h")
    picture = live.wait(0)

    assert page is not None
    assert page.any()
    assert picture is not None
    assert not picture.any()


def test_watch_writes_the_list_of_keys_once(live: Any, events: list[Event]) -> None:
    live.wait(0, *events)
    live.watch.press("h")
    first, second = live.wait(0.02), live.wait(0.02)

    assert first is None  # it was painted in the frame before, and time went on
    assert second is None


def test_watch_leaves_to_the_display_what_it_cannot_do(live: Any) -> None:
    assert live.watch.press("q") is Action.QUIT
    assert live.watch.press(" ") is None


def test_watch_shows_a_remark_for_a_moment(live: Any, events: list[Event]) -> None:
    live.wait(0, *events[:2])
    live.watch.remark("saved x.png", live.now)
    live.wait(0.1)
    before = live.badge
    live.wait(3.1)

    assert before == "saved x.png"
    assert live.badge == "waiting for the trainer"


def test_watch_does_not_leap_after_it_was_held_up(
    live: Any, events: list[Event]
) -> None:
    live.wait(0, *events)
    live.now += 60
    live.watch.frame(live.now)

    assert live.cue.index == 0
    assert live.cue.fraction == pytest.approx(0.125)


def test_watch_hands_its_options_to_the_painter(
    make_source: Callable[..., Any], painters: Any, events: list[Event]
) -> None:
    options = Options(Normalisation.NETWORK, reduced_motion=True)
    watch = Watch(
        make_source(events), name="x", live=True, make=painters, options=options
    )

    watch.frame(1.0)

    assert painters.made[-1].options == [options]


def test_live_trial_shows_every_example_that_came(
    live: Any,
    make_manifest: Callable[..., Manifest],
    make_events: Callable[[Manifest, int], list[Event]],
) -> None:
    manifest = replace(make_manifest((6, 4, 3)), axis="example", every=1)

    live.wait(0, *make_events(manifest, 4))
    live.wait(9)

    assert [*dict.fromkeys(live.painters[-1].shown)] == [1, 2, 3, 4]
    assert live.cue == Cue(3, None, Phase.DECISION, 1.0, TRIAL)
