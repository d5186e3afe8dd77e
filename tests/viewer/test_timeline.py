from collections.abc import Callable

import numpy as np
import pytest

from protocol.events import Arrived, Ended, Event, Heard, Joined, Missing, Silent
from protocol.messages import EndReason, Manifest
from viewer.timeline import Timeline


@pytest.fixture
def events(
    make_manifest: Callable[..., Manifest],
    make_events: Callable[[Manifest, int], list[Event]],
) -> list[Event]:
    return make_events(make_manifest((4, 3, 2)), 3)


def absorbed(events: list[Event]) -> Timeline:
    timeline = Timeline()
    for event in events:
        timeline.absorb(event)
    return timeline


def test_timeline_keeps_snapshots_and_rows_in_order(events: list[Event]) -> None:
    timeline = absorbed(events)

    assert [snapshot.seq for snapshot in timeline.snapshots] == [1, 2, 3]
    np.testing.assert_array_equal(timeline.rows[:, 0], np.arange(51))


def test_timeline_starts_anew_when_a_new_run_joins(events: list[Event]) -> None:
    timeline = absorbed(events)

    timeline.absorb(events[0])

    assert timeline.snapshots == []
    assert len(timeline.rows) == 0


def test_timeline_keeps_its_snapshots_when_the_same_run_resumes(
    events: list[Event], make_manifest: Callable[..., Manifest]
) -> None:
    timeline = absorbed(events)
    rows = timeline.rows.copy()

    timeline.absorb(
        Joined(
            run=timeline.run,
            manifest=make_manifest((4, 3, 2)),
            rows=rows,
            fresh=False,
            ended=None,
            viewers=1,
        )
    )

    assert len(timeline.snapshots) == 3
    np.testing.assert_array_equal(timeline.rows, rows)


def test_timeline_counts_what_was_skipped_and_what_was_lost(
    events: list[Event],
) -> None:
    timeline = absorbed(events[:2])
    late = events[3]
    assert isinstance(late, Arrived)

    timeline.absorb(Arrived(snapshot=late.snapshot, rows=late.rows, skipped=2, lost=1))
    timeline.absorb(Missing(first=5, last=8))

    assert (timeline.skipped, timeline.lost) == (2, 5)


def test_timeline_tells_silence_and_the_end(events: list[Event]) -> None:
    timeline = absorbed(events)

    timeline.absorb(Silent(since_s=3.0))
    silent = timeline.silent_s
    timeline.absorb(Heard())
    timeline.absorb(Ended(reason=EndReason.DONE, text=""))

    assert silent == 3.0
    assert timeline.silent_s is None
    assert timeline.ended is EndReason.DONE
