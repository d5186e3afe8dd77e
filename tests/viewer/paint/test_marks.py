from itertools import combinations

import numpy as np
import pytest

from viewer.paint.marks import Mark, paint
from viewer.palette import THEMES, Theme


@pytest.fixture(params=THEMES.values(), ids=list(THEMES))
def theme(request: pytest.FixtureRequest) -> Theme:
    chosen: Theme = request.param
    return chosen


def frame_of(theme: Theme, radius: float = 12) -> np.ndarray:
    """Paint a frame with one bright unit at (20, 20)."""
    rows, columns = np.ogrid[:41, :41]
    pixels = np.full((41, 41, 4), 255, np.uint8)
    pixels[..., :3] = theme.background
    pixels[np.hypot(rows - 20, columns - 20) <= radius, :3] = theme.saturation[200]
    return pixels


@pytest.mark.parametrize("mark", [Mark.DEAD, Mark.BROKEN])
def test_units_that_give_nothing_are_emptied(theme: Theme, mark: Mark) -> None:
    pixels = frame_of(theme)

    paint(pixels, mark, (20, 20), 12, theme)

    assert (pixels[20, 12, :3] == theme.background).all()
    assert (pixels[20, 20, :3] == mark.colour(theme)).all()


def test_saturated_unit_keeps_its_disc_within_two_rings(theme: Theme) -> None:
    pixels = frame_of(theme)

    paint(pixels, Mark.SATURATED, (20, 20), 12, theme)

    on_row = (pixels[20, :20, :3] == theme.ink).all(axis=1)
    assert (pixels[20, 20, :3] == theme.saturation[200]).all()
    assert np.count_nonzero(np.diff(on_row.astype(int)) == 1) == 2


def test_marks_differ_in_shape_not_in_colour_only(theme: Theme) -> None:
    shapes = []
    for mark in Mark:
        pixels = frame_of(theme)
        paint(pixels, mark, (20, 20), 12, theme)
        shapes.append((pixels[..., :3] != frame_of(theme)[..., :3]).any(axis=-1))

    for one, other in combinations(shapes, 2):
        assert np.count_nonzero(one != other) > 100


@pytest.mark.parametrize("mark", list(Mark))
@pytest.mark.parametrize("centre", [(0, 0), (40, 20.5), (-30, 20), (20, 90)])
def test_mark_at_the_rim_of_a_frame_is_cut(
    theme: Theme, mark: Mark, centre: tuple[float, float]
) -> None:
    whole, cut = np.zeros((200, 200, 4), np.uint8), np.zeros((41, 41, 4), np.uint8)

    paint(whole, mark, (centre[0] + 80, centre[1] + 80), 12, theme)
    paint(cut, mark, centre, 12, theme)

    np.testing.assert_array_equal(cut, whole[80:121, 80:121])


@pytest.mark.parametrize("mark", list(Mark))
def test_mark_stays_within_one_and_a_half_radii(theme: Theme, mark: Mark) -> None:
    pixels = np.full((61, 61, 4), 7, np.uint8)

    paint(pixels, mark, (30, 30), 12, theme)

    rows, columns = np.nonzero((pixels != 7).any(axis=-1))
    assert np.hypot(rows - 30, columns - 30).max() <= 18
