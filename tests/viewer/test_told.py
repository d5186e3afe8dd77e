from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from protocol.messages import Manifest
from viewer.told import is_rare, others_of

Make = Callable[..., Manifest]
NAN = np.nan


@pytest.mark.parametrize(
    ("metrics", "others"),
    [
        (("epoch", "loss", "accuracy", "held_out_loss", "held_out_accuracy"), []),
        (("epoch", "learning_rate", "gradient_norm_3", "examples_per_second"), []),
        (("epoch", "r2", "loss", "f1"), ["r2", "f1"]),
        (("epoch", "f1", "held_out_f1"), ["f1"]),
        (("epoch", "held_out_f1"), ["held_out_f1"]),
        (("epoch", "f1", "f1"), ["f1"]),
        (("epoch", "auroc", "held_out_auroc"), ["auroc"]),
    ],
)
def test_metrics_of_which_only_the_name_is_known_are_others(
    make_manifest: Make, metrics: tuple[str, ...], others: list[str]
) -> None:
    assert others_of(replace(make_manifest((4, 2)), metrics=metrics)) == others


@pytest.mark.parametrize(
    ("values", "is_so"),
    [
        ([1, NAN, NAN, 2, NAN], True),
        ([NAN, 1, NAN], True),
        ([1, NAN], True),
        ([1, 2, NAN, NAN], False),
        ([1, NAN, 2, 3], False),
        ([1, 2, 3], False),
        ([NAN, NAN], False),
        ([], False),
    ],
)
def test_metric_told_in_no_two_rows_that_follow_each_other_is_rare(
    values: list[float], is_so: bool
) -> None:
    assert is_rare(np.array(values, np.float64)) is is_so


def test_one_value_may_be_too_few_to_call_a_metric_rare() -> None:
    assert not is_rare(np.array([1, NAN, NAN]), 2)
    assert is_rare(np.array([1, NAN, 2]), 2)
