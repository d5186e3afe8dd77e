"""Models of all makes: what is published is what their weights make of the probe."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch", reason="PyTorch is not installed")

import torch
import torch.distributed as dist
import torch.nn.functional as F  # noqa: N812
from torch import nn
from torch.nn.utils import parametrizations

from trainer.hooks.torch import watch

X = torch.rand(32, 6, generator=torch.Generator().manual_seed(0)) * 2 - 1
FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "": lambda z: z,
    "relu": lambda z: z * (z > 0),
    "tanh": lambda z: (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z)),
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "softmax": lambda z: np.exp(z) / np.exp(z).sum(),
    "leaky_relu": lambda z: np.where(z > 0, z, 0.2 * z),
}


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
        return [*made, (weights.detach().numpy(), bias.detach().numpy(), "")]


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


def train(model: Any, epochs: int, w: Any) -> None:
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(epochs):
        optimizer.zero_grad()
        found = model(X)
        found = found["logits"] if isinstance(found, dict) else found
        loss = (found - 0.5).square().mean()
        loss.backward()
        optimizer.step()
        w.epoch(loss=loss)


CLASSES: dict[str, Any] = {"classes": ["a", "b", "c"]}


@pytest.mark.parametrize(
    "make",
    [Sequence, Nested, Functional, Overwriting, Shared, Tied, Parametrised, Keeping],
)
def test_published_equals_what_numpy_makes_of_the_weights(
    make: Any, options: Any, read: Any
) -> None:
    torch.manual_seed(0)
    model = make()

    with watch(model, X[0], **CLASSES, **options) as w:
        train(model, 3, w)

    check(read(), X[0].numpy(), model.steps())
    assert w.publisher is not None
    assert w.publisher.dropped == 0


def test_compiled_model_is_published_as_it_was_written(options: Any, read: Any) -> None:
    torch.manual_seed(0)
    model = Functional()
    compiled = torch.compile(model, backend="eager")

    with watch(compiled, X[0], **CLASSES, **options) as w:
        train(compiled, 3, w)

    check(read(), X[0].numpy(), model.steps())


@pytest.mark.filterwarnings("ignore:The .grad attribute of a Tensor:UserWarning")
def test_model_with_a_compiled_part_is_published_as_it_was_written(
    options: Any, read: Any
) -> None:
    torch.manual_seed(0)
    model: Any = Nested()
    model.blocks["a"].compile(backend="eager")
    last = model.last
    model.last = torch.compile(last, backend="eager")

    with watch(model, X[0], **CLASSES, **options) as w:
        train(model, 3, w)

    model.last = last
    check(read(), X[0].numpy(), model.steps())


def test_autocast_does_not_change_what_is_published(options: Any, read: Any) -> None:
    torch.manual_seed(0)
    model = Functional()

    with (
        watch(model, X[0], **CLASSES, **options) as w,
        torch.autocast("cpu", torch.bfloat16),
    ):
        train(model, 3, w)

    check(read(), X[0].numpy(), model.steps())


def test_model_of_bfloat16_is_published_as_it_computes(options: Any, read: Any) -> None:
    torch.manual_seed(0)
    model = Overwriting().to(torch.bfloat16)

    with watch(model, X[0], **CLASSES, **options):
        pass

    parts = model.float().steps()  # exactly what was rounded before
    check(read(), X[0].bfloat16().float().numpy(), parts, tolerance=0.02)


@pytest.fixture
def group(tmp_path: Path) -> Iterator[None]:
    """Make this process a group of its own."""
    where = (tmp_path / "store").as_uri()
    dist.init_process_group("gloo", init_method=where, rank=0, world_size=1)
    yield
    dist.destroy_process_group()


@pytest.mark.usefixtures("group")
def test_distributed_model_is_published_unwrapped(options: Any, read: Any) -> None:
    torch.manual_seed(0)
    model = Functional()
    wrapped = nn.parallel.DistributedDataParallel(model)

    with watch(wrapped, X[0], **CLASSES, **options) as w:
        train(wrapped, 3, w)

    check(read(), X[0].numpy(), model.steps())


def test_model_on_several_devices_is_published_unwrapped(
    options: Any, read: Any
) -> None:
    torch.manual_seed(0)
    model = Functional()

    with watch(nn.DataParallel(model), X[0], **CLASSES, **options):
        pass

    check(read(), X[0].numpy(), model.steps())


@pytest.mark.parametrize(
    ("outputs", "classes", "head", "function"),
    [
        (1, (), None, ""),
        (1, ("no", "yes"), None, "sigmoid"),
        (2, ("no", "yes"), None, "softmax"),
        (3, (), None, ""),
        (3, (), "softmax", "softmax"),
        (3, ("a", "b", "c"), "sigmoid", "sigmoid"),
        (3, ("a", "b", "c"), "linear", ""),
        (3, ("a", "b"), None, ""),
    ],
)
def test_outputs_are_read_as_the_classes_say_or_the_user(
    options: Any, read: Any, outputs: int, classes: Any, head: Any, function: str
) -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(6, 4), nn.ReLU(), nn.Linear(4, outputs))

    with watch(model, X[0], classes=classes, head=head, **options):
        pass

    made = steps((model[0], "relu"), (model[2], function))
    check(read(), X[0].numpy(), made)
    numbered = ("0", "1", "2") if head == "softmax" else ()
    assert read().manifest.classes == (tuple(classes) or numbered)
