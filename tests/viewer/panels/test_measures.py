"""Which metrics have a curve, and those that are told now and then only."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from protocol.messages import Rows
from protocol.rows import RowLog
from viewer.cue import cue_of
from viewer.painter import Painter
from viewer.timeline import Timeline

Make = Callable[..., Timeline]


def painted(timeline: Timeline, index: int = 1) -> Painter:
    assert timeline.manifest is not None
    painter = Painter(timeline.manifest)
    painter.paint(timeline, cue_of(index, None, 0.5))
    return painter


def room(timeline: Timeline) -> Rows:
    """The metric rows, to write to."""
    return timeline._rows._room[: len(timeline.rows)]


def replace_rows(timeline: Timeline, rows: Rows) -> None:
    timeline._rows = RowLog(rows.shape[1])
    timeline._rows.append(rows)


def texts_of(painter: Painter) -> list[str]:
    return [label.text for label in painter.canvas.labels if label.text]


def measuring(timeline: Timeline, *metrics: str) -> Timeline:
    """Let a run tell these metrics instead of its own."""
    assert timeline.manifest is not None
    names = "epoch", *metrics
    timeline.manifest = replace(timeline.manifest, metrics=names)
    replace_rows(timeline, timeline.rows[:, : len(names)].copy())
    return timeline


def test_run_that_tells_no_accuracy_has_no_curve_of_it(make_timeline: Make) -> None:
    painter = painted(measuring(make_timeline(), "loss"))

    assert "loss" in texts_of(painter)
    assert "accuracy" not in texts_of(painter)
    assert len(painter.figure.axes) == 1


def test_run_that_tells_only_its_accuracy_has_one_curve(make_timeline: Make) -> None:
    painter = painted(measuring(make_timeline(), "accuracy"))

    assert "accuracy" in texts_of(painter)
    assert len(painter.figure.axes) == 1


def test_run_that_measures_nothing_has_no_axes(make_timeline: Make) -> None:
    painter = painted(measuring(make_timeline()))

    assert painter.figure.axes == []
    assert not {"epochs", "0%", "100%"} & set(texts_of(painter))


def test_other_metrics_are_drawn_by_their_names_where_there_is_room(
    make_timeline: Make,
) -> None:
    timeline = measuring(make_timeline(), "f1", "loss", "r2")
    room(timeline)[:, 1] = -2.5

    painter = painted(timeline)

    assert {"loss", "f1", "−2.500"} <= set(texts_of(painter))
    _, other = painter.figure.axes
    assert other.get_ylim() == (-2.5, 0)
    lines = [np.asarray(line.get_ydata()) for line in other.get_lines()]
    assert (lines[1] == -2.5).all()


def test_other_metrics_that_have_no_room_are_counted_in_the_header(
    make_timeline: Make,
) -> None:
    timeline = measuring(make_timeline(), "f1", "loss", "r2", "mae")
    room(timeline)[:, [3, 4]] = 0.375, -12.25

    painter = painted(timeline)

    assert {"r2", "0.375", "mae", "−12.250"} <= set(texts_of(painter))
    assert len(painter.figure.axes) == 2


def test_other_metric_of_held_out_examples_shares_the_curve(
    make_timeline: Make,
) -> None:
    timeline = measuring(make_timeline(), "f1", "held_out_f1")

    painter = painted(timeline)

    assert "held_out_f1" not in texts_of(painter)
    (axes,) = painter.figure.axes
    held_out, train, _ = (np.asarray(x.get_ydata()) for x in axes.get_lines())
    np.testing.assert_array_equal(train, timeline.rows[:26, 1])
    np.testing.assert_array_equal(held_out, timeline.rows[:26, 2])


def test_long_name_of_a_metric_keeps_off_its_value(make_timeline: Make) -> None:
    timeline = measuring(make_timeline(), "mean_absolute_percentage_error_of_all")

    painter = painted(timeline)

    shown = {label.text: label.box for label in painter.canvas.labels if label.box}
    title = next(box for text, box in shown.items() if text.startswith("mean_abs"))
    assert title.right < shown["1.089"].left


@pytest.mark.parametrize("column", [2, 3])
def test_metric_told_now_and_then_is_a_line_through_what_was_told(
    make_timeline: Make, column: int
) -> None:
    timeline = make_timeline()
    told = np.arange(0, len(room(timeline)), 10)
    rare = np.full(len(room(timeline)), np.nan)
    rare[told] = 0.5 + told / 1000
    room(timeline)[:, column] = rare

    painter = painted(timeline)

    axes = painter.figure.axes[0 if column == 3 else 1]
    held_out, train, _ = axes.get_lines()
    line = held_out if column == 3 else train
    assert np.asarray(line.get_xdata()).tolist() == [0, 10, 20]
    np.testing.assert_allclose(np.asarray(line.get_ydata()), [0.5, 0.51, 0.52])
    assert ("0.520" if column == 3 else "52.0%") in texts_of(painter)


def test_loss_that_is_broken_from_the_first_epoch_is_not_told_rarely(
    make_timeline: Make,
) -> None:
    timeline = make_timeline()
    room(timeline)[1:, 1] = np.nan

    painter = painted(timeline)

    broken = {
        x.text for x in painter.canvas.labels if x.colour == painter.canvas.theme.wrong
    }
    assert {"NaN", "diverged: the loss is NaN"} <= broken
