import json
import math

import numpy as np

from trainer.step import Evaluation, Step
from trainer.training_summary import TrainingSummary

COUNTS = np.array([[8, 0, 2], [0, 9, 1], [0, 1, 4]])


def summary_of(step: Step) -> TrainingSummary:
    summary = TrainingSummary(decisions=("circle", "square", "unknown"), snapshots=2)
    summary.note(step)
    return summary


def test_summary_says_what_was_decided_of_held_out_examples() -> None:
    held_out = Evaluation(0.25, 0.84, 0.15, 0.8, 0.9512, COUNTS)

    text = summary_of(Step(7, 14, 0.5, 0.75, held_out, 0.1, (1.0,), 20)).text()

    assert text.splitlines() == [
        "interrupted: 7 epochs in 0.0 s, loss 0.5000, held-out accuracy 0.8400, "
        "2 snapshots",
        "held out: 15.0% decided unknown, of the unknown ones 80.0%, AUROC 0.951",
        "true \\ decided  circle  square  unknown",
        "circle               8       0        2",
        "square               0       9        1",
        "unknown              0       1        4",
    ]


def test_summary_has_no_number_where_there_is_none() -> None:
    none, counts = math.nan, np.zeros((3, 3), np.int64)
    nothing = Evaluation(none, none, none, none, none, counts)

    summary = summary_of(Step(1, 2, math.nan, math.inf, nothing, 0.1, (1.0,), 20))

    json.dumps(summary.as_dict(), allow_nan=False)
    assert summary.text() == (
        "interrupted: 1 epoch in 0.0 s, loss not finite, 2 snapshots"
    )
