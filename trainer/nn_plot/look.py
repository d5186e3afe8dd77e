"""What the original drew: ten blocks of pixels, the hidden units, and a decision.

Activations are sent as they are. Beside them is sent how bright each unit was drawn: its
activation between the smallest and the largest of its layer.
"""

import numpy as np
from numpy.typing import NDArray

from trainer.decision import decide
from trainer.layer import Layer
from trainer.trained import Trained

BLOCKS = 10
Floats = NDArray[np.float32]


def look(
    trained: Trained,
    x: Floats,
    reject: float,
    confusion: NDArray[np.int64] | None = None,
) -> list[Layer]:
    """Look at a network and at what one picture does to it.

    It is shown as it was drawn: with ten inputs, and decisions at its end.

    Args:
        trained: The network; nothing is dropped.
        x: The picture, shape (features,), 0 to 255.
        reject: Where no class reaches this the decision is the last one.
        confusion: Counts of decisions; None to leave them out.

    Returns:
        The layers, copies but for weights of later layers.
    """
    model = trained.network
    with np.errstate(over="ignore", invalid="ignore"):
        trace = model.trace(x)
        first = np.asarray(model.backend.to_host(model.weights[0]))
        picture = x / np.float32(255)
        activations = [blocks(picture), *trace.activations[1:]]
        activations[-1] = _decision(trace.activations[-1], trained.unknown, reject)
        matrices = [blocks(first), *map(model.backend.to_host, model.weights[1:])]
        shades = list(map(between, activations))
    last = len(matrices)
    ink = (1 - picture).reshape(trained.input_shape)
    layers = [
        Layer(
            name="ten blocks of pixels",
            activation=activations[0],
            more={"picture": ink, "saturation": shades[0]},
        )
    ]
    for k, weights in enumerate(matrices, start=1):
        more = {"saturation": shades[k]}
        if k == last and confusion is not None:
            more["confusion"] = confusion.astype(np.float32)
        layers.append(
            Layer(
                activation=activations[k],
                pre_activation=trace.pre_activations[k - 1],
                weights=weights,
                function="decision" if k == last else "relu",
                more=more,
            )
        )
    return layers


def blocks(values: Floats) -> Floats:
    """Average ten blocks of the first axis, (features, ...) to (10, ...)."""
    means = [part.mean(0) for part in np.array_split(values, BLOCKS)]
    return np.asarray(means, np.float32)


def between(values: Floats) -> Floats:
    """Scale to 0 at the smallest and 1 at the largest; all 0 where they are one."""
    low, high = values.min(), values.max()
    span = high - low if high > low else np.float32(1)
    return np.asarray((values - low) / span, np.float32)


def _decision(p: Floats, unknown: int | None, reject: float) -> Floats:
    chosen = decide(p[None], reject, unknown)[0]
    return np.asarray(np.arange(len(p)) == chosen, np.float32)
