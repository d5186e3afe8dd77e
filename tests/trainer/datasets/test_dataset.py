import numpy as np

from trainer.datasets.dataset import Dataset, flat, one_hot
from trainer.datasets.preparation import INK, Preparation


def test_one_hot_marks_the_class_of_each_label() -> None:
    rows = one_hot(np.array([2, 0]), 3)

    np.testing.assert_array_equal(rows, [[0, 0, 1], [1, 0, 0]])
    assert rows.dtype == np.float32


def test_one_hot_takes_no_labels() -> None:
    assert one_hot(np.zeros(0, np.int64), 3).shape == (0, 3)


def test_flat_lays_pictures_out_row_by_row() -> None:
    rows = flat(np.arange(12).reshape(2, 2, 3))

    np.testing.assert_array_equal(rows, np.arange(12).reshape(2, 6))
    assert rows.dtype == np.float32


def test_flat_takes_no_pictures() -> None:
    assert flat(np.zeros((0, 2, 3))).shape == (0, 6)


def test_dataset_knows_its_features() -> None:
    empty = np.zeros(0, np.int64)
    dataset = Dataset(
        name="few",
        x=np.zeros((1, 6), np.float32),
        y=np.zeros(1, np.int64),
        classes=("a", "b"),
        input_shape=(2, 3),
        held_out_x=np.zeros((0, 6), np.float32),
        held_out_y=empty,
        preparation=Preparation(INK, (2, 3)),
    )

    assert dataset.features == 6
