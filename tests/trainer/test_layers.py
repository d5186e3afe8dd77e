import numpy as np
import pytest

from trainer import layers
from trainer.backend import CPU


def test_dense_sums_the_weighted_inputs_and_the_bias() -> None:
    x = np.array([[1.0, 2.0]])
    w = np.array([[1.0, 10.0, 100.0], [2.0, 20.0, 200.0]])
    b = np.array([0.5, 0.0, -0.5])

    z = layers.dense(CPU, x, w, b)

    np.testing.assert_array_equal(z, [[5.5, 50.0, 499.5]])


def test_dense_leaves_its_arguments_alone() -> None:
    x, w, b = np.ones((2, 3)), np.ones((3, 2)), np.ones(2)

    layers.dense(CPU, x, w, b)

    assert x.sum() == 6
    assert w.sum() == 6
    assert b.sum() == 2


def test_relu_gate_lets_only_the_positive_through() -> None:
    z = np.array([[-1.0, 0.0, 2.0]], np.float32)

    gate = layers.relu_gate(np, z)

    np.testing.assert_array_equal(gate, [[0, 0, 1]])
    assert gate.dtype == np.float32


@pytest.mark.parametrize("rate", [0.25, 0.1, 0.9, 1 / 3])
def test_dropout_masks_keep_the_mean(rate: float) -> None:
    shapes = [(400, 500), (1, 3), (300, 700)]

    masks = layers.dropout_masks(shapes, rate, np.random.default_rng(0))

    numbers = np.concatenate([mask.ravel() for mask in masks])
    assert [mask.shape for mask in masks] == shapes
    np.testing.assert_allclose(np.unique(numbers), [0, 1 / (1 - rate)], rtol=2e-4)
    assert abs((numbers == 0).mean() - rate) < 0.003
    assert abs(numbers.mean(dtype=np.float64) - 1) < 0.015
    assert numbers.dtype == np.float32


def test_dropout_masks_of_two_steps_have_nothing_in_common() -> None:
    rng = np.random.default_rng(0)

    (one, two), (three,) = (
        layers.dropout_masks([(500, 400)] * count, 0.5, rng) for count in (2, 1)
    )

    for first, second in ((one, two), (two, three), (one, three)):
        assert abs(np.corrcoef(first.ravel(), second.ravel())[0, 1]) < 0.01


@pytest.mark.parametrize("rate", [0.0, 1e-9])
def test_dropout_masks_keep_all_when_the_rate_is_next_to_zero(rate: float) -> None:
    (mask,) = layers.dropout_masks([(50, 50)], rate, np.random.default_rng(0))

    assert (mask == 1).all()


def test_dropout_masks_stay_finite_when_the_rate_is_next_to_one() -> None:
    (mask,) = layers.dropout_masks([(50, 50)], 1 - 1e-9, np.random.default_rng(0))

    assert np.isfinite(mask).all()


def test_softmax_rows_sum_to_one_when_logits_are_huge() -> None:
    logits = np.array([[1e4, 0.0, -1e4], [88.0, 89.0, 90.0]], np.float32)

    p = layers.softmax(np, logits)

    np.testing.assert_allclose(p.sum(1), 1, rtol=1e-6)
    np.testing.assert_allclose(p[0], [1, 0, 0], atol=1e-7)


def test_softmax_does_not_depend_on_a_common_offset() -> None:
    logits = np.array([[0.1, 0.5, -0.3]])

    shifted = layers.softmax(np, logits + 1000)

    np.testing.assert_allclose(shifted, layers.softmax(np, logits), rtol=1e-9)
