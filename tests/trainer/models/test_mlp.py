from itertools import pairwise

import numpy as np
import pytest

from trainer.first_weights import truncated_normal
from trainer.models.mlp import MLP


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(3)


@pytest.mark.parametrize(
    "sizes", [(4, 2), (64, 5, 10), (8000, 64, 32, 16, 3), (9, *[12] * 7, 4)]
)
def test_mlp_has_the_dimensions_asked_for(sizes: tuple[int, ...]) -> None:
    model = MLP(sizes)

    assert [w.shape for w in model.weights] == list(pairwise(sizes))
    assert [b.shape for b in model.biases] == [(size,) for size in sizes[1:]]
    assert model.probabilities(np.ones((3, sizes[0]), np.float32)).shape == (
        3,
        sizes[-1],
    )


def test_mlp_is_float32_throughout(rng: np.random.Generator) -> None:
    model = MLP((6, 5, 4, 3))

    found = model.gradients(
        rng.random((2, 6), dtype=np.float32), np.eye(3, dtype=np.float32)[[0, 1]]
    )

    arrays = [*model.parameters, *found.weights, *found.biases, found.probabilities]
    assert {array.dtype for array in arrays} == {np.dtype(np.float32)}


def test_mlp_starts_with_the_spread_of_he() -> None:
    model = MLP((2000, 300, 4), seed=1)

    assert abs(model.weights[0].std() / np.sqrt(2 / 2000) - 1) < 0.01
    assert abs(model.weights[1].std() / np.sqrt(2 / 300) - 1) < 0.1
    assert not any(bias.any() for bias in model.biases)


def test_mlp_starts_with_the_weights_that_it_is_given() -> None:
    model = MLP((2000, 50, 4), first=truncated_normal(0.01), first_bias=0.01)

    assert np.abs(model.weights[0]).max() <= 0.02
    assert 0.0085 < model.weights[0].std() < 0.0091  # 0.88 of the whole
    assert {bias for biases in model.biases for bias in biases.tolist()} == {
        np.float32(0.01)
    }


def test_mlp_is_the_same_when_the_seed_is() -> None:
    one, two, other = MLP((9, 4, 2), seed=7), MLP((9, 4, 2), seed=7), MLP((9, 4, 2))

    assert all((a == b).all() for a, b in zip(one.weights, two.weights, strict=True))
    assert (one.weights[0] != other.weights[0]).any()


def test_forward_drops_units_only_in_training(rng: np.random.Generator) -> None:
    model = MLP((9, 50, 2), dropout=0.5)
    x = rng.random((20, 9), dtype=np.float32)

    used, trained = model.forward(x), model.forward(x, train=True)

    answers = used.activations[1] > 0
    silent = answers & (trained.activations[1] == 0)
    assert 0.4 < silent.sum() / answers.sum() < 0.6
    np.testing.assert_allclose(
        trained.activations[1][~silent], 2 * used.activations[1][~silent], rtol=1e-6
    )


def test_forward_drops_weights_of_all_but_the_last_matrix_in_training(
    rng: np.random.Generator,
) -> None:
    model = MLP((9, 40, 30, 2), dropout=0, weight_dropout=0.25)
    x = np.eye(9, dtype=np.float32)

    used, trained = model.forward(x), model.forward(x, train=True)

    ratio = trained.pre_activations[0] / used.pre_activations[0]
    last = trained.activations[2] @ model.weights[2]
    np.testing.assert_allclose(np.unique(ratio.round(4)), [0, 1.3333])
    assert 0.15 < (ratio == 0).mean() < 0.35
    np.testing.assert_allclose(trained.pre_activations[2], last, rtol=1e-5)


def test_gradients_of_weights_that_are_dropped_are_zero(
    rng: np.random.Generator,
) -> None:
    model = MLP((9, 40, 2), dropout=0, weight_dropout=0.25, first_bias=1)

    found = model.gradients(rng.random((30, 9)), np.eye(2)[rng.integers(2, size=30)])

    assert 0.15 < (found.weights[0] == 0).mean() < 0.35
    assert (found.weights[1] != 0).all()


def test_smoothing_changes_the_gradient_and_not_the_loss(
    rng: np.random.Generator,
) -> None:
    model = MLP((9, 5, 4), dropout=0)
    x, targets = rng.random((3, 9)), np.eye(4)[[0, 1, 2]]

    plain, smooth = (model.gradients(x, targets, smoothing=s) for s in (0, 0.2))

    lower = np.array([1, 1, 1, 0]) * 0.2 / 3 - 0.05  # of each target, on average
    assert plain.loss == smooth.loss
    np.testing.assert_allclose(smooth.biases[-1] - plain.biases[-1], lower, atol=1e-7)


