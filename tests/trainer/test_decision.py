import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.decision import auroc, confusion, decide, unknownness, wilson


def test_the_likeliest_class_is_decided() -> None:
    p = np.array([[0.7, 0.2, 0.1], [0.1, 0.2, 0.7]])

    assert decide(p, 0.6, None).tolist() == [0, 2]


def test_a_class_below_the_limit_is_unknown() -> None:
    p = np.array([[0.5, 0.3, 0.2]])

    assert decide(p, 0.6, None).tolist() == [3]
    assert decide(p, 0.6, 2).tolist() == [2]


def test_the_unknown_class_wins_whatever_the_limit() -> None:
    p = np.array([[0.4, 0.0, 0.6]])

    assert decide(p, 0.1, 2).tolist() == [2]


def test_what_is_not_a_number_is_unknown() -> None:
    p = np.array([[np.nan, 0.9], [np.nan, np.nan]])

    assert decide(p, 0.0, None).tolist() == [2, 2]


def test_unknownness_is_the_probability_of_unknown_or_what_the_best_lacks() -> None:
    p = np.array([[0.5, 0.3, 0.2]])

    assert unknownness(p, 2).tolist() == [0.2]
    assert unknownness(p, None).tolist() == [0.5]


def test_confusion_counts_truths_by_row() -> None:
    counts = confusion(np.array([0, 0, 1]), np.array([0, 2, 1]), 3)

    assert counts.tolist() == [[1, 0, 1], [0, 1, 0], [0, 0, 0]]


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), max_size=30))
def test_auroc_is_the_chance_to_rank_a_pair_rightly(
    examples: list[tuple[int, bool]],
) -> None:
    scores = np.array([score for score, _ in examples], float)
    positive = np.array([is_one for _, is_one in examples], bool)

    found = auroc(scores, positive)

    pairs = [
        1.0 if high > low else 0.5 if high == low else 0.0
        for high in scores[positive]
        for low in scores[~positive]
    ]
    if pairs:
        assert found == pytest.approx(np.mean(pairs))
    else:
        assert math.isnan(found)


def test_auroc_of_broken_scores_is_not_a_number() -> None:
    assert math.isnan(auroc(np.array([np.nan, 1]), np.array([True, False])))


@pytest.mark.parametrize(
    ("right", "count", "low", "high"),
    [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1.0)],
)
def test_wilson_gives_the_interval_of_the_tables(
    right: int, count: int, low: float, high: float
) -> None:
    assert wilson(right, count) == pytest.approx((low, high), abs=1e-4)


def test_wilson_knows_nothing_of_nothing() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
