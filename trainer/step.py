"""Where a training stands after an epoch, and the metric rows made of it."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BEFORE_NORMS = (
    "epoch",
    "loss",
    "accuracy",
    "held_out_loss",
    "held_out_accuracy",
    "held_out_rejected",
    "held_out_caught",
    "held_out_auroc",
    "learning_rate",
)
NORM = "gradient_norm_"
SPEED = "examples_per_second"


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """How well a network does on examples, nothing dropped; NaN where there are none.

    Attributes:
        loss: Mean cross-entropy in nats.
        accuracy: Share whose likeliest class is the true one, 0 to 1.
        rejected: Share of the known examples decided "unknown"; see decision.py.
        caught: Share of the unknown examples decided "unknown".
        auroc: How well the probability of unknown tells the two apart.
        confusion: Counts, shape (k, k): a row a true class, a column a decision; k is
            the number of classes, plus one where none of them is the unknown.
    """

    loss: float
    accuracy: float
    rejected: float
    caught: float
    auroc: float
    confusion: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """Where the training stands after an epoch.

    Attributes:
        epoch: Completed epochs; 0 is before training.
        step: Optimizer updates done.
        loss: Mean cross-entropy in nats over the epoch's batches, as they were trained
            (units dropped); at epoch 0 over the training set, nothing dropped.
        accuracy: Share of the same that was classified rightly, 0 to 1.
        held_out: The same on the held-out examples, and more.
        learning_rate: Of the last update, as in the recipe; NaN before the first.
        gradient_norms: L2 norm of the gradient of each layer's weights at the last
            update; NaN before the first.
        examples: How many were learned from in this epoch.
        completed: How many epochs are; None where that is `epoch`.
    """

    epoch: int
    step: int
    loss: float
    accuracy: float
    held_out: Evaluation
    learning_rate: float
    gradient_norms: tuple[float, ...]
    examples: int
    completed: int | None = None

    def row(self, seconds: float) -> list[float]:
        """Give the numbers in the order of `metrics`; the epoch took so many seconds."""
        held_out = self.held_out
        return [
            float(self.epoch),
            self.loss,
            self.accuracy,
            held_out.loss,
            held_out.accuracy,
            held_out.rejected,
            held_out.caught,
            held_out.auroc,
            self.learning_rate,
            *self.gradient_norms,
            self.examples / seconds if self.examples and seconds > 0 else math.nan,
        ]

    def figures(self) -> str:
        """Say the loss, and the held-out accuracy where there is one."""
        held_out = self.held_out.accuracy
        if math.isnan(held_out):
            return f"loss {self.loss:.4f}  accuracy {self.accuracy:.3f}"
        return f"loss {self.loss:.4f}  held-out accuracy {held_out:.3f}"


def metrics(layers: int) -> tuple[str, ...]:
    """Name the columns of the rows of a network with so many layers of weights."""
    norms = (f"{NORM}{layer}" for layer in range(1, layers + 1))
    return (*BEFORE_NORMS, *norms, SPEED)
