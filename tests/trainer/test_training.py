import json
import math
from copy import deepcopy
from itertools import islice
from typing import Any

import numpy as np
import pytest

from trainer.backend import Backend
from trainer.datasets.dataset import Dataset
from trainer.datasets.preparation import INK, Preparation
from trainer.models.mlp import MLP
from trainer.recipe import Recipe
from trainer.step import Step
from trainer.training import Training, layer_rates


def dots(
    count: int = 60, held_out: int = 20, classes: int = 3, side: int = 4
) -> Dataset:
    """Make pictures with one bright pixel, which tells the class."""
    rng = np.random.default_rng(0)
    y = np.arange(count + held_out) % classes
    x = 0.1 * rng.random((count + held_out, side * side), dtype=np.float32)
    x[np.arange(len(y)), y] += 0.9
    return Dataset(
        name="dots",
        x=x[:count],
        y=y[:count],
        classes=tuple(map(str, range(classes))),
        input_shape=(side, side),
        held_out_x=x[count:],
        held_out_y=y[count:],
        preparation=Preparation(INK, (side, side)),
    )


def run(dataset: Dataset, *hidden: int, seed: int = 0, **options: Any) -> list[Step]:
    model = MLP((dataset.features, *hidden, len(dataset.classes)), seed=1)
    return list(Training(model, dataset, Recipe(**options), seed))


def rows(steps: list[Step]) -> list[list[float]]:
    return [step.row(1.0) for step in steps]


def test_training_yields_the_state_before_and_after_each_epoch() -> None:
    steps = run(dots(), 5, epochs=3, batch=25)

    assert [step.epoch for step in steps] == [0, 1, 2, 3]
    assert [step.step for step in steps] == [0, 3, 6, 9]


def test_training_only_evaluates_when_there_are_no_epochs() -> None:
    dataset = dots()
    model = MLP((16, 3), seed=1)
    before = model.weights[0].copy()

    steps = list(Training(model, dataset, Recipe(epochs=0)))

    accuracy = (model.predict(dataset.x) == dataset.y).mean()
    assert len(steps) == 1
    assert steps[0].accuracy == pytest.approx(accuracy)
    np.testing.assert_array_equal(model.weights[0], before)


@pytest.mark.parametrize("hidden", [(), (5,), (64, 32, 16), (12,) * 7])
def test_training_learns_with_any_hidden_layers(hidden: tuple[int, ...]) -> None:
    steps = run(dots(), *hidden, epochs=150, batch=20)

    assert steps[-1].loss < 0.6 * steps[0].loss
    assert steps[-1].held_out.accuracy > 0.6


@pytest.mark.parametrize(("classes", "side"), [(2, 8), (10, 8), (10, 4)])
def test_training_learns_any_number_of_classes(classes: int, side: int) -> None:
    dataset = dots(classes=classes, side=side)

    steps = run(dataset, 12, epochs=80, batch=20)

    assert steps[-1].held_out.accuracy > 0.8


def test_training_gives_the_same_numbers_when_the_seeds_are_the_same() -> None:
    one, two = (run(dots(), 5, epochs=4, batch=7, seed=3) for _ in range(2))

    np.testing.assert_array_equal(rows(one), rows(two))


def test_training_gives_other_numbers_when_the_seed_is_another() -> None:
    one, two = (run(dots(), 5, epochs=4, batch=7, seed=seed) for seed in (3, 4))

    np.testing.assert_array_equal(rows(one[:1]), rows(two[:1]))
    assert one[1].loss != two[1].loss


def test_training_takes_a_batch_larger_than_the_data_set() -> None:
    steps = run(dots(count=5), 5, epochs=2, batch=1000)

    assert [step.step for step in steps] == [0, 1, 2]


def test_training_reports_nan_when_nothing_is_held_out() -> None:
    steps = run(dots(held_out=0), 5, epochs=1)

    assert all(math.isnan(step.held_out.loss) for step in steps)
    assert all(math.isnan(step.held_out.accuracy) for step in steps)
    assert all(math.isfinite(step.loss) for step in steps)


