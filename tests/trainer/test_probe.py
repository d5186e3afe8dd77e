from collections.abc import Callable
from itertools import islice

import numpy as np
import pytest

from trainer.datasets.dataset import Dataset
from trainer.errors import ProbeError
from trainer.probe import examples


def test_examples_show_a_held_out_one_of_a_class(dataset: Dataset) -> None:
    first, second = islice(examples("one", dataset), 2)

    assert first.probe.index == second.probe.index == 7
    assert first.probe.label == 1
    np.testing.assert_array_equal(first.x, dataset.held_out_x[1])


def test_examples_show_a_trained_one_where_none_is_held_out(dataset: Dataset) -> None:
    example = next(examples("zero", dataset))

    assert example.probe.index == 0


def test_examples_show_the_first_class_when_nothing_is_chosen(dataset: Dataset) -> None:
    example = next(examples("", dataset))

    assert example.probe.label == 0


@pytest.mark.parametrize(("number", "label"), [("5", 2), ("6", 2), ("8", 1)])
def test_examples_are_numbered_over_the_whole_data_set(
    dataset: Dataset, number: str, label: int
) -> None:
    example = next(examples(number, dataset))

    assert (example.probe.index, example.probe.label) == (int(number), label)


def test_examples_take_what_is_class_and_number_for_the_class(
    make_dataset: Callable[..., Dataset],
) -> None:
    dataset = make_dataset(classes=("2", "1", "0"))

    example = next(examples("1", dataset))

    assert example.probe.index == 7


def test_examples_cycle_class_by_class(dataset: Dataset) -> None:
    found = [example.probe.index for example in islice(examples("cycle", dataset), 7)]

    assert found == [0, 7, 6, 3, 8, 6, 0]


@pytest.mark.parametrize("choice", ["9", "three", "-1", "1.5"])
def test_examples_raise_when_there_is_no_such(dataset: Dataset, choice: str) -> None:
    with pytest.raises(ProbeError, match=r"zero, one, two\) or a number from 0 to 8"):
        examples(choice, dataset)
