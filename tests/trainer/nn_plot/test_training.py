from itertools import islice

import numpy as np
import pytest

from trainer.backend import CPU
from trainer.building import Built
from trainer.errors import UsageError
from trainer.network import Network
from trainer.nn_plot.building import build
from trainer.nn_plot.data import drawn
from trainer.nn_plot.look import between, blocks
from trainer.recipe import recipe_of
from trainer.specs import arrays_of, manifest_of


@pytest.fixture
def built() -> Built:
    """The original on made-up drawings."""
    network = Network(said={}, preset="nn-plot")
    recipe = recipe_of("nn-plot", {})
    return build(network, recipe, drawn(0), backend=CPU, max_cells=0)


def test_the_network_is_that_of_the_original(built: Built) -> None:
    model = built.trained.network

    assert model.sizes == (2500, 12, 12, 12, 4)
    assert (model.dropout, model.weight_dropout) == (0.0, 0.1)
    assert all((bias == np.float32(0.01)).all() for bias in model.biases)
    assert 0.015 < abs(model.weights[0]).max() <= 0.02


@pytest.mark.slow
def test_it_learns_by_251_updates_that_leave_a_picture_out(built: Built) -> None:
    steps = list(built.training)

    assert [step.epoch for step in steps] == list(range(251))
    assert steps[-1].step == steps[-1].completed == 251
    assert {step.examples for step in steps} == {863}
    assert {step.learning_rate for step in steps} == {1e-3}
    assert 1.2 < steps[0].loss < 2.5
    assert steps[-1].loss < 0.8 * steps[0].loss
    assert steps[-1].accuracy > 0.4  # on real drawings, which vary less, twice as much


def test_each_epoch_leaves_one_picture_out_and_shows_another(built: Built) -> None:
    shown = [built.look(step)[0] for step in islice(built.training, 5)]

    assert len({probe.index for probe in shown}) > 1
    assert [probe.label for probe in shown] == [
        drawn(0).y[probe.index] for probe in shown
    ]


def test_a_training_that_goes_on_shows_the_picture_that_it_stopped_at(
    built: Built,
) -> None:
    steps = iter(built.training)
    before = [built.look(step) for step in islice(steps, 3)][-1]
    kept = built.training.state()
    next(steps)

    built.training.restore(*kept)

    step = next(iter(built.training))
    assert step.epoch == 2
    assert built.look(step)[0] == before[0]


def test_what_is_drawn_is_ten_blocks_the_units_and_a_decision(built: Built) -> None:
    step = next(iter(built.training))

    probe, layers = built.look(step)

    found = arrays_of(layers)
    manifest = manifest_of(built.run, layers, found, (), 0.0)
    assert [layer.units for layer in manifest.layers] == [10, 12, 12, 12, 4]
    assert [layer.name for layer in manifest.layers][:2] == [
        "ten blocks of pixels",
        "hidden 1",
    ]
    picture = drawn(0).x[probe.index] / 255
    np.testing.assert_allclose(found["picture", 0].ravel(), 1 - picture, atol=1e-6)
    np.testing.assert_allclose(
        found["activation", 0], picture.reshape(10, 250).mean(1), atol=1e-6
    )
    weights = built.trained.network.weights[0]
    np.testing.assert_allclose(
        found["weights", 1], weights.reshape(10, 250, 12).mean(1), atol=1e-6
    )
    assert sorted(found["activation", 4]) == [0, 0, 0, 1]
    assert found["activation", 4][3] == 1  # it does not know yet


@pytest.mark.parametrize(
    ("network", "option"),
    [
        (Network(said={"batch": 10}), "--batch"),
        (Network(said={}, probe="circle"), "--probe"),
    ],
)
def test_what_the_original_leaves_no_choice_of_is_refused(
    network: Network, option: str
) -> None:
    recipe = recipe_of("nn-plot", {})

    with pytest.raises(UsageError, match=f"leave {option} out"):
        build(network, recipe, drawn(0), backend=CPU, max_cells=0)


def test_ten_snapshots_follow_the_first(built: Built) -> None:
    assert (built.run.every, built.run.epochs) == (25, 250)


def test_units_are_as_bright_as_they_are_between_the_smallest_and_the_largest() -> None:
    assert between(np.array([2, 3, 6], np.float32)).tolist() == [0, 0.25, 1]
    assert between(np.array([5, 5], np.float32)).tolist() == [0, 0]


def test_blocks_average_rows() -> None:
    values = np.arange(40, dtype=np.float32).reshape(20, 2)

    assert blocks(values)[:2].tolist() == [[1, 2], [5, 6]]
