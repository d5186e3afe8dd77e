"""Inputs that are no pictures, read back from the frame."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from viewer.cue import cue_of
from viewer.painter import Painter
from viewer.timeline import Timeline

Make = Callable[..., Timeline]
Frame = NDArray[np.uint8]


def painter_of(timeline: Timeline, theme: str = "dark") -> Painter:
    assert timeline.manifest is not None
    return Painter(timeline.manifest, (1280, 720), theme)


def texts_of(painter: Painter) -> list[str]:
    return [label.text for label in painter.canvas.labels if label.text]


def columns_of(painter: Painter, colour: tuple[int, int, int]) -> NDArray[np.intp]:
    """Find the columns of the input's box that have a colour."""
    box = painter.canvas.layout.picture
    inside = painter.canvas.pixels[box.slices][..., :3]
    return np.flatnonzero((inside == colour).all(axis=2).any(axis=0))


def test_each_of_few_values_is_written_and_has_a_bar(make_timeline: Make) -> None:
    timeline = make_timeline((3, 4, 2), ())
    timeline.snapshots[0].arrays["activation", 0][:] = 2.0, -1.0, 0.0
    painter = painter_of(timeline)

    painter.paint(timeline, cue_of(0, 1, 0.3))

    theme = painter.canvas.theme
    assert {"3 inputs", "2.000", "−1.000", "0.000"} <= set(texts_of(painter))
    right = columns_of(painter, theme.positive)
    left = columns_of(painter, theme.negative)
    assert left.max() < right.min()
    assert len(right) == pytest.approx(2 * len(left), abs=8)


def test_each_of_many_values_is_a_cell_in_the_colour_of_its_sign(
    make_timeline: Make,
) -> None:
    timeline = make_timeline((100, 4, 2), ())
    values = timeline.snapshots[0].arrays["activation", 0]
    values[:] = 0
    values[0], values[99], values[9] = 3.0, -3.0, np.nan
    painter = painter_of(timeline)

    painter.paint(timeline, cue_of(0, 1, 0.3))

    theme, box = painter.canvas.theme, painter.canvas.layout.picture
    pixels = painter.canvas.pixels[..., :3]
    assert tuple(pixels[box.top + 3, box.left + 3]) == theme.positive
    assert tuple(pixels[box.bottom - 3, box.right - 3]) == theme.negative
    assert tuple(pixels[box.top + 3, box.right - 3]) == theme.wrong
    assert tuple(pixels[box.bottom - 3, box.left + 3]) == theme.panel
    assert "100 inputs" in texts_of(painter)


def test_value_that_is_not_finite_is_said_and_has_no_bar(make_timeline: Make) -> None:
    timeline = make_timeline((2, 4, 2), ())
    timeline.snapshots[0].arrays["activation", 0][:] = np.nan, np.inf
    painter = painter_of(timeline)

    painter.paint(timeline, cue_of(0, 1, 0.3))

    theme = painter.canvas.theme
    assert {"NaN", "inf"} <= set(texts_of(painter))
    assert not len(columns_of(painter, theme.positive))
    assert not len(columns_of(painter, theme.negative))


@pytest.mark.parametrize("units", [3, 30, 31])
def test_next_example_comes_bit_by_bit(make_timeline: Make, units: int) -> None:
    timeline = make_timeline((units, 4, 2), ())
    painter = painter_of(timeline)
    box = painter.canvas.layout.picture

    def strip(index: int, fraction: float) -> Frame:
        following = index + 1 if index == 0 else None
        frame = painter.paint(timeline, cue_of(index, following, fraction))
        return frame[box.slices].copy()

    before, middle, after = strip(0, 0.5), strip(0, 0.97), strip(1, 0.0)

    assert (middle != before).any()
    assert (middle != after).any()
    np.testing.assert_array_equal(strip(0, 1.0), after)


def test_bars_without_room_for_words_stay_in_their_box(make_timeline: Make) -> None:
    timeline = make_timeline((5, *[4] * 20), ())
    timeline.snapshots[0].arrays["activation", 0][:] = 2.0, -1.0, 0.5, -2.0, 1.0
    assert timeline.manifest is not None
    painter = Painter(timeline.manifest, (640, 360))

    painter.paint(timeline, cue_of(0, 1, 0.3))

    width = painter.canvas.layout.picture.width
    assert columns_of(painter, painter.canvas.theme.positive).max() >= width - 2
    assert columns_of(painter, painter.canvas.theme.negative).min() <= 1
    assert "2.000" not in texts_of(painter)
