import numpy as np
import pytest
from numpy.typing import NDArray

from viewer.layout import Box
from viewer.paint.class_map import ClassMap

COLOURS = ((200, 0, 0), (0, 200, 0), (0, 0, 200))
NONE = (10, 20, 30)
FRAME = Box(20, 10, 120, 110)  # 100 x 100
LOTS = np.random.default_rng(5)


def painted(cells: NDArray[np.uint8]) -> tuple[ClassMap, NDArray[np.uint8]]:
    drawn = ClassMap(FRAME, (cells.shape[0], cells.shape[1]), COLOURS, NONE)
    pixels = np.zeros((130, 140, 4), np.uint8)
    drawn.paint(pixels, drawn.picture(cells))
    return drawn, pixels[drawn.box.slices]


def colours_of(cells: NDArray[np.uint8]) -> NDArray[np.uint8]:
    table = np.full((256, 3), NONE, np.uint8)
    table[:3] = COLOURS
    return table[cells]


@pytest.mark.parametrize(("side", "zoom"), [(100, 1), (80, 1), (45, 2), (7, 14)])
def test_cells_are_whole_pixels_where_they_nearly_fill_the_frame(
    side: int, zoom: int
) -> None:
    cells = LOTS.integers(0, 3, (side, side), np.uint8)

    drawn, picture = painted(cells)

    assert drawn.is_exact
    expected = colours_of(cells).repeat(zoom, axis=0).repeat(zoom, axis=1)
    np.testing.assert_array_equal(picture[..., :3], expected)
    assert (picture[..., 3] == 255).all()


def test_map_is_in_the_middle_of_its_frame() -> None:
    drawn, _ = painted(np.zeros((40, 80), np.uint8))

    assert drawn.box == Box(30, 40, 110, 80)


def test_number_without_a_class_looks_unclassified() -> None:
    _, picture = painted(np.full((100, 100), 3, np.uint8))

    assert (picture[..., :3] == NONE).all()


@pytest.mark.parametrize("side", [60, 150, 333, 1000])
def test_scaled_map_keeps_pure_areas_pure_and_the_mean_colour(side: int) -> None:
    cells = np.zeros((side, side), np.uint8)
    cells[:, side // 2 :] = LOTS.integers(0, 3, (side, side - side // 2))

    drawn, picture = painted(cells)

    assert not drawn.is_exact
    assert picture.shape == (100, 100, 4)
    assert (picture[:, :49, :3] == COLOURS[0]).all()
    mean = colours_of(cells).mean(axis=(0, 1))
    np.testing.assert_allclose(picture[..., :3].mean(axis=(0, 1)), mean, atol=3)


def test_chequered_cells_that_share_pixels_become_an_even_tone() -> None:
    chequered = (np.indices((150, 150)).sum(axis=0) % 2).astype(np.uint8)

    _, picture = painted(chequered)

    assert (picture[1:-1, 1:-1, :3] == (100, 100, 0)).all()


def test_every_pixel_of_the_map_belongs_to_a_cell() -> None:
    drawn, _ = painted(np.zeros((150, 75), np.uint8))
    box = drawn.box

    assert drawn.cell_at(box.left, box.top) == (0, 0)
    assert drawn.cell_at(box.right - 0.01, box.bottom - 0.01) == (149, 74)
    assert drawn.cell_at(box.right, box.top) is None
    assert drawn.cell_at(box.left, box.top - 0.01) is None
