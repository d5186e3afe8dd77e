import math

import numpy as np

from trainer.step import Evaluation, Step, metrics

NONE = np.zeros((2, 2), np.int64)


def step_of(held_out: Evaluation, examples: int = 20) -> Step:
    return Step(7, 14, 0.5, 0.75, held_out, 0.1, (1.0, 2.0), examples)


def test_row_has_a_number_for_each_metric() -> None:
    step = step_of(Evaluation(0.25, 1.0, 0.1, 0.9, 0.95, NONE))

    row = dict(zip(metrics(2), step.row(2.0), strict=True))

    assert row == {
        "epoch": 7,
        "loss": 0.5,
        "accuracy": 0.75,
        "held_out_loss": 0.25,
        "held_out_accuracy": 1.0,
        "held_out_rejected": 0.1,
        "held_out_caught": 0.9,
        "held_out_auroc": 0.95,
        "learning_rate": 0.1,
        "gradient_norm_1": 1.0,
        "gradient_norm_2": 2.0,
        "examples_per_second": 10.0,
    }
    assert all(type(value) is float for value in row.values())


def test_row_has_no_speed_where_nothing_was_learned_from() -> None:
    step = step_of(Evaluation(0.25, 1.0, 0.1, 0.9, 0.95, NONE), examples=0)

    assert math.isnan(step.row(2.0)[-1])


def test_figures_give_the_training_accuracy_where_nothing_is_held_out() -> None:
    nothing = Evaluation(math.nan, math.nan, math.nan, math.nan, math.nan, NONE)

    assert step_of(nothing).figures() == "loss 0.5000  accuracy 0.750"
