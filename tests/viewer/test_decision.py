import numpy as np
import pytest

from viewer.decision import Decision, decide


@pytest.mark.parametrize(
    ("probabilities", "decision"),
    [
        ((0.7, 0.2, 0.1), Decision(0, 0, is_unknown=False, is_rejected=False)),
        ((0.5, 0.3, 0.2), Decision(2, 0, is_unknown=True, is_rejected=True)),
        ((0.1, 0.2, 0.7), Decision(2, 1, is_unknown=True, is_rejected=False)),
    ],
)
def test_unknown_is_decided_by_its_output_or_because_no_other_is_likely(
    probabilities: tuple[float, ...], decision: Decision
) -> None:
    assert decide(np.array(probabilities), 2, 0.6) == decision


def test_unknown_needs_no_class_of_its_own() -> None:
    decision = decide(np.array([0.5, 0.3, 0.2]), None, 0.6)

    assert decision == Decision(None, 0, is_unknown=True, is_rejected=True)


def test_probability_that_is_just_enough_decides() -> None:
    decision = decide(np.array([0.6, 0.4], np.float32), None, 0.6)

    assert decision is not None
    assert decision.chosen == 0


@pytest.mark.parametrize("broken", [np.nan, np.inf])
def test_nothing_is_decided_of_what_is_no_number(broken: float) -> None:
    assert decide(np.array([0.9, broken]), None, 0.6) is None


def test_nothing_is_decided_where_unknown_is_all_there_is() -> None:
    assert decide(np.array([1.0]), 0, 0.6) is None
