"""What the original drew: ten blocks of pixels, the hidden units, and a decision.

Activations are sent as they are. Beside them is sent how bright each unit was drawn: its
activation between the smallest and the largest of its layer.
"""

import numpy as np
from numpy.typing import NDArray

from protocol.messages import Array, ArraySpec, LayerSpec, Manifest
from trainer.datasets.dataset import Dataset
from trainer.decision import decide
from trainer.models.mlp import MLP
from trainer.recipe import Recipe
from trainer.step import metrics

BLOCKS = 10
Floats = NDArray[np.float32]


def manifest_of(
    model: MLP, dataset: Dataset, recipe: Recipe, *, every: int, started: float
) -> Manifest:
    """Describe the network as it is drawn, with ten inputs."""
    sizes = (BLOCKS, *model.sizes[1:])
    last = len(sizes) - 1
    hidden = [(f"hidden {i}", "relu") for i in range(1, last)]
    names = [("ten blocks of pixels", ""), *hidden, ("output", "decision")]
    return Manifest(
        name=f"nn-plot: {dataset.name}",
        kind="mlp",
        axis="epoch",
        layers=tuple(
            LayerSpec(name=name, units=units, activation=activation)
            for (name, activation), units in zip(names, sizes, strict=True)
        ),
        arrays=(
            _spec("picture", 0, *dataset.input_shape),
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
        ),
        metrics=metrics(last),
        classes=dataset.classes,
        input_shape=(),
        every=every,
        epochs=max(recipe.epochs - 1, 0),
        started=started,
    )


def look(
    model: MLP, dataset: Dataset, x: Floats, reject: float
) -> dict[tuple[str, int], Array]:
    """Look at the network and at what one picture does to it.

    Args:
        model: The network; nothing is dropped.
        dataset: What it learns.
        x: The picture, shape (model.sizes[0],), 0 to 255.
        reject: Where no class reaches this the decision is the last one.

    Returns:
        Arrays by (kind, layer), copies but for weights of later layers.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        trace = model.trace(x)
        first = np.asarray(model.backend.to_host(model.weights[0]))
        picture = x / np.float32(255)
        activations = [blocks(picture), *trace.activations[1:]]
        activations[-1] = _decision(trace.activations[-1], dataset.unknown, reject)
        found: dict[tuple[str, int], Array] = {
            ("picture", 0): picture.reshape(dataset.input_shape),
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
