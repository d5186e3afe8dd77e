"""A layer as a user's loop hands it over, from arrays of any framework."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from protocol.messages import Array
from trainer.host_arrays import to_host

# Classes of cells are numbered, all else is measured.
CLASS_MAP = "class_map"

# These have a value for each unit.
OF_UNITS = ("activation", "pre_activation", "bias", "activity", "saturation")


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Layer:
    """What one example does to a layer of units, and how the layer is connected.

    Whatever is None or left out is not shown. Arrays may be of numpy, PyTorch, JAX,
    Keras or CuPy, or lists of numbers; of one example, not of a batch.

    Attributes:
        activation: The units' outputs, shape (units,); (rows, columns) of units that lie
            in a plane, or (maps, rows, columns) of feature maps. Of the first layer it
            is the example itself.
        pre_activation: The layer sums before the activation function, likewise.
        weights: From the layer before, shape (units before, units). PyTorch's
            `Linear.weight` is the other way round: hand its `.T` over.
        bias: Shape (units,).
        name: Such as "hidden 1"; "" for the usual name.
        function: Name of the activation function, such as "relu".
        more: Other arrays by their kind; the kinds are in protocol/SPEC.md, section 3.
    """

    activation: Any = None
    pre_activation: Any = None
    weights: Any = None
    bias: Any = None
    name: str = ""
    function: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)

    def arrays(self) -> dict[str, Array]:
        """Give what there is by kind, as numpy arrays; units in one dimension.

        Returns:
            Not copies where there need be none: see `to_host`.

        Raises:
            TypeError: Something holds no real numbers.
            ValueError: An array has more dimensions than can be shown.
        """
        given = {
            "weights": self.weights,
            "bias": self.bias,
            "pre_activation": self.pre_activation,
            "activation": self.activation,
            **self.more,
        }
        return {
            kind: _flat(kind, to_host(array))
            for kind, array in given.items()
            if array is not None
        }


def tile_of(layer: Layer) -> tuple[int, int] | None:
    """Give (rows, columns) of the maps that a layer's units make up; None of none."""
    activation = layer.activation
    shape = tuple(getattr(activation, "shape", ())) or np.shape(activation)
    if len(shape) < 2 or max(shape) == math.prod(shape):
        return None
    return int(shape[-2]), int(shape[-1])


def _flat(kind: str, array: Array) -> Array:
    if kind in OF_UNITS:
        if array.ndim > 3:
            raise ValueError(
                f"expected {kind} of one example, of at most three dimensions, got "
                f"shape {array.shape}"
            )
        return array.reshape(-1)
    if array.ndim not in (1, 2):
        raise ValueError(
            f"expected {kind} of one or two dimensions, got shape {array.shape}"
        )
    return array