def test_training_goes_on_when_the_loss_is_no_longer_finite() -> None:
    steps = run(dots(), 5, epochs=4, learning_rate=1e38)

    assert len(steps) == 5
    assert math.isnan(steps[-1].loss)


def test_training_looks_at_pictures_in_the_views_of_the_data_set() -> None:
    plain = dots()
    mirrored = Dataset(
        **{name: getattr(plain, name) for name in plain.__slots__ if name != "views"},
        views=np.array([np.arange(16)[::-1]]),
    )
    model = MLP((16, 3), seed=1)

    list(Training(model, mirrored, Recipe(epochs=60, batch=20)))

    upside_down = model.predict(plain.x[:, ::-1])
    assert (upside_down == plain.y).mean() > 0.9


def test_training_uses_all_units_in_the_end() -> None:
    dataset = dots()
    model = MLP((16, 40, 3), dropout=0.8, seed=1)

    steps = list(Training(model, dataset, Recipe(dropout=0.8, epochs=150, batch=20)))

    assert steps[-1].accuracy > 0.95


def test_training_leaves_the_data_set_alone() -> None:
    dataset = dots()
    before = dataset.x.copy()

    run(dataset, 5, epochs=2)

    np.testing.assert_array_equal(dataset.x, before)


@pytest.mark.parametrize("options", [{"epochs": -1}, {"batch": 0}])
def test_training_refuses_numbers_out_of_range(options: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="expected epochs >= 0 and batch >= 1"):
        run(dots(), 5, **options)


def test_training_refuses_a_data_set_without_examples() -> None:
    with pytest.raises(ValueError, match="expected at least one example"):
        run(dots(count=0), 5)


def test_training_goes_on_from_a_state_as_if_it_had_not_stopped() -> None:
    recipe, sizes = Recipe(epochs=8, batch=20), (16, 5, 3)
    whole, first, second = (MLP(sizes, seed=seed) for seed in (1, 1, 2))
    expected = rows(list(Training(whole, dots(), recipe)))
    stopped = Training(first, dots(), recipe)
    before = rows(list(islice(stopped, 4)))

    numbers, arrays = stopped.state()
    later = Training(second, dots(), recipe, seed=5)
    second.weights[:], second.biases[:] = first.weights, first.biases
    later.restore(json.loads(json.dumps(numbers)), deepcopy(arrays))
    again, *after = rows(list(later))

    assert again[:-1] == before[-1][:-1]  # but for the speed
    np.testing.assert_array_equal(before + after, expected)
    for one, other in zip(second.parameters, whole.parameters, strict=True):
        np.testing.assert_array_equal(one, other)


def test_training_refuses_the_state_of_another_network() -> None:
    training = Training(MLP((16, 5, 3)), dots(), Recipe())
    next(iter(training))
    numbers, arrays = training.state()

    with pytest.raises(ValueError, match=r"expected mean 0 of \(16, 4\), got"):
        Training(MLP((16, 4, 3)), dots(), Recipe()).restore(numbers, arrays)


def test_training_tells_its_learning_rate_and_gradients() -> None:
    first, *_, last = run(dots(), 5, epochs=4, learning_rate=0.1, warm_up=0.0)

    assert math.isnan(first.learning_rate)
    assert 0 < last.learning_rate < 0.1
    assert len(last.gradient_norms) == 2
    assert min(last.gradient_norms) > 0


def test_layer_rates_are_lower_for_wider_layers() -> None:
    model = MLP((100, 4, 2))

    rates = layer_rates(model, 1.0)

    assert rates == [0.1, 0.5, 0.1, 0.5]


def test_training_computes_on_any_array_library() -> None:
    xp: Any = pytest.importorskip("array_api_strict")
    strict = Backend("strict", xp, xp.asarray, np.asarray)
    model = MLP((16, 5, 3), seed=1, backend=strict)

    steps = list(Training(model, dots(), Recipe(epochs=3, batch=20)))

    expected = run(dots(), 5, epochs=3, batch=20)
    assert steps[-1].loss == pytest.approx(expected[-1].loss, rel=1e-5)
