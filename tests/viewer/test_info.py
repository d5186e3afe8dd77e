import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from protocol.events import Arrived, Dropped, Ended, Event, Joined, Missing
from protocol.messages import EndReason, Manifest
from viewer.errors import ViewerError
from viewer.info import look, look_into
from viewer.sinks.stream import StreamSink

DONE = Ended(reason=EndReason.DONE, text="")
MakeSource = Callable[..., Any]
Record = Callable[[list[Event]], Path]


@pytest.fixture
def events(
    make_manifest: Callable[..., Manifest],
    make_events: Callable[[Manifest, int], list[Event]],
) -> list[Event]:
    return make_events(make_manifest((6, 4, 3)), 3)


def joined(event: Event, **changes: Any) -> Joined:
    assert isinstance(event, Joined)
    return replace(event, **changes)


def arrived(event: Event, **changes: Any) -> Arrived:
    assert isinstance(event, Arrived)
    return replace(event, **changes)


@pytest.fixture
def record(tmp_path: Path) -> Callable[[list[Event]], Path]:
    """Write events into a recording."""

    def record(events: list[Event]) -> Path:
        path = tmp_path / "run.ncast"
        sink = StreamSink(path)
        for event in events:
            sink.take(event)
        sink.close()
        return path

    return record


def test_look_into_sums_up_a_recording(events: list[Event], record: Record) -> None:
    path = record([*events, Dropped(count=2), DONE])
    with path.open("ab") as file:
        file.write(b"REC1 and no more.")

    info = look_into(path)

    assert info.as_dict() == {
        "run": "00" * 16,
        "name": "shapes",
        "kind": "mlp",
        "layers": [6, 4, 3],
        "previews": [],
        "classes": ["class 0", "class 1", "class 2"],
        "every": 25,
        "epochs": 500,
        "epoch": 50,
        "snapshots": 3,
        "first": 1,
        "last": 3,
        "loss": pytest.approx(1.4 * 0.99**50),
        "accuracy": pytest.approx(1 - 0.7 * 0.99**50),
        "metrics": {
            "loss": pytest.approx(1.4 * 0.99**50),
            "accuracy": pytest.approx(1 - 0.7 * 0.99**50),
            "held_out_loss": pytest.approx(1.5 * 0.99**50),
            "held_out_accuracy": pytest.approx(1 - 0.8 * 0.99**50),
        },
        "ended": "done",
        "viewers": None,
        "lost": 0,
        "skipped": 0,
        "dropped": 2,
        "dropped_bytes": 17,
    }


def test_look_into_says_of_which_weights_a_preview_was_streamed(
    events: list[Event], make_manifest: Callable[..., Manifest], record: Record
) -> None:
    manifest = make_manifest((6, 4, 3))
    whole = manifest.arrays[1]
    preview = replace(whole, shape=(3, 2), full_shape=whole.shape)
    arrays = (manifest.arrays[0], preview, *manifest.arrays[2:])

    path = record([joined(events[0], manifest=replace(manifest, arrays=arrays))])
    info = look_into(path)

    assert info.previews == [f"{manifest.layers[1].name}: 3 × 2 of 6 × 4"]
    assert info.previews[0] in info.table()


def test_look_into_counts_what_is_not_there(
    events: list[Event], record: Record
) -> None:
    gap = Missing(first=2, last=2)
    later = [
        arrived(event, snapshot=replace(arrived(event).snapshot, seq=seq), skipped=1)
        for event, seq in zip(events[2:], (5, 9), strict=True)
    ]

    info = look_into(record([*events[:2], gap, *later]))

    assert (info.snapshots, info.first, info.last) == (3, 1, 9)
    assert (info.lost, info.skipped) == (1 + 1 + 2, 2)
    assert info.ended is None


def test_look_into_takes_a_recording_without_snapshots(
    events: list[Event], record: Record
) -> None:
    info = look_into(record(events[:1]))

    assert (info.snapshots, info.first, info.last, info.epoch) == (0, None, None, None)
    assert info.metrics == {}


@pytest.mark.parametrize("record_number", [-1, -2])
def test_look_into_finds_damage_if_asked_for_or_if_it_comes_upon_it(
    events: list[Event], record: Record, record_number: int
) -> None:
    path = record(events)
    whole = path.read_bytes()
    records = whole.split(b"REC1")
    end = len(b"REC1".join(records[:record_number]))
    damaged = bytearray(whole)
    damaged[end + 400] ^= 1  # in the payload
    path.write_bytes(damaged)

    dropped = [look_into(path, check=check).dropped_bytes for check in (False, True)]

    seen = record_number == -1  # which is read for the epoch
    assert dropped == [(len(whole) - end) * seen, len(whole) - end]


def test_look_into_needs_no_memory_for_what_it_passes_over(
    make_manifest: Callable[..., Manifest],
    make_events: Callable[[Manifest, int], list[Event]],
    record: Record,
) -> None:
    path = record(make_events(make_manifest((1000, 100, 3), every=1), 60))

    tracemalloc.start()
    info = look_into(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert path.stat().st_size > 20 << 20
    assert info.snapshots == 60
    assert peak < 2 << 20


def test_look_into_has_no_number_for_a_loss_that_is_none(
    events: list[Event], record: Record
) -> None:
    diverged = arrived(events[3], rows=np.array([[50.0, np.nan, np.inf, 1.0, 0.5]]))

    info = look_into(record([*events[:3], diverged]))

    assert (info.loss, info.accuracy) == (None, None)


def test_look_into_raises_when_it_is_no_recording(tmp_path: Path) -> None:
    path = tmp_path / "run.ncast"
    path.write_bytes(b"a picture")

    with pytest.raises(ViewerError, match=r"cannot look into .*: expected a recording"):
        look_into(path)
    with pytest.raises(ViewerError, match=r"cannot read .*gone.ncast: no such file"):
        look_into(tmp_path / "gone.ncast")


def test_look_leaves_a_trainer_after_its_newest_snapshot(
    events: list[Event], make_source: MakeSource
) -> None:
    rows = np.zeros((51, 5))
    source = make_source(
        [joined(events[0], rows=rows, viewers=3)], events[3:], [DONE], ends=False
    )

    info = look(source)

    assert (info.snapshots, info.epoch, info.viewers) == (3, 50, 2)
    assert (info.first, info.last) == (None, 3)
    assert source.batches == [[DONE]]


def test_look_does_not_wait_for_the_first_snapshot_of_a_trainer(
    events: list[Event], make_source: MakeSource
) -> None:
    info = look(make_source([events[0]], ends=False))

    assert (info.snapshots, info.epoch, info.loss) == (0, None, None)


def test_table_has_a_line_for_each_fact(events: list[Event], record: Record) -> None:
    table = look_into(record([*events, DONE])).table()

    lines = [line.split(maxsplit=1) for line in table.splitlines()]
    assert ["layers", "6, 4, 3"] in lines
    assert ["snapshots", "3"] in lines
    assert ["viewers", "-"] in lines
    assert ["previews", "-"] in lines
    assert ["loss", "0.8470"] in lines
    assert "held out accuracy" in table
