"""What a model gives is the last layer shown, whoever computed it."""

from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch", reason="PyTorch is not installed")

import torch
from torch import nn

from trainer.hooks.torch import watch

X = torch.rand(4, 6)


class Ending(nn.Module):
    """A layer and what the model itself does with what that gives."""

    def __init__(self, end: Any) -> None:
        super().__init__()
        self.layer = nn.Linear(6, 8)
        self.end = end

    def forward(self, x: Any) -> Any:
        return self.end(torch.relu(self.layer(x)))


def product(x: Any) -> Any:
    return x @ torch.ones(8, 3)


def test_outputs_that_no_layer_gives_are_shown_without_edges(
    options: Any, read: Any
) -> None:
    model = Ending(product)

    with watch(model, X[0], classes="abc", **options) as w:
        w.epoch(loss=1.0)

    found = read()
    assert found.names() == ["input", "layer", "output"]
    assert found.has("weights") == [1]
    assert found.functions()[-1] == "softmax"
    expected = model(X[:1]).softmax(1)[0].detach()
    np.testing.assert_allclose(found.last("activation", 2), expected, atol=1e-6)


@pytest.mark.parametrize(
    "end",
    [
        lambda x: x,
        lambda x: x.transpose(0, 1).transpose(0, 1),
        lambda x: {"hidden": x, "other": x @ torch.ones(8, 3)},
        lambda x: (x, x.sum()),
    ],
    ids=["as it is", "turned", "named", "two"],
)
def test_outputs_that_the_last_layer_gives_are_shown_once(
    options: Any, read: Any, end: Any
) -> None:
    with watch(Ending(end), X[0], **options) as w:
        w.epoch(loss=1.0)

    assert read().names() == ["input", "layer"]
