import numpy as np
import pytest

from trainer.datasets.dataset import DatasetError
from trainer.datasets.points import Points, check_classes, held_out
from trainer.datasets.window import Window, window_of
from trainer.models.space import UNCLASSIFIED

WHOLE = Window((0.0, 0.0), (4.0, 4.0))


def points_of(places: list[tuple[float, float]], labels: list[int]) -> Points:
    return Points(
        name="few",
        places=np.array(places, np.float64).reshape(-1, 2),
        labels=np.array(labels, np.uint8),
        classes=("a", "b"),
        window=WHOLE,
        held_out_places=np.zeros((0, 2)),
        held_out_labels=np.zeros(0, np.uint8),
    )


def test_the_first_row_of_a_map_is_at_the_top() -> None:
    cells, merged = points_of([(0.5, 3.5), (3.5, 0.5)], [0, 1]).drawn(4)

    assert cells[0, 0] == 0
    assert cells[3, 3] == 1
    assert np.count_nonzero(cells != UNCLASSIFIED) == 2
    assert merged == 0


def test_the_most_frequent_class_of_a_cell_stays() -> None:
    cells, merged = points_of([(1, 1), (1.1, 1.1), (1.2, 1)], [0, 1, 1]).drawn(4)

    assert cells[2, 1] == 1
    assert merged == 2


def test_places_outside_get_the_nearest_cell_and_are_told() -> None:
    at, is_outside = WHOLE.cells(np.array([[-9.0, 2.5], [2.5, 2.5], [9.0, 9.0]]), 4)

    assert at.tolist() == [4, 6, 3]
    assert is_outside.tolist() == [True, False, True]


def test_a_window_leaves_a_margin_of_two_percent() -> None:
    window = window_of(np.array([[0.0, -1.0], [96.0, 1.0]]))

    assert window.low[0] == pytest.approx(-2)
    assert window.high[0] == pytest.approx(98)


def test_a_column_that_is_all_the_same_lies_in_the_middle() -> None:
    window = window_of(np.array([[5.0, 0.0], [5.0, 1.0]]))

    at, is_outside = window.cells(np.array([[5.0, 0.5]]), 10)
    assert at.tolist() == [45]
    assert not is_outside.any()


def test_numbers_too_far_apart_are_refused() -> None:
    with pytest.raises(ValueError, match="from"):
        window_of(np.array([[-1e308, 0.0], [1e308, 0.0]]))


def test_a_share_of_each_class_is_held_out() -> None:
    labels = np.repeat(np.arange(3, dtype=np.uint8), (100, 10, 1))

    kept = held_out(labels, 0.2, seed=0)

    assert np.bincount(labels[kept], minlength=3).tolist() == [20, 2, 0]


def test_more_classes_than_a_map_can_tell_apart_are_refused() -> None:
    with pytest.raises(DatasetError, match=r"at most 254 classes, got 255 in x\.csv"):
        check_classes(255, "x.csv")
