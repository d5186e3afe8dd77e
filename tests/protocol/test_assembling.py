import zlib
from typing import Any

import numpy as np
import pytest

from protocol import limits
from protocol.assembling import Assembler
from protocol.errors import DecodeError
from protocol.events import Arrived, Ended, Event, Joined, Missing
from protocol.messages import (
    VERSION,
    ArraySpec,
    Beat,
    End,
    EndReason,
    Gap,
    LayerSpec,
    Manifest,
    Probe,
    SnapshotPart,
    Want,
    Welcome,
)

RUN = b"r" * 16
PARTS = 3
MANIFEST = Manifest(
    name="test",
    kind="mlp",
    axis="epoch",
    layers=(LayerSpec(name="input", units=5, activation=""),),
    arrays=(ArraySpec(kind="activation", layer=0, dtype="<f4", shape=(5,)),),
    metrics=("epoch", "loss"),
    classes=(),
    input_shape=(),
    every=1,
    epochs=0,
    started=0.0,
)


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PART_BYTES", 8)


def welcome(**changes: Any) -> Welcome:
    fields: dict[str, Any] = {
        "version": VERSION,
        "nonce": bytes(8),
        "run": RUN,
        "seq": 0,
        "oldest": 0,
        "manifest": MANIFEST,
        "rows": table(),
        "ended": None,
        "viewers": 1,
    }
    return Welcome(**fields | changes)


def table(*epochs: float) -> Any:
    return np.array([(epoch, 0.5) for epoch in epochs]).reshape(-1, 2)


def part(seq: int, index: int, **changes: Any) -> SnapshotPart:
    payload = bytes([seq]) * (8 if index < PARTS - 1 else 4)
    fields: dict[str, Any] = {
        "run": RUN,
        "seq": seq,
        "epoch": seq,
        "step": seq,
        "time": 0.0,
        "probe": Probe(index=0, label=None),
        "skip": 0,
        "rows": table() if index else table(seq),
        "part": index,
        "parts": PARTS,
        "crc": zlib.crc32(payload),
        "payload": memoryview(payload),
    }
    return SnapshotPart(**fields | changes)


def send(assembler: Assembler, seq: int, **changes: Any) -> list[Event]:
    events = []
    for index in range(PARTS):
        events += assembler.feed(part(seq, index, **changes))
    return events


def joined(want: Want | None = Want.ALL, **changes: Any) -> Assembler:
    assembler = Assembler(want)
    assembler.feed(welcome(**changes))
    return assembler


def end(seq: int) -> End:
    return End(run=RUN, seq=seq, reason=EndReason.DONE)


def only(events: list[Event]) -> Any:
    assert len(events) == 1
    return events[0]


def test_assembler_gives_a_snapshot_when_its_last_part_is_there() -> None:
    assembler = joined()

    first = assembler.feed(part(1, 0)) + assembler.feed(part(1, 1))
    arrived = only(assembler.feed(part(1, 2)))

    assert first == []
    assert isinstance(arrived, Arrived)
    array = arrived.snapshot.arrays["activation", 0]
    np.testing.assert_array_equal(array.view(np.uint8), 1)
    assert not array.flags.writeable


def test_assembler_says_nothing_before_the_welcome() -> None:
    assembler = Assembler()

    assert send(assembler, 1) == assembler.feed(end(1)) == []


def test_assembler_leaves_other_runs_alone() -> None:
    assembler = joined()

    events = send(assembler, 1, run=b"o" * 16)

    assert events == []
    assert assembler.seq == 0


def test_assembler_says_nothing_to_a_beat() -> None:
    assert joined().feed(Beat(run=RUN, seq=7, up=1.0, dropped=0)) == []


def test_assembler_drops_a_snapshot_whose_part_is_missing() -> None:
    assembler = joined()

    assembler.feed(part(1, 0))
    assert assembler.feed(part(1, 2)) == []
    arrived = only(send(assembler, 2))

    assert arrived.snapshot.seq == 2
    assert arrived.lost == assembler.lost == 1


def test_assembler_drops_a_snapshot_whose_parts_come_in_another_order() -> None:
    assembler = joined()

    events = [assembler.feed(part(1, index)) for index in (0, 2, 1)]

    assert events == [[], [], []]


def test_assembler_does_not_mix_the_parts_of_two_snapshots() -> None:
    assembler = joined()
    assembler.feed(part(1, 0))

    events = assembler.feed(part(2, 1)) + assembler.feed(part(2, 2))

    assert events == []


def test_assembler_drops_half_a_snapshot_when_it_is_welcomed_again() -> None:
    assembler = joined()
    assembler.feed(part(1, 0))
    assembler.feed(part(1, 1))

    assembler.feed(welcome())

    assert assembler.feed(part(1, 2)) == []


