import numpy as np
import pytest

from trainer.datasets.drawing import (
    CLASSES,
    SHARES,
    SIDE,
    generate,
    shapes,
    turns_and_shifts,
)
from trainer.models.mlp import MLP
from trainer.recipe import Recipe
from trainer.training import Training


def test_generate_draws_ink_on_paper() -> None:
    pictures, labels = generate(300, np.random.default_rng(0))

    drawn = pictures.max((1, 2)) > 0.9
    assert pictures.shape == (300, SIDE, SIDE)
    assert pictures.dtype == np.float32
    assert pictures.min() == 0
    assert pictures.max() == 1
    assert drawn[labels != CLASSES.index("unknown")].all()
    assert 0.04 < pictures.mean() < 0.2


def test_generate_draws_each_class_at_its_share() -> None:
    _, labels = generate(2000, np.random.default_rng(0))

    found = np.bincount(labels, minlength=len(CLASSES)) / 2000
    np.testing.assert_allclose(found, SHARES, atol=0.04)


def test_generate_draws_the_same_when_the_seed_is() -> None:
    one, two = (generate(300, np.random.default_rng(9)) for _ in range(2))

    np.testing.assert_array_equal(one[0], two[0])
    np.testing.assert_array_equal(one[1], two[1])


@pytest.mark.parametrize("count", [0, 1, 129])
def test_generate_draws_any_number(count: int) -> None:
    pictures, labels = generate(count, np.random.default_rng(0))

    assert pictures.shape == (count, SIDE, SIDE)
    assert labels.shape == (count,)


def test_shapes_are_centred_and_flat() -> None:
    dataset = shapes(200, 50)

    pictures = dataset.x.reshape(-1, SIDE, SIDE)
    known = pictures[dataset.y != CLASSES.index("unknown")]
    columns = known.sum(1) @ np.arange(SIDE) / known.sum((1, 2))
    assert dataset.classes == CLASSES
    assert dataset.x.shape == (200, dataset.features)
    assert dataset.held_out_x.shape == (50, dataset.features)
    assert np.median(np.abs(columns - 24.5)) < 0.5


def test_shapes_hold_out_the_same_whatever_is_learned() -> None:
    one, two = shapes(100, 50, seed=3), shapes(30, 50, seed=3)

    np.testing.assert_array_equal(one.held_out_x, two.held_out_x)


def test_shapes_hold_out_other_drawings_than_those_learned() -> None:
    dataset = shapes(60, 60)

    learned = {row.tobytes() for row in dataset.x if row.any()}
    assert not any(row.tobytes() in learned for row in dataset.held_out_x)


def test_turns_and_shifts_are_orders_of_all_pixels() -> None:
    views = turns_and_shifts(6, 1)

    assert views.shape == (72, 36)
    assert (np.sort(views, axis=1) == np.arange(36)).all()
    assert len(np.unique(views, axis=0)) == 72


def test_turns_and_shifts_mirror_and_turn() -> None:
    picture = np.arange(9).reshape(3, 3)

    seen = {picture.ravel()[view].tobytes() for view in turns_and_shifts(3, 0)}

    for way in (picture, picture.T, picture[::-1], np.rot90(picture)):
        assert np.ascontiguousarray(way).tobytes() in seen


@pytest.mark.slow
def test_shapes_are_told_apart_after_half_the_default_training() -> None:
    dataset = shapes()
    model = MLP((dataset.features, 12, 12, 12, len(CLASSES)))

    steps = list(Training(model, dataset, Recipe(epochs=250)))

    losses = [step.loss for step in steps[:: 250 // 20]]
    assert steps[-1].held_out.accuracy >= 0.9
    assert losses[1] > 0.7 * losses[0]  # it can be watched
    assert losses[4] > 0.25 * losses[0]
    assert losses[-1] < 0.25 * losses[0]
