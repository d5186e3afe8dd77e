"""A layer as a user's loop hands it over, from arrays of any framework."""

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
            in a plane, or (maps, rows, columns) of feature maps, which are laid side by
            side. Of the first layer it is the example itself.
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
        """Give what there is by kind, as numpy arrays of one or two dimensions.

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


def tiled(maps: Array) -> Array:
    """Lay feature maps side by side, as near to a square as it goes.

    Args:
        maps: Shape (maps, rows, columns).

    Returns:
        Shape (down * rows, across * columns), with down * across = maps.
    """
    count, rows, columns = maps.shape
    across = min(
        (each for each in range(1, count + 1) if count % each == 0),
        key=lambda each: abs(np.log(each * columns / (count // each * rows))),
    )
    grid = maps.reshape(count // across, across, rows, columns)
    return grid.transpose(0, 2, 1, 3).reshape(-1, across * columns)


def _flat(kind: str, array: Array) -> Array:
    if array.ndim == 0:
        array = array.reshape(1)
    if kind in OF_UNITS:
        if array.ndim == 3:
            array = tiled(array)
        if array.ndim == 2 and 1 in array.shape:
            array = array.reshape(-1)
    if array.ndim > 2:
        raise ValueError(
            f"expected {kind} of one example, of at most three dimensions, got shape "
            f"{array.shape}"
        )
    return array
