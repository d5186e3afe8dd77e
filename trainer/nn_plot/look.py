"""What the original drew: ten blocks of pixels, the hidden units, and a decision.

Activations are sent as they are. Beside them is sent how bright each unit was drawn: its
activation between the smallest and the largest of its layer.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from protocol.messages import Array, ArraySpec, LayerSpec, Manifest
from trainer.decision import decide
from trainer.trained import Trained

BLOCKS = 10
Floats = NDArray[np.float32]


def reduced(manifest: Manifest) -> Manifest:
    """Describe a network as it is drawn: with ten inputs, and decisions at its end."""
    sizes = (BLOCKS, *(layer.units for layer in manifest.layers[1:]))
    last = len(sizes) - 1
    inputs = LayerSpec(name="ten blocks of pixels", units=BLOCKS, activation="")
    outputs = replace(manifest.layers[last], activation="decision")
    confusions = (spec for spec in manifest.arrays if spec.kind == "confusion")
    return replace(
        manifest,
        layers=(inputs, *manifest.layers[1:last], outputs),
        arrays=(
            _spec("picture", 0, *manifest.input_shape),
            *(
                _spec(kind, k, units)
                for kind in ("activation", "saturation")
                for k, units in enumerate(sizes)
            ),
            *(_spec("pre_activation", k, sizes[k]) for k in range(1, len(sizes))),
            *(
                _spec("weights", k, sizes[k - 1], sizes[k])
                for k in range(1, len(sizes))
            ),
            *confusions,
        ),
        input_shape=(),
    )


def look(trained: Trained, x: Floats, reject: float) -> dict[tuple[str, int], Array]:
    """Look at a network and at what one picture does to it.

    Args:
        trained: The network; nothing is dropped.
        x: The picture, shape (features,), 0 to 255.
        reject: Where no class reaches this the decision is the last one.

    Returns:
        Arrays by (kind, layer), copies but for weights of later layers.
    """
    model = trained.network
    with np.errstate(over="ignore", invalid="ignore"):
        trace = model.trace(x)
        first = np.asarray(model.backend.to_host(model.weights[0]))
        picture = x / np.float32(255)
        activations = [blocks(picture), *trace.activations[1:]]
        activations[-1] = _decision(trace.activations[-1], trained.unknown, reject)
        found: dict[tuple[str, int], Array] = {
            ("picture", 0): (1 - picture).reshape(trained.input_shape),
            ("weights", 1): blocks(first),
        }
        for layer, activation in enumerate(activations):
            found["activation", layer] = activation
            found["saturation", layer] = between(activation)
        for layer, z in enumerate(trace.pre_activations, start=1):
            found["pre_activation", layer] = z
    for layer, weights in enumerate(model.weights[1:], start=2):
        found["weights", layer] = model.backend.to_host(weights)
    return found


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


def _spec(kind: str, layer: int, *shape: int) -> ArraySpec:
    return ArraySpec(kind=kind, layer=layer, dtype="<f4", shape=shape)