def test_activity_is_the_share_of_examples_that_a_unit_answers_to(
    rng: np.random.Generator,
) -> None:
    model = MLP((9, 50, 20, 2), dropout=0.5, seed=4)
    x = rng.normal(size=(33, 9))

    shares = model.activity(x)

    answers = [
        np.array(model.trace(row).activations[k]) != 0 for row in x for k in (1, 2)
    ]
    np.testing.assert_allclose(shares[0], np.mean(answers[::2], axis=0), rtol=1e-6)
    np.testing.assert_allclose(shares[1], np.mean(answers[1::2], axis=0), rtol=1e-6)
    assert 0 < shares[0].min() < shares[0].max() < 1


def test_activity_is_0_of_a_dead_unit_and_1_of_one_that_always_answers(
    rng: np.random.Generator,
) -> None:
    model = MLP((9, 3, 2))
    model.biases[0][:] = -1e3, 1e3, np.nan

    (shares,) = model.activity(rng.random((512, 9)))

    assert shares.tolist() == [0, 1, 1]


def test_activity_of_a_network_without_hidden_layers_is_none() -> None:
    assert MLP((9, 2)).activity(np.ones((3, 9))) == []


def test_gradients_take_another_dropout_for_once(rng: np.random.Generator) -> None:
    model = MLP((9, 50, 2), dropout=0.5)
    x, targets = rng.random((4, 9)), np.eye(2)[[0, 1, 0, 1]]

    found = model.gradients(x, targets, dropout=0)

    np.testing.assert_allclose(found.probabilities, model.probabilities(x))
    assert model.dropout == 0.5


def test_gradients_in_an_order_are_those_of_reordered_pictures(
    rng: np.random.Generator,
) -> None:
    model = MLP((9, 5, 3), dropout=0, dtype=np.float64)
    x, targets, order = rng.random((4, 9)), np.eye(3)[[0, 1, 2, 0]], rng.permutation(9)

    found = model.gradients(x, targets, order=order)

    expected = model.gradients(x[:, order], targets)
    np.testing.assert_allclose(found.loss, expected.loss, rtol=1e-12)
    for one, other in zip(found.weights, expected.weights, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-14)


def test_predict_names_the_likeliest_class(rng: np.random.Generator) -> None:
    model = MLP((9, 5, 3))
    x = rng.random((8, 9), dtype=np.float32)

    classes = model.predict(x)

    np.testing.assert_array_equal(classes, model.probabilities(x).argmax(1))


def test_trace_holds_every_sum_of_one_example(rng: np.random.Generator) -> None:
    model = MLP((9, 5, 3))
    example = rng.random(9, dtype=np.float32)

    trace = model.trace(example)

    z = example @ model.weights[0]
    np.testing.assert_array_equal(trace.activations[0], example)
    np.testing.assert_allclose(trace.pre_activations[0], z, rtol=1e-5)
    np.testing.assert_allclose(trace.activations[1], np.maximum(z, 0), rtol=1e-5)
    np.testing.assert_allclose(trace.activations[2].sum(), 1, rtol=1e-6)
    assert len(trace.pre_activations) == 2


def test_trace_is_a_copy_in_float32(rng: np.random.Generator) -> None:
    model = MLP((9, 3), dtype=np.float64)
    example = rng.random(9)

    trace = model.trace(example)

    arrays = [*trace.pre_activations, *trace.activations]
    assert {array.dtype for array in arrays} == {np.dtype(np.float32)}
    assert not any(np.shares_memory(array, example) for array in arrays)


@pytest.mark.parametrize("sizes", [(3,), (), (3, 0, 2), (-1, 2)])
def test_mlp_refuses_sizes_that_make_no_network(sizes: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="expected two or more sizes of 1 or more"):
        MLP(sizes)


@pytest.mark.parametrize("dropout", [-0.1, 1.0, float("nan")])
def test_mlp_refuses_a_dropout_that_is_no_share(dropout: float) -> None:
    with pytest.raises(ValueError, match="expected a dropout from 0 to below 1"):
        MLP((3, 2), dropout=dropout)
    with pytest.raises(ValueError, match="expected a dropout from 0 to below 1"):
        MLP((3, 2), weight_dropout=dropout)
