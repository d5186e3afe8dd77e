"""What a network looks like now.

The layer sums of a unit are both its pre-activation z = x @ weights + bias and its
activation a = f(z), for one example, with nothing dropped. The activity of a hidden
unit is the share of a sample of examples on which its activation is not 0.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from trainer.layer import Layer
from trainer.models.mlp import MLP

# A matrix of more classes would be larger than the network, and nobody could read it.
MOST_CONFUSED = 32


def is_confusion_shown(decisions: Sequence[str]) -> bool:
    """Whether a confusion matrix of these is streamed."""
    return len(decisions) <= MOST_CONFUSED


def capture(
    model: MLP,
    x: NDArray[np.float32],
    sample: NDArray[np.float32] | None = None,
    confusion: NDArray[np.int64] | None = None,
) -> list[Layer]:
    """Look at the network and at what one example does to it.

    Args:
        model: The network.
        x: The example, shape (model.sizes[0],).
        sample: The examples that activity is measured on, shape (n, model.sizes[0]);
            None to leave it out.
        confusion: Counts of decisions, as in Evaluation; None to leave them out.

    Returns:
        The layers, the input first. Weights and biases are the network's own where it
        computes with numpy: copy them before the training goes on.
    """
    # Numbers out of range are sent as what they lead to.
    with np.errstate(over="ignore", invalid="ignore"):
        trace = model.trace(x)
        activity = [] if sample is None else model.activity(sample)
    to_host = model.backend.to_host
    layers = [Layer(activation=trace.activations[0])]
    last = len(model.weights) - 1
    for k, (weights, bias) in enumerate(zip(model.weights, model.biases, strict=True)):
        more = {"activity": activity[k]} if k < len(activity) else {}
        if k == last and confusion is not None:
            more["confusion"] = confusion.astype(np.float32)
        layers.append(
            Layer(
                activation=trace.activations[k + 1],
                pre_activation=trace.pre_activations[k],
                weights=to_host(weights),
                bias=to_host(bias),
                function="softmax" if k == last else "relu",
                more=more,
            )
        )
    return layers
