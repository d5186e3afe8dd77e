"""What is not a chain of linear layers: plates, branches, and edges only where true."""

from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch", reason="PyTorch is not installed")

import torch
import torch.nn.functional as F  # noqa: N812
from torch import nn

from trainer.hooks.torch import watch

PICTURE = torch.rand(1, 1, 8, 8, generator=torch.Generator().manual_seed(0))
VECTOR = torch.rand(6, generator=torch.Generator().manual_seed(0))


class Convolutional(nn.Module):
    """Two convolutions and two linear layers, pooled by functions."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv2d(1, 4, 3, padding=1)
        self.second = nn.Conv2d(4, 6, 3)
        self.hidden, self.out = nn.Linear(6, 5), nn.Linear(5, 3)

    def forward(self, x: Any) -> Any:
        x = F.max_pool2d(F.relu(self.first(x)), 2)
        x = F.avg_pool2d(F.relu(self.second(x)), 2)
        return self.out(F.relu(self.hidden(torch.flatten(x, 1))))


def convolved(x: Any, layer: Any) -> Any:
    """Convolve maps as the definition says."""
    kernels, bias = (
        each.detach().double().numpy() for each in (layer.weight, layer.bias)
    )
    margin = layer.padding[0]
    x = np.pad(x, ((0, 0), (margin, margin), (margin, margin)))
    side = x.shape[1] - 2
    found = np.empty((len(kernels), side, side))
    for row in range(side):
        for column in range(side):
            part = x[:, row : row + 3, column : column + 3]
            found[:, row, column] = (kernels * part).sum((1, 2, 3)) + bias
    return found


def pooled(x: Any, how: Any) -> Any:
    maps, side, _ = x.shape
    return how(x.reshape(maps, side // 2, 2, side // 2, 2), axis=(2, 4))


def test_convolutions_are_maps_and_the_linear_layer_after_them_has_edges(
    options: Any, read: Any
) -> None:
    torch.manual_seed(0)
    model = Convolutional()

    with watch(model, PICTURE, classes=["a", "b", "c"], **options):
        pass

    first, second = "first", "second"
    names = ["input", first, "max_pool2d", second, "avg_pool2d", "hidden", "out"]
    assert read().names() == names
    tiles = [layer.tile for layer in read().manifest.layers]
    assert tiles == [(8, 8), (8, 8), (4, 4), (2, 2), None, None, None]
    assert read().manifest.input_shape == (8, 8)
    assert read().has("weights") == [5, 6]
    z = convolved(PICTURE[0].double().numpy(), model.first)
    a = pooled(np.maximum(z, 0), np.max)
    np.testing.assert_allclose(read().last("pre_activation", 1), z.ravel(), atol=1e-5)
    np.testing.assert_allclose(read().last("activation", 2), a.ravel(), atol=1e-5)
    a = pooled(np.maximum(convolved(a, model.second), 0), np.mean).ravel()
    np.testing.assert_allclose(read().last("activation", 4), a, atol=1e-5)
    for layer, part in ((5, model.hidden), (6, model.out)):
        weights = part.weight.detach().double().numpy()
        z = weights @ a + part.bias.detach().numpy()
        a = np.maximum(z, 0)
        np.testing.assert_array_equal(read().last("weights", layer), weights.T)
        np.testing.assert_allclose(read().last("pre_activation", layer), z, atol=1e-5)


@pytest.mark.parametrize("probe", [PICTURE, PICTURE[0], PICTURE[0, 0], PICTURE.numpy()])
def test_probe_may_come_without_the_dimension_of_the_batch(
    options: Any, read: Any, probe: Any
) -> None:
    model = nn.Sequential(nn.Flatten(), nn.Linear(64, 3))
    if probe.ndim > 2:
        model = nn.Sequential(nn.Conv2d(1, 1, 1), nn.BatchNorm2d(1), *model)

    with watch(model, probe, **options):
        pass

    assert read().manifest.layers[-1].units == 3
    assert read().manifest.input_shape == (8, 8)
    assert len(read().manifest.layers) - 1 in read().has("weights")


def test_channels_that_lie_last_in_memory_are_flattened_in_their_order(
    options: Any, read: Any
) -> None:
    torch.manual_seed(0)
    made: Any = Convolutional()
    model = made.to(memory_format=torch.channels_last)
    model.hidden = nn.Linear(24, 5)

    def forward(x: Any) -> Any:
        return model.out(
            model.hidden(F.relu(model.second(model.first(x)[..., :4, :4])).flatten(1))
        )

    model.forward = forward
    with watch(model, PICTURE, **options):
        pass

    assert read().names() == ["input", "first", "second", "hidden", "out"]
    assert read().has("weights") == [3, 4]
    a = read().last("activation", 2)
    z = model.hidden.weight.detach().numpy() @ a + model.hidden.bias.detach().numpy()
    np.testing.assert_allclose(read().last("pre_activation", 3), z, atol=1e-5)


class Branching(nn.Module):
    """Two heads on one layer, a shortcut around one, and a gate."""

    def __init__(self) -> None:
        super().__init__()
        self.trunk, self.square = nn.Linear(6, 6), nn.Linear(6, 6)
        self.left, self.right = nn.Linear(6, 3), nn.Linear(6, 3)
        self.gate = nn.Parameter(torch.zeros(1))

    def forward(self, x: Any) -> Any:
        x = torch.tanh(self.trunk(x))
        x = x + self.gate * self.square(x)  # at first it is x, but only by its values
        return self.left(x), self.right(x)


def test_edges_are_drawn_only_to_the_layer_that_takes_what_is_shown_before(
    options: Any, read: Any
) -> None:
    torch.manual_seed(0)
    model = Branching()

    with watch(model, VECTOR, **options) as w:
        with torch.no_grad():
            model.gate.fill_(0.5)
        w.epoch()

    names = ["input", "trunk", "square", "into left", "left", "right"]
    assert read().names() == names
    assert read().has("weights") == [1, 2, 4]
    assert w.publisher is not None
    assert w.publisher.dropped == 0
    a = read().last("activation", 3)
    z = model.left.weight.detach().numpy() @ a + model.left.bias.detach().numpy()
    np.testing.assert_allclose(read().last("pre_activation", 4), z, atol=1e-5)


class Reordering(nn.Module):
    """Takes the units of the layer before in another order, and sums before relu."""

    def __init__(self) -> None:
        super().__init__()
        self.a, self.b = nn.Linear(6, 6), nn.Linear(6, 6)
        self.c = nn.Linear(6, 2)

    def forward(self, x: Any) -> Any:
        x = self.b(self.a(x).flip(1))
        return self.c(x), F.relu(x)


def test_units_in_another_order_or_before_their_function_have_no_edges_to_it(
    options: Any, read: Any
) -> None:
    model = Reordering()
    with torch.no_grad():
        model.a.weight.zero_()  # all units are equal: only the order can tell
        model.a.bias.fill_(1)

    with watch(model, VECTOR, **options):
        pass

    names = ["input", "a", "into b", "b", "c", "relu"]
    assert read().names() == names
    assert read().has("weights") == [1, 3, 4]
    assert read().functions() == ["", "", "", "", "", "relu"]


def test_other_layers_are_plates_without_edges(options: Any, read: Any) -> None:
    torch.manual_seed(0)
    encoder = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)
    model = nn.Sequential(nn.Embedding(10, 8), encoder, nn.LSTM(8, 4, batch_first=True))

    with watch(model, torch.tensor([[1, 2, 3, 4, 5]]), **options):
        pass

    found = [(layer.name, layer.units) for layer in read().manifest.layers]
    assert found == [
        ("input", 5),
        ("Embedding", 40),
        ("1.self_attn", 40),
        ("1.norm1", 40),
        ("1.linear1", 80),
        ("1.linear2", 40),
        ("1.norm2", 40),
        ("LSTM", 20),
    ]
    assert read().has("weights") == []
    assert read().functions()[4] == "relu"


def test_batch_may_be_the_second_dimension(options: Any, read: Any) -> None:
    with watch(nn.TransformerEncoderLayer(8, 2, 16), torch.rand(5, 1, 8), **options):
        pass

    assert [layer.units for layer in read().manifest.layers][:2] == [40, 40]


class Gated(nn.Module):
    """Multiplies sums with a function of them."""

    def __init__(self) -> None:
        super().__init__()
        self.a, self.b = nn.Linear(6, 5), nn.Linear(5, 2)

    def forward(self, x: Any) -> Any:
        x = self.a(x)
        return self.b(x * torch.sigmoid(x))


def test_function_that_is_not_all_that_becomes_of_sums_is_shown_apart(
    options: Any, read: Any
) -> None:
    model = Gated()

    with watch(model, VECTOR, **options):
        pass

    assert read().names() == ["input", "a", "sigmoid", "into b", "b"]
    assert read().functions() == ["", "", "sigmoid", "", "linear"]
    assert read().has("weights") == [1, 4]
    z = read().last("activation", 1)
    swish = z / (1 + np.exp(-z))
    np.testing.assert_allclose(read().last("activation", 3), swish, atol=1e-6)


class TwoInputs(nn.Module):
    """Joins two inputs."""

    def __init__(self) -> None:
        super().__init__()
        self.joined = nn.Linear(8, 2)

    def forward(self, numbers: Any, more: Any, scale: float = 1.0) -> Any:
        return self.joined(torch.cat([numbers, more], 1) * scale)


@pytest.mark.parametrize(
    "probe",
    [
        (VECTOR, torch.ones(2), 2.0),
        [VECTOR[None], torch.ones(1, 2), 2.0],
        {"numbers": VECTOR, "more": torch.ones(2), "scale": 2.0},
    ],
)
def test_probe_may_be_all_that_a_model_takes(
    options: Any, read: Any, probe: Any
) -> None:
    with watch(TwoInputs(), probe, **options):
        pass

    joined = np.append(VECTOR.numpy(), np.ones(2)) * 2
    assert read().names() == ["input", "into joined", "joined"]
    assert read().has("weights") == [2]
    np.testing.assert_allclose(read().last("activation", 1), joined, atol=1e-6)


def test_classifier_may_end_in_maps_of_one_pixel(options: Any, read: Any) -> None:
    model = nn.Sequential(nn.Conv2d(1, 3, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten())

    with watch(model, PICTURE, classes=["a", "b", "c"], **options):
        pass

    assert read().functions() == ["", "", "softmax"]
    np.testing.assert_allclose(read().last("activation", 2).sum(), 1, atol=1e-6)
