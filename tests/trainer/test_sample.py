from collections.abc import Callable

import numpy as np
import pytest

from trainer.datasets.dataset import Dataset
from trainer.sample import MOST, sample

Make = Callable[..., Dataset]


def numbered(count: int) -> np.ndarray:
    """Examples that can be told apart by each of their four numbers."""
    return np.repeat(np.arange(count, dtype=np.float32)[:, None], 4, axis=1)


def test_sample_is_all_that_is_held_out(dataset: Dataset) -> None:
    chosen = sample(dataset)

    assert sorted(map(tuple, chosen)) == sorted(map(tuple, dataset.held_out_x))


def test_sample_is_trained_on_where_nothing_is_held_out(make_dataset: Make) -> None:
    dataset = make_dataset(held_out_x=numbered(0), held_out_y=np.empty(0, int))

    chosen = sample(dataset)

    assert sorted(map(tuple, chosen)) == sorted(map(tuple, dataset.x))


@pytest.mark.parametrize("count", [513, 1000, 2048, 4096])
def test_sample_of_many_examples_holds_each_class_as_often_as_they_do(
    make_dataset: Make, count: int
) -> None:
    labels = np.arange(count) % 4
    dataset = make_dataset(
        held_out_x=numbered(count),
        held_out_y=labels,
        classes=("zero", "one", "two", "three"),
    )

    chosen = sample(dataset)[:, 0].astype(int)

    assert len(np.unique(chosen)) == MOST
    assert np.bincount(labels[chosen]) == pytest.approx([MOST / 4] * 4, abs=1)
