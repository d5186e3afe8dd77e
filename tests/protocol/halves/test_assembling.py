from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from protocol import limits
from protocol.assembling import Assembler
from protocol.errors import DecodeError
from protocol.events import Arrived, Ended, Event, Joined, Missing
from protocol.messages import EndReason, Want
from protocol.payload import raw

if TYPE_CHECKING:
    from protocol.messages import Manifest
    from tests.protocol.halves.conftest import Stream


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PART_BYTES", 8)


def only(events: list[Event]) -> Any:
    assert len(events) == 1
    return events[0]


def test_assembler_gives_a_snapshot_when_its_last_part_is_there(
    stream: "Stream",
) -> None:
    first = stream.part(1, 0) + stream.part(1, 1)
    arrived = only(stream.part(1, 2))

    assert first == []
    assert isinstance(arrived, Arrived)
    array = arrived.snapshot.arrays["activation", 0]
    np.testing.assert_array_equal(array.view(np.uint8), 1)
    assert not array.flags.writeable


def test_assembler_says_nothing_before_the_welcome(stream: "Stream") -> None:
    stream.assembler = Assembler()

    assert stream.snapshot(1) == stream.end(1) == []


def test_assembler_leaves_other_runs_alone(stream: "Stream") -> None:
    events = stream.snapshot(1, run=b"o" * 16)

    assert events == []
    assert stream.assembler.seq == 0


def test_assembler_says_nothing_to_a_beat(stream: "Stream") -> None:
    assert stream.beat() == []


def test_assembler_drops_a_snapshot_whose_part_is_missing(stream: "Stream") -> None:
    stream.part(1, 0)
    assert stream.part(1, 2) == []
    arrived = only(stream.snapshot(2))

    assert arrived.snapshot.seq == 2
    assert arrived.lost == stream.assembler.lost == 1


def test_assembler_drops_a_snapshot_whose_parts_come_in_another_order(
    stream: "Stream",
) -> None:
    events = [stream.part(1, index) for index in (0, 2, 1)]

    assert events == [[], [], []]


def test_assembler_does_not_mix_the_parts_of_two_snapshots(stream: "Stream") -> None:
    stream.part(1, 0)

    events = stream.part(2, 1) + stream.part(2, 2)

    assert events == []


def test_assembler_drops_half_a_snapshot_when_it_is_welcomed_again(
    stream: "Stream",
) -> None:
    stream.part(1, 0)
    stream.part(1, 1)

    stream.welcome()

    assert stream.part(1, 2) == []


def test_assembler_keeps_the_rows_of_a_snapshot_that_never_became_whole(
    stream: "Stream",
) -> None:
    stream.part(1, 0)
    arrived = only(stream.snapshot(2))

    assert list(arrived.rows[:, 0]) == [1, 2]


def test_assembler_keeps_the_rows_of_a_duplicate(stream: "Stream") -> None:
    stream.snapshot(1)

    duplicate = stream.snapshot(1, rows=np.array([(8, 0.5)]))
    arrived = only(stream.snapshot(2))

    assert duplicate == []
    assert stream.assembler.duplicates == 1
    assert arrived.rows[0, 0] == 8


def test_assembler_forgets_waiting_rows_when_a_welcome_brings_them_all(
    stream: "Stream",
) -> None:
    stream.part(1, 0)

    again = only(stream.welcome(rows=np.array([(0, 0.5), (1, 0.5)])))
    arrived = only(stream.snapshot(2))

    assert not again.fresh
    assert list(again.rows[:, 0]) == [0, 1]
    assert list(arrived.rows[:, 0]) == [2]


@pytest.mark.parametrize(
    ("skip", "skipped", "lost"), [(0, 0, 4), (3, 3, 1), (4, 4, 0), (9, 4, 0)]
)
def test_assembler_tells_skipped_from_lost(
    stream: "Stream", skip: int, skipped: int, lost: int
) -> None:
    arrived = only(stream.snapshot(5, skip=skip))

    assert (arrived.skipped, arrived.lost) == (skipped, lost)
    assert (stream.assembler.skipped, stream.assembler.lost) == (skipped, lost)


def test_assembler_counts_from_the_newest_when_the_viewer_is_live(
    make_stream: "Callable[..., Stream]",
) -> None:
    stream = make_stream(Want.LIVE, seq=7, oldest=1)

    arrived = only(stream.snapshot(9, skip=2))

    assert (arrived.skipped, arrived.lost) == (2, 0)


