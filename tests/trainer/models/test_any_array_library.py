"""array_api_strict stands in for a GPU.

It refuses what not every library can do, and its second device whatever would bring an
array to the host, or together with one that is there, without being asked to.
"""

from dataclasses import replace
from typing import Any

import array_api_strict as xp
import numpy as np
import pytest
from numpy.typing import NDArray

from trainer.backend import CPU, Backend
from trainer.capture import capture
from trainer.datasets.dataset import Dataset
from trainer.models.mlp import MLP, Gradients
from trainer.optimizers import TIDY_EVERY, AdamW
from trainer.recipe import Recipe
from trainer.specs import arrays_of
from trainer.training import Training

DEVICE, HOST = xp.Device("device1"), xp.Device("CPU_DEVICE")


def to_device(array: Any) -> Any:
    return xp.asarray(array, device=DEVICE)


def to_host(array: Any) -> Any:
    return np.asarray(xp.asarray(array, device=HOST))


STRICT = Backend("strict", xp, to_device, to_host)
STRICT_WHOLE = replace(STRICT, in_pieces=False)

# The first matrix is updated in pieces, its products are taken in blocks.
SIZES = (2500, 14, 5, 3)
BATCH = 60


def examples() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    rng = np.random.default_rng(3)
    x = rng.random((BATCH, SIZES[0]), dtype=np.float32)
    return x, np.eye(3, dtype=np.float32)[rng.integers(3, size=BATCH)]


def model(backend: Backend, weight_dropout: float) -> MLP:
    return MLP(
        SIZES,
        0.2,
        seed=1,
        weight_dropout=weight_dropout,
        first_bias=0.1,
        backend=backend,
    )


def gradients(learner: MLP) -> Gradients:
    there = learner.backend.to_device
    x, targets = map(there, examples())
    order = there(np.random.default_rng(4).permutation(SIZES[0]))
    return learner.gradients(x, targets, order=order, smoothing=0.1)


def trained(backend: Backend, weight_dropout: float, steps: int) -> MLP:
    learner = model(backend, weight_dropout)
    optimizer = AdamW(backend.xp, learner.parameters, in_pieces=backend.in_pieces)
    for _ in range(steps):
        found = gradients(learner)
        rates = [0.01] * len(learner.parameters)
        optimizer.update(learner.parameters, [*found.weights, *found.biases], rates)
    return learner


def same(found: Any, expected: Any) -> None:
    """Compare what is on the device with what is on the host."""
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_array_equal(to_host(one), other)


@pytest.mark.parametrize("weight_dropout", [0.0, 0.3])
def test_gradients_are_the_same_on_any_array_library(weight_dropout: float) -> None:
    ours, strict = (model(backend, weight_dropout) for backend in (CPU, STRICT))

    found, expected = gradients(strict), gradients(ours)

    same(found.weights, expected.weights)
    same(found.biases, expected.biases)
    same([found.loss, found.probabilities], [expected.loss, expected.probabilities])
    assert strict.norms(found) == ours.norms(expected)


@pytest.mark.parametrize("weight_dropout", [0.0, 0.3])
def test_training_is_the_same_on_any_array_library(weight_dropout: float) -> None:
    ours = trained(CPU, weight_dropout, TIDY_EVERY + 1)

    found = trained(STRICT, weight_dropout, TIDY_EVERY + 1)

    same(found.parameters, ours.parameters)
    assert (to_host(found.weights[0]) != MLP(SIZES, seed=1).weights[0]).any()


def test_what_is_seen_of_a_network_is_the_same_on_any_array_library() -> None:
    ours, strict = (model(backend, 0.0) for backend in (CPU, STRICT))
    x, _ = examples()

    one, other = ours.trace(x[0]), strict.trace(x[0])

    for found, expected in (
        (other.pre_activations, one.pre_activations),
        (other.activations, one.activations),
        (strict.activity(x), ours.activity(x)),
    ):
        for its, our in zip(found, expected, strict=True):
            np.testing.assert_array_equal(its, our)
    same([strict.predict(to_device(x))], [ours.predict(x)])


def test_training_in_one_piece_is_the_same_but_for_rounding() -> None:
    found = trained(STRICT_WHOLE, 0.0, 3)

    ours = trained(CPU, 0.0, 3)
    for one, other in zip(found.parameters, ours.parameters, strict=True):
        np.testing.assert_allclose(to_host(one), other, atol=1e-6)


def test_a_whole_run_crosses_to_the_host_only_where_it_says_so(
    dataset: Dataset,
) -> None:
    sizes, recipe = (
        (dataset.features, 5, len(dataset.classes)),
        Recipe(epochs=3, batch=5),
    )
    runs = [
        Training(MLP(sizes, seed=1, backend=backend), dataset, recipe)
        for backend in (CPU, STRICT)
    ]

    ours, its = ([step.row(1.0) for step in run] for run in runs)

    np.testing.assert_array_equal(its, ours)
    shown = [arrays_of(capture(run.model, dataset.x[0], dataset.x)) for run in runs]
    for key, array in shown[0].items():
        np.testing.assert_array_equal(shown[1][key], array)
    states = [run.state()[1] for run in runs]
    for name, array in states[0].items():
        np.testing.assert_array_equal(states[1][name], array)
