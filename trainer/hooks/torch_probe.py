"""One example's way through a PyTorch model."""

import contextlib
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn.parallel import DataParallel, DistributedDataParallel
from torch.nn.parameter import is_lazy

from trainer.hooks.torch_shown import Gathering, Shown
from trainer.hooks.torch_tap import Tap
from trainer.hooks.torch_tensors import tensor_of
from trainer.hooks.torch_untouched import untouched

Model = Callable[..., Any]  # a module, or one that was compiled
SHARDED = ("DTensor", "FlatParameter")  # types of parameters that no process has whole


def unwrapped(model: Model) -> nn.Module:
    """Give the model itself: not compiled, nor spread over processes or devices.

    Raises:
        TypeError: It is no module.
    """
    while True:
        if isinstance(model, DataParallel | DistributedDataParallel):
            model = model.module
        elif isinstance(original := getattr(model, "_orig_mod", None), nn.Module):
            model = original
        elif isinstance(model, nn.Module):
            return model
        else:
            raise TypeError(
                f"expected a torch.nn.Module, got {type(model).__name__}; of a function "
                "watch the module that it calls"
            )


class Probe:
    """An example that is shown to a model again and again.

    Attributes:
        model: Unwrapped.
    """

    def __init__(self, model: Model, example: Any) -> None:
        """Copy the example.

        Args:
            model: It may be wrapped.
            example: What the model takes: a tensor or array, a tuple or list of these
                and other arguments, or a mapping of keywords.
        """
        self.model = unwrapped(model)
        self._example = _each(example, lambda tensor: tensor.detach().clone())
        self._is_turned = False  # a batch is taken for an example, and the reverse
        self._has_run = False

    @property
    def name(self) -> str:
        """Name of the model's class; "" where that is one of PyTorch itself."""
        kind = type(self.model)
        return "" if kind.__module__.startswith("torch.") else kind.__name__

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the first tensor of the example; () where there is none."""
        first = tensor_of(self._example)
        return () if first is None else tuple(first.shape)

    def run(self) -> list[Shown]:
        """Run the example through the model, which is left as it was.

        Returns:
            The input first, then the layers in the order of execution.

        Raises:
            ValueError: It does not take the example, has no layer that can be shown, or
                its parameters are not there: not made yet, or not whole in this process.
            Exception: Whatever the model raises.
        """
        _check(self.model)
        try:
            return self._run(self._is_turned)
        except Exception as error:  # said is what was wrong with the first way
            with contextlib.suppress(Exception):
                found = self._run(not self._is_turned)
                self._is_turned = not self._is_turned
                return found
            if isinstance(error, RuntimeError | TypeError) and not self._has_run:
                raise ValueError(
                    "expected a probe that the model takes, one example such as x[0], "
                    f"got shape {self.shape}: {error}"
                ) from error
            raise

    def _run(self, is_turned: bool) -> list[Shown]:
        example = _each(self._example, lambda tensor: self._placed(tensor, is_turned))
        first = tensor_of(example)
        if first is None:
            raise ValueError(
                "expected a tensor or array as probe, such as x[0], got "
                f"{type(example).__name__}"
            )
        gathering = Gathering(first)
        with untouched(self.model), Tap(self.model, gathering).armed():
            if isinstance(example, Mapping):
                given = self.model(**example)
            elif isinstance(example, tuple):
                given = self.model(*example)
            else:
                given = self.model(example)
        if len(gathering.layers) == 1:
            raise ValueError(
                f"expected a model with layers, got {type(self.model).__name__} that "
                "runs none; what it computes itself cannot be shown"
            )
        if (output := tensor_of(given)) is not None:
            gathering.output(output)
        self._has_run = True
        return gathering.layers

    def _placed(self, tensor: torch.Tensor, is_turned: bool) -> torch.Tensor:
        """Move to where the model is, and make a batch of it, or not."""
        is_batch = tensor.ndim > 1 and tensor.shape[0] == 1
        if is_batch == is_turned:
            tensor = tensor.unsqueeze(0)
        parameter = next(self.model.parameters(), None)
        if parameter is None:
            return tensor
        is_real = tensor.is_floating_point() and parameter.is_floating_point()
        return tensor.to(parameter.device, parameter.dtype if is_real else tensor.dtype)


def _each(example: Any, change: Callable[[torch.Tensor], torch.Tensor]) -> Any:
    """Change all tensors and arrays of an example; arguments of other kinds stay."""
    if isinstance(example, torch.Tensor | np.ndarray):
        return change(torch.as_tensor(example))
    if isinstance(example, Mapping):
        return {name: _each(value, change) for name, value in example.items()}
    if isinstance(example, tuple | list):
        return tuple(_each(value, change) for value in example)
    return example


def _check(model: nn.Module) -> None:
    if any(isinstance(module, torch.jit.ScriptModule) for module in model.modules()):
        raise ValueError(
            "expected a model in Python, got one that torch.jit made; watch the model "
            "that it was made from"
        )
    for name, parameter in model.named_parameters():
        if is_lazy(parameter):
            raise ValueError(
                f"expected all parameters, got none yet for {name!r}; run one batch "
                "through the model before, or wait for the first epoch"
            )
        if type(parameter).__name__ in SHARDED:
            raise ValueError(
                f"expected whole parameters in this process, got a part of {name!r}; "
                "models that are sharded over processes cannot be watched"
            )
