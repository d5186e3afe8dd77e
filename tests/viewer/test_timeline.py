from collections.abc import Callable

import numpy as np
import pytest

from protocol.events import Arrived, Ended, Event, Heard, Joined, Missing, Silent
from protocol.messages import EndReason, Manifest
from viewer.footprint import ARRAY_BYTES, SNAPSHOT_BYTES
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
    timeline.absorb(Ended(reason=EndReason.DONE, text="", lost=4))

    assert (timeline.skipped, timeline.lost) == (2, 9)


def test_timeline_tells_silence_and_the_end(events: list[Event]) -> None:
    timeline = absorbed(events)

    timeline.absorb(Silent(since_s=3.0))
    silent = timeline.silent_s
    timeline.absorb(Heard())
    timeline.absorb(Ended(reason=EndReason.DONE, text=""))

    assert silent == 3.0
    assert timeline.silent_s is None
    assert timeline.ended is EndReason.DONE


# Of one snapshot of a network of 4-3-2.
BYTES = SNAPSHOT_BYTES + 5 * ARRAY_BYTES + 4 * (4 + 12 + 3 + 6 + 2)


def arrive(timeline: Timeline, events: list[Event], most_bytes: int) -> None:
    for event in events:
        timeline.absorb(event)
        timeline.thin(most_bytes)


def seqs(timeline: Timeline) -> list[int]:
    return [snapshot.seq for snapshot in timeline.snapshots]


@pytest.fixture
def many(
    make_manifest: Callable[..., Manifest],
    make_events: Callable[[Manifest, int], list[Event]],
) -> list[Event]:
    return make_events(make_manifest((4, 3, 2), every=1), 100)


def test_timeline_forgets_nothing_that_fits(many: list[Event]) -> None:
    timeline = absorbed(many)

    assert not timeline.thin(100 * BYTES)
    assert (len(timeline.snapshots), timeline.stride) == (100, 1)


def test_timeline_keeps_every_second_snapshot_where_all_do_not_fit(
    many: list[Event],
) -> None:
    timeline = absorbed(many)

    assert timeline.thin(80 * BYTES)

    assert seqs(timeline) == [*range(1, 100, 2), 100]
    assert (timeline.stride, timeline.received) == (2, 100)


def test_timeline_keeps_what_is_on_screen(many: list[Event]) -> None:
    timeline = absorbed(many)

    timeline.thin(10 * BYTES, shown=(37, 51))

    assert {1, 38, 52, 100} <= set(seqs(timeline))
    assert len(timeline.snapshots) <= 10


@pytest.mark.parametrize("most", [3, 10, 33, 99])
def test_timeline_never_needs_more_than_it_may(many: list[Event], most: int) -> None:
    timeline = Timeline()

    for event in many:
        arrive(timeline, [event], most * BYTES)
        assert len(timeline.snapshots) <= most

    assert (seqs(timeline)[0], seqs(timeline)[-1]) == (1, 100)
    assert len(timeline.snapshots) > most / 3
    assert len(timeline.rows) == 100


def test_timeline_begins_a_new_run_whole(many: list[Event]) -> None:
    timeline = Timeline()
    arrive(timeline, many, 10 * BYTES)

    arrive(timeline, many[:5], 10 * BYTES)

    assert (seqs(timeline), timeline.stride) == ([1, 2, 3, 4], 1)


def test_timeline_knows_what_the_trainer_said_at_the_end(many: list[Event]) -> None:
    timeline = absorbed([*many, Ended(reason=EndReason.ERROR, text="out of memory")])

    assert timeline.ended_text == "out of memory"
