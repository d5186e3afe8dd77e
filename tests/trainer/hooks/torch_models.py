"""Models of all makes, and what numpy makes of their weights."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from torch import nn
from torch.nn.utils import parametrizations

from trainer.hooks.torch import ModelWatch
from trainer.hooks.torch_ranks import OtherRank

X = torch.rand(32, 6, generator=torch.Generator().manual_seed(0)) * 2 - 1
FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "linear": lambda z: z,
    "relu": lambda z: z * (z > 0),
    "tanh": lambda z: (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z)),
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "softmax": lambda z: np.exp(z) / np.exp(z).sum(),
    "leaky_relu": lambda z: np.where(z > 0, z, 0.2 * z),
}
CLASSES: dict[str, Any] = {"classes": ["a", "b", "c"]}


class Nested(nn.Module):
    """Blocks in blocks, run in another order than they were made."""

    def __init__(self) -> None:
        super().__init__()
        self.last = nn.Linear(4, 3)
        self.blocks: Any = nn.ModuleDict(
            {"b": self._block(5, 4), "a": self._block(6, 5)}
        )

    def _block(self, before: int, units: int) -> nn.Module:
        return nn.Sequential(nn.Sequential(nn.Linear(before, units), nn.Tanh()))

    def forward(self, x: Any) -> Any:
        return self.last(self.blocks["b"](self.blocks["a"](x)))

    def steps(self) -> list[Any]:
        a, b = self.blocks["a"][0][0], self.blocks["b"][0][0]
        return [*steps((a, "tanh"), (b, "tanh"), (self.last, "softmax"))]


class Functional(nn.Module):
    """Functions instead of modules, and dropout that is one, too."""

    def __init__(self) -> None:
        super().__init__()
        self.a, self.b, self.c = nn.Linear(6, 5), nn.Linear(5, 4), nn.Linear(4, 3)

    def forward(self, x: Any) -> Any:
        x = F.dropout(F.leaky_relu(self.a(x), 0.2), 0.5, self.training)
        x = torch.sigmoid(self.b(x.view(len(x), -1)))
        return F.log_softmax(self.c(x.squeeze(1)), dim=1)

    def steps(self) -> list[Any]:
        return steps((self.a, "leaky_relu"), (self.b, "sigmoid"), (self.c, "softmax"))


class Overwriting(nn.Module):
    """Writes over the layer sums."""

    def __init__(self) -> None:
        super().__init__()
        self.a, self.b, self.c = nn.Linear(6, 5), nn.Linear(5, 4), nn.Linear(4, 3)
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x: Any) -> Any:
        return self.c(F.relu_(self.b(self.relu(self.a(x)))))

    def steps(self) -> list[Any]:
        return steps((self.a, "relu"), (self.b, "relu"), (self.c, "softmax"))


class Shared(nn.Module):
    """Runs one layer twice."""

    def __init__(self) -> None:
        super().__init__()
        self.twice, self.last = nn.Linear(6, 6), nn.Linear(6, 3, bias=False)
        self.tanh = nn.Tanh()

    def forward(self, x: Any) -> Any:
        return self.last(self.tanh(self.twice(self.tanh(self.twice(x)))))

    def steps(self) -> list[Any]:
        return steps((self.twice, "tanh"), (self.twice, "tanh"), (self.last, "softmax"))


class Tied(nn.Module):
    """An autoencoder with one matrix for both ways, as a parameter and as a view."""

    def __init__(self) -> None:
        super().__init__()
        self.into, self.back = nn.Linear(6, 6), nn.Linear(6, 6)
        self.back.weight = self.into.weight
        self.bias = nn.Parameter(torch.rand(6))

    def forward(self, x: Any) -> Any:
        x = torch.tanh(self.back(torch.tanh(self.into(x))))
        return F.linear(x, self.into.weight.t(), self.bias)

    def steps(self) -> list[Any]:
        made = steps((self.into, "tanh"), (self.back, "tanh"))
        weights, bias = self.into.weight, self.bias
        return [*made, (weights.detach().numpy(), bias.detach().numpy(), "linear")]


class Parametrised(nn.Module):
    """Weights that are computed."""

    def __init__(self) -> None:
        super().__init__()
        self.a = parametrizations.weight_norm(nn.Linear(6, 5))
        self.b = parametrizations.spectral_norm(nn.Linear(5, 3))

    def forward(self, x: Any) -> Any:
        return self.b(torch.relu(self.a(x)))

    def steps(self) -> list[Any]:
        self.eval()
        made = steps((self.a, "relu"), (self.b, "softmax"))
        self.train()
        return made


class Sequence(nn.Sequential):
    """The plain way, with what does nothing when it is not trained."""

    def __init__(self) -> None:
        parts = (nn.Linear(6, 5), nn.ReLU(), nn.Dropout(0.5), nn.Identity())
        super().__init__(*parts, nn.Flatten(), nn.Linear(5, 3), nn.Softmax(dim=1))

    def steps(self) -> list[Any]:
        return steps((self[0], "relu"), (self[5], "softmax"))


class Keeping(nn.Sequential):
    """Gives all that it has, in a dictionary."""

    def __init__(self) -> None:
        super().__init__(nn.Linear(6, 5), nn.Tanh(), nn.Linear(5, 3))

    def forward(self, x: Any) -> Any:
        hidden = self[1](self[0](x))
        return {"logits": self[2](hidden), "hidden": (hidden, None)}

    def steps(self) -> list[Any]:
        return steps((self[0], "tanh"), (self[2], "softmax"))


def steps(*pairs: Any) -> list[Any]:
    """Give weights, biases and functions of layers as numpy sees them."""
    return [
        (
            part.weight.detach().numpy().T,
            0 if part.bias is None else part.bias.detach().numpy(),
            function,
        )
        for part, function in pairs
    ]


def check(found: Any, x: Any, parts: list[Any], tolerance: float = 1e-5) -> None:
    """Compare a recording's last snapshot with what numpy makes of the weights."""
    a = x.astype(np.float64)
    assert found.functions() == ["", *(function for _, _, function in parts)]
    assert found.has("weights") == list(range(1, len(parts) + 1))
    np.testing.assert_allclose(found.last("activation", 0), a, atol=1e-7)
    for layer, (weights, bias, function) in enumerate(parts, start=1):
        z = np.einsum("i,ij->j", a, weights.astype(np.float64)) + bias
        a = FUNCTIONS[function](z)
        np.testing.assert_allclose(found.last("weights", layer), weights, atol=1e-7)
        sums = found.last("pre_activation", layer)
        np.testing.assert_allclose(sums, z, atol=tolerance)
        np.testing.assert_allclose(found.last("activation", layer), a, atol=tolerance)


def train(model: Any, epochs: int, w: ModelWatch | OtherRank) -> None:
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(epochs):
        optimizer.zero_grad()
        found = model(X)
        found = found["logits"] if isinstance(found, dict) else found
        loss = (found - 0.5).square().mean()
        loss.backward()
        optimizer.step()
        w.epoch(loss=loss)
