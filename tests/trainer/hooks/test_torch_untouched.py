"""Watching leaves no trace in the model, nor in what it learns."""

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch", reason="PyTorch is not installed")

import torch
from torch import nn
from torch.nn.utils import parametrizations

from trainer.hooks.torch import watch
from trainer.hooks.torch_untouched import untouched

X = torch.rand(48, 1, 6, 6, generator=torch.Generator().manual_seed(0))
Y = torch.arange(48) % 3


class Restless(nn.Module):
    """Does in its forward pass all that a model should rather not do there."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(1, 4, 3)
        self.norm = nn.BatchNorm2d(4)
        self.a = parametrizations.spectral_norm(nn.Linear(64, 8))
        self.drop, self.b = nn.Dropout(0.4), nn.Linear(8, 3)
        self.calls = 0
        self.kept: Any = None
        self.seen: Any
        self.register_buffer("seen", torch.zeros(1))
        self.register_buffer("newest", torch.zeros(8))

    def forward(self, x: Any) -> Any:
        if self.kept is None:
            self.kept = torch.linspace(0.5, 1, 8)
            self.made = nn.Linear(8, 8)
        self.calls += 1
        self.seen += 1
        x = torch.relu_(self.norm(self.conv(x)))
        x = self.drop(torch.relu(self.a(x.flatten(1)))) * self.kept
        self.newest = x.detach().mean(0)
        noise = torch.randn(3) if self.training else torch.rand(3)
        return self.b(self.made(x)) + noise * 0.01


def learn(model: Any, epochs: int, report: Callable[[], object], step: Any) -> None:
    torch.manual_seed(1)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(epochs):
        for rows in torch.randperm(48).split(16):
            optimizer.zero_grad()
            step(X[rows], Y[rows]).backward()
            optimizer.step()
        report()


def make(kind: Any = Restless) -> Any:
    torch.manual_seed(0)
    return kind()


def loss_of(model: Any) -> Any:
    return lambda x, y: nn.functional.cross_entropy(model(x), y)


def loss_in_bfloat16(model: Any) -> Any:
    def step(x: Any, y: Any) -> Any:
        with torch.autocast("cpu", torch.bfloat16):
            found = model(x)
        return nn.functional.cross_entropy(found, y)

    return step


@pytest.mark.parametrize("step", [loss_of, loss_in_bfloat16])
def test_restless_model_learns_the_same_to_the_last_bit(
    options: Any, step: Any
) -> None:
    alone, watched = make(), make()
    learn(alone, 4, lambda: None, step(alone))

    with watch(watched, X[0], **{**options, "every": 1}) as w:
        learn(watched, 4, w.epoch, step(watched))

    for name, value in alone.state_dict().items():
        assert torch.equal(watched.state_dict()[name], value), name
    assert watched.calls == alone.calls == 12


def test_looking_inside_autocast_does_not_change_what_is_learned(options: Any) -> None:
    alone, watched = make(), make()

    with torch.autocast("cpu", torch.bfloat16):
        learn(alone, 3, lambda: None, loss_of(alone))
    with (
        torch.autocast("cpu", torch.bfloat16),
        watch(watched, X[0], **{**options, "every": 1}) as w,
    ):
        learn(watched, 3, w.epoch, loss_of(watched))

    for name, value in alone.state_dict().items():
        assert torch.equal(watched.state_dict()[name], value), name


def state_of(model: Any) -> dict[str, Any]:
    """Note all that looking could change."""
    modules = dict(model.named_modules())
    hooks = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks")
    return {
        "training": {name: each.training for name, each in modules.items()},
        "hooks": {
            (n, h): dict(getattr(m, h)) for n, m in modules.items() for h in hooks
        },
        "attributes": {name: set(vars(each)) for name, each in modules.items()},
        "modules": set(modules),
        "buffers": {name: id(each) for name, each in model.named_buffers()},
        "gradients": {name: each.grad for name, each in model.named_parameters()},
        "random": torch.get_rng_state().tolist(),
        "gradients are on": torch.is_grad_enabled(),
    }


@pytest.mark.parametrize("fails", [False, True])
def test_model_is_left_as_it_was_also_where_its_pass_fails(
    options: Any, fails: bool
) -> None:
    model = make()
    loss_of(model)(X, Y).backward()
    model.norm.eval()  # frozen, while all else trains
    model.conv.register_forward_hook(lambda *_: None)
    before, numbers = state_of(model), copy.deepcopy(model.state_dict())
    probe = X[0, :, :4, :4] if fails else X[0]

    with watch(model, probe, **{**options, "strict": False}) as w:
        assert w.publisher is not None
        assert w.publisher.dropped == int(fails)

    assert state_of(model) == before
    assert model.training
    assert not model.norm.training
    for name, value in model.state_dict().items():
        assert torch.equal(value, numbers[name]), name


def test_gradients_are_not_computed_and_tensors_can_be_learned_with() -> None:
    model = make()

    with untouched(model):
        assert not any(module.training for module in model.modules())
        found = model(X[:1])

    assert not found.requires_grad
    assert not found.is_inference()


@pytest.mark.filterwarnings("ignore:The .grad attribute of a Tensor:UserWarning")
@pytest.mark.parametrize("is_whole", [True, False], ids=["model", "part"])
def test_what_is_compiled_is_compiled_once(options: Any, is_whole: bool) -> None:
    model: Any = nn.Sequential(
        nn.Flatten(), nn.Linear(36, 8), nn.ReLU(), nn.Linear(8, 3)
    )
    compiled: list[Any] = []

    def backend(graph: Any, inputs: Any) -> Any:
        compiled.append(graph)
        return graph.forward

    torch._dynamo.reset()
    if is_whole:
        model = torch.compile(model, backend=backend)
    else:
        model[1] = torch.compile(model[1], backend=backend)

    with watch(model, X[0], **{**options, "every": 1}) as w:
        for _ in range(3):
            loss_of(model)(X[:16], Y[:16]).backward()
            w.epoch()

    assert len(compiled) == 1


def test_norms_of_gradients_are_told_where_there_are_any(
    options: Any, read: Any
) -> None:
    first, last = nn.Linear(36, 8), nn.Linear(8, 3)
    model = nn.Sequential(nn.Flatten(), first, nn.ReLU(), last)

    with watch(model, X[0], **options) as w:
        loss_of(model)(X, Y).backward()
        w.epoch()

    for column, part in (("gradient_norm_1", first), ("gradient_norm_2", last)):
        before, after = read().column(column)
        assert np.isnan(before)
        assert part.weight.grad is not None
        expected = np.sqrt(np.square(part.weight.grad.numpy()).sum())
        np.testing.assert_allclose(after, expected, rtol=1e-5)
