"""What a network looks like now.

The layer sums of a unit are both its pre-activation z = x @ weights + bias and its
activation a = f(z), for one example, with nothing dropped. The activity of a hidden
unit is the share of a sample of examples on which its activation is not 0.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from protocol import limits
from protocol.messages import Array, ArraySpec, LayerSpec, Manifest
from trainer.models.mlp import MLP
from trainer.trained import Trained

DTYPE = "<f4"

# A matrix of more classes would be larger than the network, and nobody could read it.
MOST_CONFUSED = 32


def manifest_of(
    trained: Trained,
    arrays: tuple[ArraySpec, ...],
    metrics: tuple[str, ...],
    *,
    name: str,
    every: int,
    epochs: int,
    started: float,
    axis: str = "epoch",
) -> Manifest:
    """Describe a run before it begins.

    Args:
        trained: The network.
        arrays: What each snapshot will hold.
        metrics: Names of the columns of its metric rows.
        name: Title of the run.
        every: Epochs between two snapshots.
        epochs: How many there will be; 0 where that is open.
        started: Unix seconds.
        axis: What is counted, "epoch" or "example".
    """
    return Manifest(
        name=_clip(name),
        kind="mlp",
        axis=axis,
        layers=_layers(trained.network.sizes),
        arrays=arrays,
        metrics=metrics,
        classes=tuple(map(_clip, trained.classes)),
        input_shape=trained.input_shape,
        every=every,
        epochs=epochs,
        started=started,
        unknown=trained.unknown,
        reject=trained.reject,
    )


def confused(decisions: Sequence[str]) -> int:
    """Count the rows of a confusion matrix of these; 0 where none is streamed."""
    return len(decisions) if len(decisions) <= MOST_CONFUSED else 0


def capture(
    model: MLP,
    x: NDArray[np.float32],
    sample: NDArray[np.float32] | None = None,
    confusion: NDArray[np.int64] | None = None,
) -> dict[tuple[str, int], Array]:
    """Look at the network and at what one example does to it.

    Args:
        model: The network.
        x: The example, shape (model.sizes[0],).
        sample: The examples that activity is measured on, shape (n, model.sizes[0]);
            None to leave it out.
        confusion: Counts of decisions, as in Evaluation; None to leave them out.

    Returns:
        Arrays by (kind, layer). Weights and biases are the network's own where it
        computes with numpy: copy them before the training goes on.
    """
    # Numbers out of range are sent as what they lead to.
    with np.errstate(over="ignore", invalid="ignore"):
        trace = model.trace(x)
        activity = [] if sample is None else model.activity(sample)
    to_host = model.backend.to_host
    found: dict[tuple[str, int], Array] = {("activation", 0): trace.activations[0]}
    for layer in range(1, len(model.sizes)):
        found["weights", layer] = to_host(model.weights[layer - 1])
        found["bias", layer] = to_host(model.biases[layer - 1])
        found["pre_activation", layer] = trace.pre_activations[layer - 1]
        found["activation", layer] = trace.activations[layer]
    for layer, share in enumerate(activity, start=1):
        found["activity", layer] = share
    if confusion is not None:
        found["confusion", len(model.weights)] = confusion.astype(np.float32)
    return found


def _layers(sizes: tuple[int, ...]) -> tuple[LayerSpec, ...]:
    hidden = [(f"hidden {i}", "relu") for i in range(1, len(sizes) - 1)]
    names = [("input", ""), *hidden, ("output", "softmax")]
    return tuple(
        LayerSpec(name=name, units=units, activation=activation)
        for (name, activation), units in zip(names, sizes, strict=True)
    )


def arrays_of(
    sizes: tuple[int, ...], rows: int = 0, *, active: bool = True
) -> tuple[ArraySpec, ...]:
    """List the arrays of a snapshot.

    Args:
        sizes: Units of each layer.
        rows: Of the confusion matrix; 0 for none.
        active: Whether there is the activity of hidden units.
    """
    specs = [_spec("activation", 0, sizes[0])]
    for layer in range(1, len(sizes)):
        specs += [
            _spec("weights", layer, sizes[layer - 1], sizes[layer]),
            _spec("bias", layer, sizes[layer]),
            _spec("pre_activation", layer, sizes[layer]),
            _spec("activation", layer, sizes[layer]),
        ]
        if active and layer < len(sizes) - 1:
            specs.append(_spec("activity", layer, sizes[layer]))
    if rows:
        specs.append(_spec("confusion", len(sizes) - 1, rows, rows))
    return tuple(specs)


def _spec(kind: str, layer: int, *shape: int) -> ArraySpec:
    return ArraySpec(kind=kind, layer=layer, dtype=DTYPE, shape=shape)


def _clip(name: str) -> str:
    """Shorten a name to what the wire carries, between two characters."""
    encoded = name.encode(errors="replace")  # a file's name need not be text
    return encoded[: limits.NAME_BYTES].decode(errors="ignore")
