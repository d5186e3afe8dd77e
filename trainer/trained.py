"""A trained network and what it needs to be used: what a model file is made of."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainer.backend import CPU, Backend
from trainer.datasets.preparation import TABLE, Preparation
from trainer.decision import decide, decisions
from trainer.model_file import Model, ModelFileError, load
from trainer.models.mlp import MLP

KIND = "mlp"

# A file may claim anything; a network of more would not be one that we made.
MOST_LAYERS = 1024


@dataclass(frozen=True, slots=True, eq=False)
class Trained:
    """A network that can decide.

    Attributes:
        network: The perceptron.
        classes: Names of its outputs.
        input_shape: (height, width) of a picture, () of a row of numbers.
        preparation: How a picture or a row becomes what it reads.
        unknown: Index of the output that means "none of the others", None without one.
        reject: Where no other output reaches this the decision is unknown.
    """

    network: MLP
    classes: tuple[str, ...]
    input_shape: tuple[int, ...]
    preparation: Preparation
    unknown: int | None
    reject: float

    @property
    def decisions(self) -> tuple[str, ...]:
        """Names of all that can be decided: the classes, and the unknown."""
        return decisions(self.classes, self.unknown)

    @property
    def none(self) -> int:
        """Index of the unknown in `decisions`."""
        return len(self.classes) if self.unknown is None else self.unknown

    def probabilities(self, x: NDArray[np.float32]) -> NDArray[np.floating]:
        """Give the probability of each class, (n, classes); not a number where the
        weights are out of range.
        """
        network = self.network
        with np.errstate(over="ignore", invalid="ignore"):
            found = network.probabilities(network.backend.to_device(x))
            return np.asarray(network.backend.to_host(found))

    def decide(self, p: NDArray[np.floating]) -> NDArray[np.int64]:
        """Decide for each row of probabilities; indices into `decisions`."""
        return decide(p, self.reject, self.unknown)


def pack(trained: Trained) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Give what a model file needs to hold: what JSON can hold, and arrays by name."""
    network, preparation = trained.network, trained.preparation
    meta = {
        "kind": KIND,
        "sizes": list(network.sizes),
        "dropout": network.dropout,
        "weight_dropout": network.weight_dropout,
        "classes": list(trained.classes),
        "input_shape": list(trained.input_shape),
        "preparation": {"kind": preparation.kind, "shape": list(preparation.shape)},
        "unknown": trained.unknown,
        "reject": trained.reject,
    }
    to_host = network.backend.to_host
    arrays = {}
    pairs = zip(network.weights, network.biases, strict=True)
    for layer, (weights, bias) in enumerate(pairs, start=1):
        arrays[f"weights_{layer}"] = to_host(weights)
        arrays[f"bias_{layer}"] = to_host(bias)
    if preparation.low is not None and preparation.high is not None:
        arrays |= {"low": preparation.low, "high": preparation.high}
    return meta, arrays


def unpack(model: Model, path: Path, backend: Backend = CPU) -> Trained:
    """Make the network that a model file holds.

    Raises:
        ModelFileError: Something is missing, or does not fit the rest.
    """
    try:
        return _unpack(model.meta, model.arrays, backend)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        text = f"{error} is missing" if isinstance(error, KeyError) else str(error)
        raise ModelFileError(f"cannot use the model {path}: {text}") from error


def read(path: Path) -> Trained:
    """Read a model file.

    Raises:
        ModelFileError: It is none, or of another kind.
    """
    return unpack(load(path, KIND), path)


def _unpack(
    meta: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]], backend: Backend
) -> Trained:
    sizes = tuple(map(int, meta["sizes"]))
    classes = tuple(map(str, meta["classes"]))
    shape = tuple(map(int, meta["input_shape"]))
    unknown = None if meta["unknown"] is None else int(meta["unknown"])
    if not 2 <= len(sizes) <= MOST_LAYERS or len(classes) != sizes[-1]:
        raise ValueError(f"sizes {sizes} do not fit {len(classes)} classes")
    if unknown is not None and not 0 <= unknown < len(classes):
        raise ValueError(f"there is no output {unknown}")
    if shape and math.prod(shape) != sizes[0]:
        raise ValueError(f"pictures of {shape} do not fit {sizes[0]} inputs")
    parameters = {
        f"{name}_{layer}": _fitting(f"{name}_{layer}", arrays, wanted)
        for layer in range(1, len(sizes))
        for name, wanted in (
            ("weights", (sizes[layer - 1], sizes[layer])),
            ("bias", (sizes[layer],)),
        )
    }
    network = MLP(
        sizes,
        float(meta["dropout"]),
        weight_dropout=float(meta["weight_dropout"]),
        backend=backend,
    )
    for i in range(len(sizes) - 1):
        network.weights[i] = backend.to_device(parameters[f"weights_{i + 1}"])
        network.biases[i] = backend.to_device(parameters[f"bias_{i + 1}"])
    preparation = _preparation(meta["preparation"], arrays, sizes[0])
    return Trained(network, classes, shape, preparation, unknown, float(meta["reject"]))


def _preparation(
    meta: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]], features: int
) -> Preparation:
    kind, shape = str(meta["kind"]), tuple(map(int, meta["shape"]))
    if math.prod(shape) != features or len(shape) != (1 if kind == TABLE else 2):
        raise ValueError(f"{kind} of {shape} does not fit {features} inputs")
    if kind != TABLE:
        return Preparation(kind, shape)
    low, high = (_fitting(name, arrays, shape) for name in ("low", "high"))
    return Preparation(kind, shape, low, high)


def _fitting(
    name: str, arrays: Mapping[str, NDArray[Any]], shape: tuple[int, ...]
) -> NDArray[np.float32]:
    found = arrays[name]
    if found.shape != shape:
        raise ValueError(f"expected {name} of {shape}, got {found.shape}")
    return found.astype(np.float32)
