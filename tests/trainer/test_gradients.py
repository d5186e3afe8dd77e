"""Every derivative beside the slope that it claims to be, in float64."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from trainer import layers
from trainer.backend import CPU
from trainer.losses import cross_entropy, softmax_cross_entropy_backward
from trainer.models.mlp import MLP

Float = NDArray[np.float64]

STEP = 1e-6
TOLERANCE = 1e-6


def slope(value: Callable[[], Any], at: Float) -> Float:
    """Differentiate a number by each element of an array that it depends on."""
    found = np.zeros_like(at)
    for index in np.ndindex(at.shape):
        kept = at[index]
        at[index] = kept + STEP
        above = float(value())
        at[index] = kept - STEP
        found[index] = (above - float(value())) / (2 * STEP)
        at[index] = kept
    return found


def error(claimed: Float, true: Float) -> float:
    """Measure the largest difference in relation to the largest slope."""
    return float(np.abs(claimed - true).max() / np.abs(true).max())


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(5)


def test_dense_backward_gives_the_slopes(rng: np.random.Generator) -> None:
    x, w, b = rng.normal(size=(4, 3)), rng.normal(size=(3, 2)), rng.normal(size=2)
    pull = rng.normal(size=(4, 2))

    gradient_w, gradient_b = layers.dense_backward(CPU, x, pull)
    gradient_x = layers.dense_backward_input(w, pull)

    def value() -> Any:
        return (layers.dense(CPU, x, w, b) * pull).sum()

    assert error(gradient_w, slope(value, w)) < TOLERANCE
    assert error(gradient_b, slope(value, b)) < TOLERANCE
    assert error(gradient_x, slope(value, x)) < TOLERANCE


def test_relu_gate_is_the_slope_of_what_it_lets_through(
    rng: np.random.Generator,
) -> None:
    z, pull = rng.normal(size=(5, 4)), rng.normal(size=(5, 4))
    (mask,) = layers.dropout_masks([(5, 4)], 0.4, rng)

    gradient = pull * (layers.relu_gate(np, z) * mask)

    def value() -> Any:
        return (z * layers.relu_gate(np, z) * mask * pull).sum()

    assert error(gradient, slope(value, z)) < TOLERANCE


def test_softmax_backward_gives_the_slopes(rng: np.random.Generator) -> None:
    logits, pull = rng.normal(size=(5, 4)), rng.normal(size=(5, 4))

    gradient = layers.softmax_backward(np, layers.softmax(np, logits), pull)

    true = slope(lambda: float((layers.softmax(np, logits) * pull).sum()), logits)
    assert error(gradient, true) < TOLERANCE


@pytest.mark.parametrize("smoothing", [0.0, 0.2])
def test_softmax_cross_entropy_backward_gives_the_slopes(
    rng: np.random.Generator, smoothing: float
) -> None:
    logits = rng.normal(size=(5, 4))
    targets = np.eye(4)[rng.integers(4, size=5)] * (1 - smoothing) + smoothing / 4

    p = layers.softmax(np, logits)
    gradient = softmax_cross_entropy_backward(p, targets)

    true = slope(lambda: cross_entropy(np, layers.softmax(np, logits), targets), logits)
    assert error(gradient, true) < TOLERANCE


@pytest.mark.parametrize("sizes", [(6, 2), (6, 5, 2), (6, 5, 4, 3), (6, *[12] * 7, 10)])
def test_mlp_gradients_are_the_slopes_of_its_loss(
    rng: np.random.Generator, sizes: tuple[int, ...]
) -> None:
    model = MLP(sizes, dropout=0, seed=1, dtype=np.float64)
    model.biases = [rng.normal(0, 0.1, bias.shape) for bias in model.biases]
    x, targets = rng.random((7, 6)), np.eye(sizes[-1])[rng.integers(2, size=7)]

    found = model.gradients(x, targets)

    def value() -> Any:
        return cross_entropy(np, model.probabilities(x), targets)

    for claimed, parameter in zip(
        [*found.weights, *found.biases], model.parameters, strict=True
    ):
        assert error(claimed, slope(value, parameter)) < TOLERANCE


@pytest.mark.parametrize(
    ("dropout", "weight_dropout", "smoothing"),
    [(0.4, 0.0, 0.0), (0.0, 0.3, 0.0), (0.0, 0.0, 0.2), (0.2, 0.3, 0.1)],
)
def test_mlp_gradients_are_the_slopes_of_what_is_dropped_and_smoothed(
    rng: np.random.Generator, dropout: float, weight_dropout: float, smoothing: float
) -> None:
    x, targets = rng.random((7, 6)), np.eye(3)[rng.integers(3, size=7)]
    order, smooth = rng.permutation(6), targets * (1 - smoothing) + smoothing / 3

    def model() -> MLP:  # a new one each time draws the same masks
        return MLP(
            (6, 5, 4, 3),
            dropout,
            seed=1,
            weight_dropout=weight_dropout,
            first_bias=0.1,
            dtype=np.float64,
        )

    found = model().gradients(x, targets, order=order, smoothing=smoothing)

    def value(offset: Float, parameter: int) -> Any:
        changed = model()
        changed.parameters[parameter][...] += offset
        return changed.gradients(x, smooth, order=order).loss

    for number, claimed in enumerate([*found.weights, *found.biases]):
        offset = np.zeros_like(claimed)
        true = slope(partial(value, offset, number), offset)
        assert error(claimed, true) < TOLERANCE
