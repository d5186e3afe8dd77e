from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from protocol.messages import Rows
from protocol.rows import RowLog
from viewer.cue import cue_of
from viewer.painter import Painter
from viewer.panels.curve import round_up
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


@pytest.mark.parametrize("broken", [np.nan, np.inf])
def test_curve_breaks_where_it_is_not_finite(
    make_timeline: Make, broken: float
) -> None:
    timeline = make_timeline()
    room(timeline)[5:9, 1] = broken

    painter = painted(timeline)

    _, loss, _ = painter.figure.axes[0].get_lines()
    drawn = np.asarray(loss.get_ydata())
    assert np.isnan(drawn[5:9]).all()
    assert np.isfinite(np.delete(drawn, slice(5, 9))).all()


@pytest.mark.parametrize(("broken", "name"), [(np.nan, "NaN"), (np.inf, "inf")])
def test_dot_stays_at_the_last_finite_value(
    make_timeline: Make, broken: float, name: str
) -> None:
    timeline = make_timeline()
    room(timeline)[20:, 1] = broken

    painter = painted(timeline)

    dot = painter.figure.axes[0].get_lines()[2]
    assert np.asarray(dot.get_xdata()).tolist() == [19]
    assert np.asarray(dot.get_ydata()).tolist() == [timeline.rows[19, 1]]
    assert name in texts_of(painter)


def test_axis_is_that_of_the_largest_finite_loss(make_timeline: Make) -> None:
    timeline = make_timeline()
    room(timeline)[:, 1] = 0.5
    room(timeline)[:, 3] = 0.3
    room(timeline)[[4, 6], 1] = 1.7, np.inf

    painter = painted(timeline)

    assert painter.figure.axes[0].get_ylim() == (0, 2)
    assert {"0", "2", "0%", "100%"} <= set(texts_of(painter))


def test_negative_losses_have_room(make_timeline: Make) -> None:
    timeline = make_timeline()
    room(timeline)[:, [1, 3]] = -3.4

    painter = painted(timeline)

    assert painter.figure.axes[0].get_ylim() == (-4, 0)


def test_newest_row_of_a_long_run_is_drawn(make_timeline: Make) -> None:
    timeline = make_timeline()
    assert timeline.manifest is not None
    rows = np.zeros((100_003, timeline.rows.shape[1]))
    rows[:, 0] = np.arange(len(rows))
    rows[:, 1] = 1.0
    replace_rows(timeline, rows)
    timeline.snapshots[1] = replace(timeline.snapshots[1], epoch=len(rows))

    painter = painted(timeline)

    drawn = np.asarray(painter.figure.axes[0].get_lines()[1].get_xdata())
    assert drawn[-1] == 100_002
    box, theme = painter.canvas.layout.loss, painter.canvas.theme
    assert tuple(painter.canvas.pixels[box.top, box.right - 1, :3]) == theme.negative


def test_outlier_leaves_the_others_their_room(make_timeline: Make) -> None:
    timeline = make_timeline()
    room(timeline)[:, 1] = 0.5
    room(timeline)[:, 3] = 0.3
    room(timeline)[[4, 20], 1] = 1e30, 4.7

    painter = painted(timeline)

    assert painter.figure.axes[0].get_ylim() == (0, 5)
    loss = painter.figure.axes[0].get_lines()[1]
    assert np.asarray(loss.get_ydata())[4] == 1e30


def test_dot_of_a_value_out_of_scale_is_at_the_end_of_the_axis(
    make_timeline: Make,
) -> None:
    timeline = make_timeline()
    room(timeline)[:, 1] = 0.5
    room(timeline)[24:, 1] = 1e9

    painter = painted(timeline)

    box, theme = painter.canvas.layout.loss, painter.canvas.theme
    x = box.left + round(25 * (box.width - 1) / 500)
    assert tuple(painter.canvas.pixels[box.top + 1, x + 2, :3]) == theme.negative
    assert "1.0e9" in texts_of(painter)


def test_axis_of_a_run_without_an_end_grows_in_steps(make_timeline: Make) -> None:
    timeline = make_timeline(count=12)
    assert timeline.manifest is not None
    timeline.manifest = replace(timeline.manifest, epochs=0)
    painter = Painter(timeline.manifest)

    ends = []
    for index in range(12):
        painter.paint(timeline, cue_of(index, None, 0.5))
        ends.append(painter.figure.axes[0].get_xlim()[1])

    assert ends == [10, 25, 50, 80, 100, 150, 150, 200, 200, 250, 250, 300]


def test_playing_on_draws_the_curves_of_jumping_there(make_timeline: Make) -> None:
    timeline = make_timeline(count=12)
    room(timeline)[:, 1] += np.sin(np.arange(len(timeline.rows)) ** 2)
    room(timeline)[90:100, 1] = np.nan
    assert timeline.manifest is not None
    played, jumped = Painter(timeline.manifest), Painter(timeline.manifest)

    for index, fraction in [(k, f) for k in range(10) for f in (0.6, 0.7, 0.8, 0.9)]:
        played.paint(timeline, cue_of(index, index + 1, fraction))
    for index in (11, 3, 9):
        following = index + 1 if index < 11 else None
        jumped.paint(timeline, cue_of(index, following, 0.9))

    np.testing.assert_array_equal(played.canvas.pixels, jumped.canvas.pixels)


def test_moment_before_anything_was_measured_has_no_curve(make_timeline: Make) -> None:
    timeline = make_timeline()
    replace_rows(timeline, timeline.rows[10:])
    fresh, painter = painted(timeline, 0), painted(timeline, 1)

    painter.paint(timeline, cue_of(0, None, 0.5))

    box = painter.canvas.layout.loss
    np.testing.assert_array_equal(
        painter.canvas.pixels[box.slices], fresh.canvas.pixels[box.slices]
    )
    assert len(np.asarray(painter.figure.axes[0].get_lines()[1].get_xdata())) == 0
    assert not {"0%", "100%"} & set(texts_of(painter))


def test_both_lines_are_explained_where_there_are_two(make_timeline: Make) -> None:
    timeline, alone = make_timeline(), make_timeline()
    room(alone)[:, 3:] = np.nan

    assert {"training", "held-out"} <= set(texts_of(painted(timeline)))
    assert "training" not in texts_of(painted(alone))


@pytest.mark.parametrize(
    ("value", "end"), [(1.7, 2), (2, 2), (0.21, 0.25), (1050, 1200), (9e-7, 1e-6)]
)
def test_axes_end_at_round_numbers(value: float, end: float) -> None:
    assert round_up(value) == pytest.approx(end)
