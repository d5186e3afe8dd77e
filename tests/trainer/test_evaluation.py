import numpy as np
import pytest

from trainer.evaluation import Examples
from trainer.models.mlp import MLP


@pytest.fixture
def examples() -> Examples:
    x = np.arange(12, dtype=np.float32).reshape(4, 3)
    return Examples(MLP((3, 2)), x, np.array([0, 1, 1, 0]))


def test_take_gives_examples_and_targets_in_the_order_asked_for(
    examples: Examples,
) -> None:
    x, targets = examples.take(np.array([2, 0, 1]))

    np.testing.assert_array_equal(x, [[6, 7, 8], [0, 1, 2], [3, 4, 5]])
    np.testing.assert_array_equal(targets, [[0, 1], [1, 0], [0, 1]])


def test_take_copies_nothing_for_a_batch_of_all(examples: Examples) -> None:
    x, targets = examples.take(np.array([3, 2, 1, 0]))

    assert x is examples.x
    assert targets is examples.targets
