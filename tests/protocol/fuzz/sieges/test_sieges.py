"""A few thousand spoilt messages; `tests/benchmarks/fuzz.py` takes a million."""

from collections.abc import Callable
from typing import Any

import pytest

MESSAGES = 3500


@pytest.mark.parametrize("seed", [1, 2])
def test_trainer_serves_the_honest_whatever_others_say(
    make_siege: Callable[..., Any], seed: int
) -> None:
    siege = make_siege("trainer", seed)

    for _ in range(MESSAGES):
        siege.step()

    siege.check()
    assert siege.tally.refused > MESSAGES // 10


@pytest.mark.parametrize("seed", [1, 2])
def test_viewer_bears_whatever_comes(make_siege: Callable[..., Any], seed: int) -> None:
    siege = make_siege("viewer", seed)

    for _ in range(MESSAGES):
        siege.step()

    assert siege.tally.refused > MESSAGES // 3
