"""Layers of a PyTorch model as they are shown, gathered while it runs.

How it works: each layer has a mark, and every tensor known to hold the values of a layer,
in their order, has its mark. So a linear layer is connected with the one before only
where it really takes that one's activation; never because the sizes happen to fit.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import nn

from protocol.messages import Array
from trainer.hooks.torch_tensors import copied

Mark = object


@dataclass(slots=True, eq=False)
class Shown:
    """A layer to show.

    Attributes:
        name: "" for the usual one.
        activation: Of one example, on the host.
        pre_activation: The same before the activation function.
        function: Its name; "" until one is applied.
        weights: From the layer before, shape (units before, units); None without edges.
        bias: Shape (units,).
        module: Whose parameters these are; None of none.
        mark: Of tensors that hold the activation.
    """

    name: str
    activation: Array
    pre_activation: Array | None = None
    function: str = ""
    weights: Any = None
    bias: Any = None
    module: nn.Module | None = None
    mark: Mark = None


class Gathering:
    """Takes what the parts of a model take and give, in order of execution.

    Attributes:
        layers: Those shown so far, the input first.
    """

    def __init__(self, example: torch.Tensor) -> None:
        self.layers: list[Shown] = []
        self._marks: dict[int, Mark] = {}
        self._kept: list[torch.Tensor] = []  # an id is a tensor's while that lives
        self._sums: dict[Mark, Shown] = {}  # by the mark of what a function took
        self._show(Shown("input", copied(example)), example)

    def mark_of(self, tensor: torch.Tensor) -> Mark:
        """Give the mark of all tensors known to hold the same values in this order."""
        if id(tensor) not in self._marks:
            self._mark(tensor, object())
        return self._marks[id(tensor)]

    def passed(self, given: torch.Tensor, found: torch.Tensor) -> None:
        """Note that a tensor holds the same values as another, in the same order."""
        if found.element_size() >= given.element_size():  # nothing is rounded
            self._mark(found, self.mark_of(given))

    def forget(self, tensor: torch.Tensor) -> None:
        """Note that a tensor holds other values now."""
        self._marks.pop(id(tensor), None)

    def used(self, tensor: torch.Tensor) -> None:
        """Note that a tensor goes into something.

        Where it holds the sums of a layer that a function was applied to, as in
        x * sigmoid(x), that function is not all that becomes of them: it is shown as a
        layer of its own.
        """
        shown = self._sums.pop(mark := self._marks.get(id(tensor)), None)
        if shown is None or shown.pre_activation is None:
            return
        function = Shown(
            shown.function,
            shown.activation,
            pre_activation=shown.pre_activation,
            function=shown.function,
            mark=shown.mark,
        )
        self.layers.insert(self.layers.index(shown) + 1, function)
        shown.activation, shown.function = shown.pre_activation, ""
        shown.mark = mark

    def function(
        self, name: str, given: torch.Tensor, before: Array, found: torch.Tensor
    ) -> None:
        """Take an activation function: that of the last layer, or one on its own.

        Args:
            name: Such as "relu".
            given: What it takes; may have been overwritten.
            before: What it took.
            found: What it gives.
        """
        last = self.layers[-1]
        is_first = last is self.layers[0]
        is_last = self.mark_of(given) is last.mark
        if is_last and not (last.function or is_first):
            self._sums[last.mark] = last
            last.pre_activation, last.activation = before, copied(found)
            last.function, last.mark = name, object()
            self._mark(found, last.mark)
        else:
            shown = Shown(name, copied(found), pre_activation=before, function=name)
            self._show(shown, found)

    def plate(self, name: str, module: nn.Module | None, found: torch.Tensor) -> None:
        """Take a layer that is shown without edges."""
        self._show(Shown(name, copied(found), module=module), found)

    def linear(
        self,
        name: str,
        module: nn.Module | None,
        given: torch.Tensor,
        weight: torch.Tensor,
        bias: torch.Tensor | None,
        found: torch.Tensor,
    ) -> None:
        """Take a linear layer, and what goes into it where that is not shown yet.

        Args:
            name: Of the layer; "" for the usual one.
            module: None where only its function was called.
            given: Shape (1, units before); others are shown without edges.
            weight: Shape (units, units before).
            bias: Shape (units,).
            found: Shape (1, units).
        """
        sums = copied(found)
        shown = Shown(name, sums, pre_activation=sums, module=module)
        if given.ndim <= 2 and given.numel() == weight.shape[1]:
            mark = self.mark_of(given)
            if not any(mark is layer.mark for layer in self.layers):
                into = f"into {name}" if name else "computed"
                self.layers.append(Shown(into, copied(given), mark=mark))
            last = self.layers[-1]
            if mark is last.mark and _are_same(copied(given), last.activation):
                shown.weights = weight.detach().T
            shown.bias = bias
        self._show(shown, found)

    def output(self, found: torch.Tensor) -> None:
        """Take what the model gives: a layer of its own where none shown gives that."""
        mark = self.mark_of(found)
        is_shown = any(mark is layer.mark for layer in self.layers)
        if not is_shown and not _are_same(copied(found), self.layers[-1].activation):
            self._show(Shown("", copied(found)), found)

    def _show(self, shown: Shown, found: torch.Tensor) -> None:
        shown.mark = object()
        self.layers.append(shown)
        self._mark(found, shown.mark)

    def _mark(self, tensor: torch.Tensor, mark: Mark) -> None:
        self._kept.append(tensor)
        self._marks[id(tensor)] = mark


def _are_same(a: Array, b: Array) -> bool:
    return a.size == b.size and np.array_equal(a.ravel(), b.ravel(), equal_nan=True)
