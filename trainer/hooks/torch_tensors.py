"""PyTorch's tensors, as what is shown of them: of one example, on the host."""

from collections.abc import Iterator, Mapping
from typing import Any

import torch

from protocol.messages import Array
from trainer.host_arrays import to_host

MOST_DIMENSIONS = 3  # of what a layer shows


def copied(tensor: torch.Tensor) -> Array:
    """Copy the values for one example, so that nothing overwrites them.

    Args:
        tensor: Shape (1, ...), or (..., 1, ...) where the example comes second, as in
            sequences; or without examples.

    Returns:
        At least one dimension, at most three: the first ones are joined.
    """
    values = tensor.detach()
    if values.ndim > 1 and 1 in values.shape[:2]:
        values = values[0] if values.shape[0] == 1 else values[:, 0]
    if values.ndim > MOST_DIMENSIONS:
        values = values.reshape(-1, *values.shape[-2:])
    return to_host(values.reshape(-1) if values.ndim == 0 else values.clone())


def tensor_of(found: Any) -> torch.Tensor | None:
    """Find the first tensor of real numbers in what a module gives; None of none."""
    return next(tensors_of(found), None)


def tensors_of(found: Any) -> Iterator[torch.Tensor]:
    """Find all tensors of real numbers in tuples, lists and mappings."""
    if isinstance(found, torch.Tensor):
        is_plain = found.layout == torch.strided and not found.is_quantized
        if is_plain and not found.is_complex() and found.numel():
            yield found
    elif isinstance(found, Mapping):
        yield from tensors_of(tuple(found.values()))
    elif isinstance(found, tuple | list):
        for each in found:
            yield from tensors_of(each)
