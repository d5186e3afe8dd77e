"""What the last layer of a PyTorch model says: classes, or numbers."""

from typing import Literal

import numpy as np

from protocol.messages import Array
from trainer.hooks.torch_shown import Shown

Head = Literal["softmax", "sigmoid", "linear"]


def head_of(units: int, classes: int) -> Head:
    """Choose how outputs are read where the user does not say."""
    if classes > 1 and classes == units:
        return "softmax"
    return "sigmoid" if classes == 2 and units == 1 else "linear"


def finish(last: Shown, head: Head | None, classes: int) -> None:
    """Turn the last layer's sums into probabilities, unless the model did it itself.

    Args:
        last: The last layer; changed.
        head: How its outputs are read; None to choose.
        classes: How many there are; 0 where outputs are numbers.
    """
    if last.function == "log_softmax":
        last.function, last.activation = "softmax", np.exp(last.activation)
    if last.function or last.activation.ndim > 1:
        return
    head = head or head_of(last.activation.size, classes)
    if head == "linear":
        return
    sums = last.activation
    last.function, last.pre_activation = head, sums
    last.activation = _softmax(sums) if head == "softmax" else _sigmoid(sums)


def _softmax(sums: Array) -> Array:
    raised = np.exp(sums - sums.max())
    return np.asarray(raised / raised.sum())


def _sigmoid(sums: Array) -> Array:
    return np.asarray((1 + np.tanh(sums / 2)) / 2)  # overflows nowhere
