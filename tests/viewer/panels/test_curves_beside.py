"""Curves of several runs that can be compared: the same axes, and each in the other."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from viewer.cue import cue_of
from viewer.painter import Painter
from viewer.scene import Beside, rows_shown
from viewer.timeline import Timeline

Make = Callable[..., Timeline]
NOW = cue_of(1, None, 0.5)


@pytest.fixture
def pair(make_timeline: Make) -> tuple[Timeline, Timeline]:
    """Two runs; the other one learns worse and shall take twice as long."""
    one = make_timeline((6, 4, 3), ())
    other = make_timeline((6, 8, 3), ())
    other._rows._room[:, 1] = 4.7
    assert other.manifest is not None
    other.manifest = replace(other.manifest, epochs=1000)
    return one, other


def painted(timeline: Timeline, *others: Timeline) -> Painter:
    assert timeline.manifest is not None
    painter = Painter(timeline.manifest)
    beside = tuple(Beside(each, rows_shown(each, NOW)) for each in others)
    painter.paint(timeline, NOW, beside=beside)
    return painter


def limits(painter: Painter) -> list[Any]:
    return [(axes.get_xlim(), axes.get_ylim()) for axes in painter.figure.axes]


def test_runs_beside_each_other_have_the_same_axes(
    pair: tuple[Timeline, Timeline],
) -> None:
    one, other = pair
    alone = limits(painted(one)), limits(painted(other))
    together = limits(painted(one, other)), limits(painted(other, one))

    assert alone[0] != alone[1]
    assert together[0] == together[1]
    assert together[0][0] == ((0, 1000), (0, 5))
    assert together[0][1] == ((0, 1000), (0, 1))


@pytest.mark.parametrize("epochs", [0, 500])
def test_axis_grows_for_all_where_one_has_no_end(
    pair: tuple[Timeline, Timeline], epochs: int
) -> None:
    one, other = pair
    assert one.manifest is not None
    assert other.manifest is not None
    one.manifest = replace(one.manifest, epochs=epochs)
    other.manifest = replace(other.manifest, epochs=0)

    first, second = limits(painted(one, other)), limits(painted(other, one))

    assert first == second
    assert first[0][0] == (0, max(epochs, 25))


def test_curve_of_the_other_run_goes_up_to_what_that_shows(
    pair: tuple[Timeline, Timeline],
) -> None:
    one, other = pair
    painter = painted(one, other)

    *_, line = painter.figure.axes[0].get_lines()
    assert np.asarray(line.get_xdata()).tolist() == list(range(26))
    assert set(np.asarray(line.get_ydata())) == {4.7}


def test_curve_of_the_other_run_is_seen(pair: tuple[Timeline, Timeline]) -> None:
    one, other = pair
    together, alone = painted(one, other), painted(one)

    box = together.canvas.layout.loss
    high = slice(box.top, (box.top + box.bottom) // 2), slice(box.left, box.left + 9)
    line = together.canvas.pixels[high].astype(int) - alone.canvas.pixels[high]
    assert line[..., 0].max() > 60  # orange, where the run itself has no such loss


def test_other_run_may_measure_something_else(pair: tuple[Timeline, Timeline]) -> None:
    one, other = pair
    assert other.manifest is not None
    names = ("epoch", "error", "share", "a", "b")
    other.manifest = replace(other.manifest, metrics=names, epochs=500)

    assert limits(painted(one, other)) == limits(painted(one))


def test_broken_losses_of_the_other_run_break_nothing(
    pair: tuple[Timeline, Timeline],
) -> None:
    one, other = pair
    other._rows._room[:, 1:] = np.nan

    (_, ylim), _ = limits(painted(one, other))

    assert ylim == limits(painted(one))[0][1]


def test_frame_is_painted_anew_when_the_other_run_goes_on(
    pair: tuple[Timeline, Timeline],
) -> None:
    one, other = pair
    assert one.manifest is not None
    painter = Painter(one.manifest)
    frames = [
        painter.paint(one, NOW, beside=(Beside(other, count),)).copy()
        for count in (1, 26, 26)
    ]

    assert not np.array_equal(frames[0], frames[1])
    assert np.array_equal(frames[1], frames[2])
