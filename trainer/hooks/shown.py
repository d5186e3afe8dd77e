"""Layers to show from the arrays that a forward pass gave."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from protocol.messages import Array
from trainer.hooks.calls import Key, Shown
from trainer.layer import Layer

Parameters = tuple[Any, Any]  # weights, shape (units before, units), and bias


def layers_of(
    found: Sequence[Shown],
    values: Mapping[Key, Array],
    parameters_of: Callable[[Any], Parameters],
    *,
    channels_last: bool,
) -> list[Layer]:
    """Fill in what is shown.

    Args:
        found: What is shown, in its order.
        values: Of all tensors, for a batch of one.
        parameters_of: Gives weights and bias of a dense layer; None of none.
        channels_last: Whether the maps of a picture are its last dimension.
    """
    layers = []
    for at, shown in enumerate(found):
        weights, bias = (
            parameters_of(shown.call.layer) if shown.is_dense else (None, None)
        )
        if shown.has_edges and channels_last and weights is not None:
            before = values[found[at - 1].activation].shape[1:]
            weights = _rows_by_map(np.asarray(weights), before)
        layers.append(
            Layer(
                activation=_example(values[shown.activation], channels_last),
                pre_activation=(
                    None
                    if shown.sums is None
                    else _example(values[shown.sums], channels_last)
                ),
                weights=weights if shown.has_edges else None,
                bias=bias,
                name=shown.name,
                function=shown.function,
            )
        )
    return layers


def picture_of(first: Layer) -> tuple[int, ...]:
    """Give (rows, columns) of an input that is one grey picture; () of any other."""
    shape = np.shape(first.activation)
    is_picture = len(shape) in (2, 3) and shape[-3:-2] in ((), (1,))
    return shape[-2:] if is_picture and min(shape[-2:]) > 1 else ()


def _example(value: Array, channels_last: bool) -> Array:
    """Take the one example of a batch, as Layer has it: maps before rows and columns."""
    only: Array = value[0]
    if only.ndim == 3 and channels_last:
        return np.moveaxis(only, -1, 0)
    return only if only.ndim in (1, 2, 3) else only.reshape(-1)


def _rows_by_map(weights: Array, shape: tuple[int, ...]) -> Array:
    """Sort rows of weights as `_example` sorts the units before.

    Args:
        weights: Shape (units before, units).
        shape: Of the units before: (rows, columns, maps), or another.
    """
    if len(shape) != 3:
        return weights
    by_unit = weights.reshape(*shape, weights.shape[1])
    return np.moveaxis(by_unit, 2, 0).reshape(weights.shape)