def test_assembler_counts_from_the_first_snapshot_of_a_recording(
    make_stream: "Callable[..., Stream]",
) -> None:
    stream = make_stream(None)

    first = only(stream.snapshot(7, skip=2))
    second = only(stream.snapshot(9))

    assert (first.skipped, first.lost) == (2, 0)
    assert (second.skipped, second.lost) == (0, 1)


def test_assembler_counts_from_a_gap_when_a_recording_begins_with_one(
    make_stream: "Callable[..., Stream]",
) -> None:
    stream = make_stream(None)

    missing = stream.gap(4, 6)

    assert missing == [Missing(first=4, last=6)]
    assert (stream.assembler.missing, stream.assembler.lost) == (3, 0)


def test_assembler_tells_a_gap_only_as_far_as_it_is_news(stream: "Stream") -> None:
    stream.snapshot(1)
    stream.snapshot(2)

    old = stream.gap(1, 2)
    new = stream.gap(2, 4)

    assert old == []
    assert new == [Missing(first=3, last=4)]
    assert (stream.assembler.missing, stream.assembler.seq) == (2, 4)


def test_assembler_counts_what_is_missing_before_a_gap_as_lost(
    stream: "Stream",
) -> None:
    stream.gap(3, 4)

    assert (stream.assembler.lost, stream.assembler.missing) == (2, 2)


def test_assembler_holds_the_end_back_until_the_last_snapshot(stream: "Stream") -> None:
    early = stream.end(1)
    events = stream.snapshot(1)
    again = stream.end(1)

    assert early == again == []
    assert isinstance(events[0], Arrived)
    assert events[1:] == [Ended(reason=EndReason.DONE, text="")]


def test_assembler_gives_up_what_is_owed_after_the_end(stream: "Stream") -> None:
    stream.end(3)

    events = stream.assembler.give_up()

    assert events == [Ended(reason=EndReason.DONE, text="", lost=3)]
    assert stream.assembler.lost == 3
    assert stream.assembler.give_up() == []


def test_assembler_does_not_give_up_while_the_run_goes_on(stream: "Stream") -> None:
    assert stream.assembler.give_up() == []


def test_assembler_tells_the_end_of_a_run_without_snapshots(
    make_stream: "Callable[..., Stream]",
) -> None:
    stream = make_stream(ended=EndReason.ERROR)

    assert isinstance(stream.joined[0], Joined)
    assert stream.joined[1:] == [Ended(reason=EndReason.ERROR, text="")]


def test_assembler_begins_again_when_a_new_run_is_welcomed(stream: "Stream") -> None:
    stream.snapshot(5)
    stream.end(5)

    again = only(stream.welcome(run=b"o" * 16))

    assert again.fresh
    assert (stream.assembler.seq, stream.assembler.lost, stream.assembler.end) == (
        0,
        0,
        None,
    )


def test_assembler_begins_again_when_the_manifest_is_another(
    stream: "Stream", small: "Manifest"
) -> None:
    stream.snapshot(1)

    joined = only(stream.welcome(manifest=replace(small, metrics=("epoch",))))

    assert joined.fresh
    assert stream.assembler.seq == 0


def test_assembler_keeps_no_more_rows_than_a_welcome_can_hold(
    stream: "Stream", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "ROWS_BYTES", 100 * 16)
    for epoch in range(100):
        stream.part(1, 0, rows=np.array([[epoch, 0.5]]))

    with pytest.raises(DecodeError, match="at most 1600 bytes of rows before"):
        stream.part(1, 0, rows=np.array([[100, 0.5]]))
    stream.part(1, 0, rows=np.empty((0, 2)))
    arrived = [event for index in (1, 2) for event in stream.part(1, index)]

    assert only(arrived).rows[:, 0].tolist() == list(range(100))


@pytest.mark.parametrize(
    "changes",
    [{"parts": 4}, {"payload": raw(bytes(7))}, {"rows": np.zeros((1, 3))}],
)
def test_assembler_raises_when_a_part_does_not_fit_the_manifest(
    stream: "Stream", changes: dict[str, Any]
) -> None:
    with pytest.raises(DecodeError, match="at snap"):
        stream.part(1, 0, **changes)

    assert only(stream.snapshot(1)).snapshot.seq == 1
