import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.optimizers import TIDY_EVERY, AdamW, warm_up_cosine


def test_adamw_first_moves_every_number_by_the_learning_rate() -> None:
    bias = np.zeros(3)
    optimizer = AdamW(np, [bias])

    optimizer.update([bias], [np.array([5.0, -0.001, 0.0])], [0.1])

    np.testing.assert_allclose(bias, [-0.1, 0.1, 0], rtol=1e-4)


def test_adamw_follows_the_published_rule() -> None:
    rng = np.random.default_rng(0)
    ours = rng.normal(size=(3, 2))
    theirs = ours.copy()
    optimizer = AdamW(np, [ours], decay=0.1)
    mean = square = np.zeros((3, 2))

    for step in range(1, 6):
        gradient = rng.normal(size=(3, 2))
        optimizer.update([ours], [gradient], [0.01])
        mean = 0.9 * mean + 0.1 * gradient
        square = 0.999 * square + 0.001 * gradient**2
        mean_hat, square_hat = mean / (1 - 0.9**step), square / (1 - 0.999**step)
        theirs -= 0.01 * (mean_hat / (np.sqrt(square_hat) + 1e-8) + 0.1 * theirs)

    np.testing.assert_allclose(ours, theirs, rtol=1e-9)


def test_adamw_decays_matrices_and_no_vectors() -> None:
    weights, bias = np.ones((2, 2)), np.ones(2)
    optimizer = AdamW(np, [weights, bias], decay=0.5)

    optimizer.update([weights, bias], [np.zeros((2, 2)), np.zeros(2)], [0.1, 0.1])

    np.testing.assert_allclose(weights, 0.95)
    np.testing.assert_array_equal(bias, 1)


def test_adamw_finds_the_lowest_point() -> None:
    place = np.array([3.0, -2.0])
    optimizer = AdamW(np, [place])

    for step in range(600):
        rate = 0.1 * warm_up_cosine(step, 600, 0.1)
        optimizer.update([place], [2 * (place - [1.0, 1.0])], [rate])

    np.testing.assert_allclose(place, 1, atol=1e-3)


def test_adamw_gives_the_same_numbers_in_pieces() -> None:
    rng = np.random.default_rng(0)
    start = rng.normal(size=(300, 500)).astype(np.float32)  # five pieces
    pieces, whole = start.copy(), start.copy()
    by_and_by = AdamW(np, [pieces])
    at_once = AdamW(np, [whole], in_pieces=False)

    for _ in range(2 * TIDY_EVERY):
        gradient = rng.normal(size=start.shape).astype(np.float32)
        by_and_by.update([pieces], [gradient], [0.01])
        at_once.update([whole], [gradient], [0.01])

    np.testing.assert_array_equal(pieces, whole)
    assert (pieces != start).all()


def test_adamw_never_computes_with_subnormal_numbers() -> None:
    weights = np.ones((4, 3), np.float32)
    optimizer = AdamW(np, [weights])
    optimizer.update([weights], [np.full((4, 3), 1e-3, np.float32)], [0.01])

    smallest = []
    for _ in range(2000):  # a unit that has died: no gradient any more
        optimizer.update([weights], [np.zeros((4, 3), np.float32)], [0.01])
        (mean,) = optimizer.means
        smallest.append(np.abs(mean[mean != 0]).min(initial=1.0))

    assert min(smallest) > np.finfo(np.float32).tiny
    assert not optimizer.means[0].any()
    assert optimizer.squares[0].all()


def test_adamw_refuses_gradients_that_are_missing() -> None:
    place = np.zeros(2)
    optimizer = AdamW(np, [place])

    with pytest.raises(ValueError, match="longer"):
        optimizer.update([place], [place], [0.1, 0.1])


@given(steps=st.integers(1, 400), warm_up=st.floats(0, 0.99))
def test_warm_up_cosine_rises_then_falls(steps: int, warm_up: float) -> None:
    shares = [warm_up_cosine(step, steps, warm_up) for step in range(steps)]

    peak = shares.index(max(shares))
    assert all(0 < share <= 1 for share in shares)
    assert shares[: peak + 1] == sorted(shares[: peak + 1])
    assert shares[peak:] == sorted(shares[peak:], reverse=True)


def test_warm_up_cosine_ends_near_zero() -> None:
    last = warm_up_cosine(999, 1000, 0.5)

    assert math.isclose(last, 0, abs_tol=1e-4)
