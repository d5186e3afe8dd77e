import numpy as np

from viewer.layout import Box
from viewer.paint.canvas import Canvas
from viewer.paint.cells import Cells, blends
from viewer.palette import THEMES

COLOURS = np.array([[10, 20, 30], [200, 100, 50], [0, 255, 0]], np.uint8)


def canvas() -> Canvas:
    return Canvas(64, 48, THEMES["dark"])


def test_each_cell_fills_its_part_of_the_box() -> None:
    frame, box = canvas(), Box(4, 2, 24, 12)
    before = frame.pixels.copy()

    Cells(frame, box, (2, 4), COLOURS).paint(np.array([[0, 1, 2, 0], [2, 2, 1, 1]]))

    inside = frame.pixels[box.slices]
    for row, numbers in enumerate(([0, 1, 2, 0], [2, 2, 1, 1])):
        for column, number in enumerate(numbers):
            cell = inside[5 * row : 5 * row + 5, 5 * column : 5 * column + 5]
            assert (cell[..., :3] == COLOURS[number]).all()
    assert (inside[..., 3] == 255).all()
    before[box.slices] = inside
    np.testing.assert_array_equal(frame.pixels, before)


def test_line_is_where_a_group_of_cells_ends() -> None:
    frame, box = canvas(), Box(0, 0, 20, 20)
    groups = np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1])

    Cells(frame, box, (4, 4), COLOURS, groups).paint(np.zeros((4, 4), np.intp))

    lined = (frame.pixels[box.slices][..., :3] != COLOURS[0]).any(axis=2)
    assert np.flatnonzero(lined.all(axis=1)).tolist() == [9, 19]
    assert np.flatnonzero(lined.all(axis=0)).tolist() == [4, 19]


def test_box_smaller_than_the_cells_shows_some_of_them() -> None:
    frame, box = canvas(), Box(0, 0, 2, 2)

    Cells(frame, box, (4, 4), COLOURS).paint(np.eye(4, dtype=np.intp))

    shown = frame.pixels[box.slices][..., :3]
    np.testing.assert_array_equal(shown[0, 0], COLOURS[1])
    np.testing.assert_array_equal(shown[0, 1], COLOURS[0])


def test_blends_begin_and_end_with_the_colours() -> None:
    mixed = blends((0, 0, 0), (255, 100, 10), 11)

    assert mixed[0].tolist() == [0, 0, 0]
    assert mixed[5].tolist() == [128, 50, 5]
    assert mixed[-1].tolist() == [255, 100, 10]
