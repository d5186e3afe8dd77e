from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from protocol.events import Arrived, Ended, Event, Joined
from protocol.messages import EndReason, Manifest
from viewer.info import look

DONE = Ended(reason=EndReason.DONE, text="")
MakeSource = Callable[..., Any]


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


def test_look_sums_up_a_recording(events: list[Event], make_source: MakeSource) -> None:
    source = make_source([*events, DONE])
    source.dropped_bytes = 17

    info = look(source, live=False)

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
        "dropped_bytes": 17,
    }


def test_look_says_of_which_weights_a_preview_is_streamed(
    events: list[Event], make_manifest: Callable[..., Manifest], make_source: MakeSource
) -> None:
    manifest = make_manifest((6, 4, 3))
    whole = manifest.arrays[1]
    preview = replace(whole, shape=(3, 2), full_shape=whole.shape)
    arrays = (manifest.arrays[0], preview, *manifest.arrays[2:])
    welcome = joined(events[0], manifest=replace(manifest, arrays=arrays))

    info = look(make_source([welcome, DONE]), live=False)

    assert info.previews == [f"{manifest.layers[1].name}: 3 × 2 of 6 × 4"]
    assert info.previews[0] in info.table()


def test_look_counts_what_is_not_there(
    events: list[Event], make_source: MakeSource
) -> None:
    gap = arrived(events[2], lost=2, skipped=3)

    info = look(make_source([*events[:2], gap]), live=False)

    assert (info.snapshots, info.lost, info.skipped) == (2, 2, 3)
    assert info.ended is None


def test_look_leaves_a_trainer_after_its_newest_snapshot(
    events: list[Event], make_source: MakeSource
) -> None:
    rows = np.zeros((51, 5))
    source = make_source(
        [joined(events[0], rows=rows, viewers=3)], events[3:], [DONE], ends=False
    )

    info = look(source, live=True)

    assert (info.snapshots, info.epoch, info.viewers) == (3, 50, 2)
    assert source.batches == [[DONE]]


def test_look_does_not_wait_for_the_first_snapshot_of_a_trainer(
    events: list[Event], make_source: MakeSource
) -> None:
    info = look(make_source([events[0]], ends=False), live=True)

    assert (info.snapshots, info.epoch, info.loss) == (0, None, None)


def test_look_has_no_number_for_a_loss_that_is_none(
    events: list[Event], make_source: MakeSource
) -> None:
    diverged = arrived(events[3], rows=np.array([[50.0, np.nan, np.inf, 1.0, 0.5]]))

    info = look(make_source([*events[:3], diverged]), live=False)

    assert (info.loss, info.accuracy) == (None, None)


def test_table_has_a_line_for_each_fact(
    events: list[Event], make_source: MakeSource
) -> None:
    table = look(make_source([*events, DONE]), live=False).table()

    lines = [line.split(maxsplit=1) for line in table.splitlines()]
    assert ["layers", "6, 4, 3"] in lines
    assert ["snapshots", "3"] in lines
    assert ["viewers", "-"] in lines
    assert ["previews", "-"] in lines
    assert ["loss", "0.8470"] in lines
    assert "held out accuracy" in table
