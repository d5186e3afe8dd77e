"""Linear layers that compute more than their weights say have no false edges."""

from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch", reason="PyTorch is not installed")

import torch
import torch.nn.functional as F  # noqa: N812
from torch import nn

from trainer.hooks.torch import watch

X = torch.rand(6, generator=torch.Generator().manual_seed(0))


class Adapted(nn.Linear):
    """Adds what two small matrices make of its input, as LoRA does."""

    def __init__(self, before: int, units: int) -> None:
        super().__init__(before, units)
        self.down, self.up = nn.Linear(before, 1), nn.Linear(1, units)

    def forward(self, x: Any) -> Any:
        return F.linear(x, self.weight, self.bias) + self.up(self.down(x))


class Doubled(nn.Linear):
    """Gives twice what it should."""

    def forward(self, x: Any) -> Any:
        return 2 * F.linear(x, self.weight, self.bias)


def check_edges(found: Any) -> None:
    """Compare all sums with what the weights make of the layer before."""
    for layer in found.has("weights"):
        a, weights = found.last("activation", layer - 1), found.last("weights", layer)
        z = a @ weights + found.last("bias", layer)
        np.testing.assert_allclose(found.last("pre_activation", layer), z, atol=1e-5)


@pytest.mark.parametrize("kind", [Adapted, Doubled])
def test_layer_with_a_pass_of_its_own_is_shown_by_what_it_calls(
    options: Any, read: Any, kind: Any
) -> None:
    torch.manual_seed(0)
    model = nn.Sequential(kind(6, 5), nn.Tanh(), nn.Linear(5, 2))

    with watch(model, X, **options):
        pass

    names = read().names()
    assert read().manifest.layers[-1].units == 2
    assert names[-2] == "tanh"
    assert len(names) - 1 in read().has("weights")
    check_edges(read())


def test_hook_that_changes_what_a_layer_gives_has_a_layer_after_it(
    options: Any, read: Any
) -> None:
    torch.manual_seed(0)
    first = nn.Linear(6, 5)
    first.register_forward_hook(lambda module, given, found: 2 * found)
    model = nn.Sequential(first, nn.Linear(5, 2))

    with watch(model, X, **options):
        pass

    assert read().names() == ["input", "hidden 1", "computed", "output"]
    assert read().has("weights") == [1, 3]
    check_edges(read())


def test_forward_that_was_replaced_is_followed(options: Any, read: Any) -> None:
    torch.manual_seed(0)
    first: Any = nn.Linear(6, 5)
    first.forward = lambda x: F.linear(x, first.weight, first.bias) + 1
    model = nn.Sequential(first, nn.Linear(5, 2))

    with watch(model, X, **options):
        pass

    assert read().has("weights") == [1, 3]
    check_edges(read())
