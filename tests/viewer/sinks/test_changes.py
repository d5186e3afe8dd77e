import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from viewer.layout import Box
from viewer.sinks.changes import changed_boxes

SIZE = (120, 160)
PLACES = st.tuples(st.integers(0, SIZE[0] - 1), st.integers(0, SIZE[1] - 1))


def test_no_box_where_nothing_changed() -> None:
    frame = np.zeros((*SIZE, 4), np.uint8)

    assert changed_boxes(frame, frame.copy()) == []


def test_boxes_are_as_small_as_what_changed() -> None:
    before = np.zeros((*SIZE, 4), np.uint8)
    after = before.copy()
    after[10:20, 30:50, 1] = 1
    after[100, 159] = 255

    assert changed_boxes(before, after) == [
        Box(30, 10, 50, 20),
        Box(159, 100, 160, 101),
    ]


def test_boxes_of_rows_that_are_near_are_one() -> None:
    before = np.zeros((*SIZE, 4), np.uint8)
    after = before.copy()
    after[10, 5] = after[20, 50] = 1

    assert changed_boxes(before, after) == [Box(5, 10, 51, 21)]


def test_boxes_of_a_part_of_a_frame() -> None:
    before = np.zeros((*SIZE, 4), np.uint8)
    after = before.copy()
    after[3, 4] = 9

    assert changed_boxes(before[:50, :60], after[:50, :60]) == [Box(4, 3, 5, 4)]


@given(st.lists(PLACES, max_size=20))
def test_copying_the_boxes_makes_frames_equal(places: list[tuple[int, int]]) -> None:
    before = np.zeros((*SIZE, 4), np.uint8)
    after = before.copy()
    for y, x in places:
        after[y, x, (x + y) % 3] += 1

    for box in changed_boxes(before, after):
        before[box.slices] = after[box.slices]

    np.testing.assert_array_equal(before, after)
