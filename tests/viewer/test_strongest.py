import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from viewer.strongest import choose, choose_of, largest, sizes

RNG = np.random.default_rng(3)
WEIGHTS = RNG.normal(size=(40, 30)).astype(np.float32)


@given(st.integers(0, 2**32 - 1), st.integers(1, 60))
def test_largest_are_those_that_sorting_finds(seed: int, most: int) -> None:
    size = np.random.default_rng(seed).random(50).astype(np.float32)

    found = largest(size, most)

    assert set(found) == set(np.argsort(-size)[:most])
    assert (np.diff(found) > 0).all()


def test_strongest_edges_are_chosen_with_their_weights() -> None:
    chosen = choose(WEIGHTS, 50)

    weakest = np.sort(np.abs(WEIGHTS).ravel())[-50]
    assert len(chosen.weights) == 50
    assert (np.abs(chosen.weights) >= weakest).all()
    np.testing.assert_array_equal(chosen.weights, WEIGHTS[chosen.rows, chosen.columns])


def test_edge_that_was_drawn_is_kept_while_it_is_nearly_as_strong() -> None:
    before = np.array([[1.0, 0.9, 0.5, 0.1]], np.float32)
    now = np.array([[1.0, 0.85, 0.9, 0.1]], np.float32)
    kept = largest(sizes(before), 2)

    assert choose(now, 2, kept).columns.tolist() == [0, 1]
    assert choose(now, 2).columns.tolist() == [0, 2]


def test_edge_that_was_drawn_goes_when_it_is_much_weaker() -> None:
    kept = np.array([0, 1])
    now = np.array([[1.0, 0.6, 0.9, 0.1]], np.float32)

    assert choose(now, 2, kept).columns.tolist() == [0, 2]


def test_one_outlier_does_not_dim_the_rest() -> None:
    weights = np.full((10, 10), 0.5, np.float32)
    weights[0, 0] = 1000

    assert np.median(choose(weights, 100).strength) == 1


def test_all_edges_are_drawn_where_there_is_room() -> None:
    weights = np.array([[1.0, 0.001, 0.5, 0.0]], np.float32)

    assert choose(weights, 10).columns.tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_broken_weights_are_always_drawn(value: float) -> None:
    weights = WEIGHTS.copy()
    weights[7, 9] = value

    chosen = choose(weights, 20)

    broken = ~np.isfinite(chosen.weights)
    assert list(zip(chosen.rows[broken], chosen.columns[broken], strict=True)) == [
        (7, 9)
    ]
    assert (chosen.strength[~broken] > 0.5).all()
    assert 0 < float(chosen.strength[broken][0]) < 1


def test_nothing_but_broken_weights_is_drawn_all_the_same() -> None:
    chosen = choose(np.full((6, 5), np.nan, np.float32), 10)

    assert len(chosen.weights) == 10
    assert np.isfinite(chosen.strength).all()


def test_edges_of_one_unit_are_measured_like_all_others() -> None:
    row = np.arange(30) + 30 * 4

    chosen = choose_of(WEIGHTS, row, WEIGHTS.size)

    every = choose(WEIGHTS, WEIGHTS.size)
    same = every.strength[every.rows == 4]
    np.testing.assert_allclose(chosen.strength, same, rtol=1e-6)
    assert set(chosen.rows) == {4}