def test_assembler_keeps_the_rows_of_a_snapshot_that_never_became_whole() -> None:
    assembler = joined()

    assembler.feed(part(1, 0))
    arrived = only(send(assembler, 2))

    assert list(arrived.rows[:, 0]) == [1, 2]


def test_assembler_keeps_the_rows_of_a_duplicate() -> None:
    assembler = joined()
    send(assembler, 1)

    duplicate = send(assembler, 1, rows=table(8))
    arrived = only(send(assembler, 2))

    assert duplicate == []
    assert assembler.duplicates == 1
    assert arrived.rows[0, 0] == 8


def test_assembler_forgets_waiting_rows_when_a_welcome_brings_them_all() -> None:
    assembler = joined()
    assembler.feed(part(1, 0))

    again = only(assembler.feed(welcome(rows=table(0, 1))))
    arrived = only(send(assembler, 2))

    assert not again.fresh
    assert list(again.rows[:, 0]) == [0, 1]
    assert list(arrived.rows[:, 0]) == [2]


@pytest.mark.parametrize(
    ("skip", "skipped", "lost"), [(0, 0, 4), (3, 3, 1), (4, 4, 0), (9, 4, 0)]
)
def test_assembler_tells_skipped_from_lost(skip: int, skipped: int, lost: int) -> None:
    assembler = joined()

    arrived = only(send(assembler, 5, skip=skip))

    assert (arrived.skipped, arrived.lost) == (skipped, lost)
    assert (assembler.skipped, assembler.lost) == (skipped, lost)


def test_assembler_counts_from_the_newest_when_the_viewer_is_live() -> None:
    assembler = joined(Want.LIVE, seq=7, oldest=1)

    arrived = only(send(assembler, 9, skip=2))

    assert (arrived.skipped, arrived.lost) == (2, 0)


def test_assembler_counts_from_the_first_snapshot_of_a_recording() -> None:
    assembler = joined(None)

    first = only(send(assembler, 7, skip=2))
    second = only(send(assembler, 9))

    assert (first.skipped, first.lost) == (2, 0)
    assert (second.skipped, second.lost) == (0, 1)


def test_assembler_counts_from_a_gap_when_a_recording_begins_with_one() -> None:
    assembler = joined(None)

    missing = assembler.feed(Gap(run=RUN, first=4, last=6))

    assert missing == [Missing(first=4, last=6)]
    assert (assembler.missing, assembler.lost) == (3, 0)


def test_assembler_tells_a_gap_only_as_far_as_it_is_news() -> None:
    assembler = joined()
    send(assembler, 1)
    send(assembler, 2)

    old = assembler.feed(Gap(run=RUN, first=1, last=2))
    new = assembler.feed(Gap(run=RUN, first=2, last=4))

    assert old == []
    assert new == [Missing(first=3, last=4)]
    assert (assembler.missing, assembler.seq) == (2, 4)


def test_assembler_counts_what_is_missing_before_a_gap_as_lost() -> None:
    assembler = joined()

    assembler.feed(Gap(run=RUN, first=3, last=4))

    assert (assembler.lost, assembler.missing) == (2, 2)


def test_assembler_holds_the_end_back_until_the_last_snapshot() -> None:
    assembler = joined()

    early = assembler.feed(end(1))
    events = send(assembler, 1)
    again = assembler.feed(end(1))

    assert early == again == []
    assert isinstance(events[0], Arrived)
    assert events[1:] == [Ended(reason=EndReason.DONE, text="")]


def test_assembler_gives_up_what_is_owed_after_the_end() -> None:
    assembler = joined()
    assembler.feed(end(3))

    events = assembler.give_up()

    assert events == [Ended(reason=EndReason.DONE, text="")]
    assert assembler.lost == 3
    assert assembler.give_up() == []


def test_assembler_does_not_give_up_while_the_run_goes_on() -> None:
    assert joined().give_up() == []


def test_assembler_tells_the_end_of_a_run_without_snapshots() -> None:
    events = Assembler(Want.ALL).feed(welcome(ended=EndReason.ERROR))

    assert isinstance(events[0], Joined)
    assert events[1:] == [Ended(reason=EndReason.ERROR, text="")]


def test_assembler_begins_again_when_a_new_run_is_welcomed() -> None:
    assembler = joined()
    send(assembler, 5)
    assembler.feed(end(5))

    again = only(assembler.feed(welcome(run=b"o" * 16)))

    assert again.fresh
    assert (assembler.seq, assembler.lost, assembler.end) == (0, 0, None)


@pytest.mark.parametrize(
    "changes",
    [{"parts": 4}, {"payload": memoryview(bytes(7))}, {"rows": np.zeros((1, 3))}],
)
def test_assembler_raises_when_a_part_does_not_fit_the_manifest(
    changes: dict[str, Any],
) -> None:
    assembler = joined()

    with pytest.raises(DecodeError, match="at snap"):
        assembler.feed(part(1, 0, **changes))

    assert only(send(assembler, 1)).snapshot.seq == 1
