"""Runs a PyTorch model without leaving a trace in it or in the training."""

import contextlib
from collections.abc import Iterator
from typing import Any

import torch
from torch import nn

# What a module keeps its parts in; their contents are restored, too.
PARTS = ("_parameters", "_buffers", "_modules")


@contextlib.contextmanager
def untouched(model: nn.Module) -> Iterator[None]:
    """Evaluate a model and leave it, random numbers and autograd as they were.

    In the block all modules are in evaluation mode, whatever `train` of theirs does.
    Gradients are off but tensors are ordinary ones: a model that keeps one in its first
    forward pass must still be able to train with it. Autocast is off, so that it keeps
    no copies of weights without gradients.

    Args:
        model: Unwrapped.
    """
    with contextlib.ExitStack() as stack:
        stack.enter_context(_same_attributes(model))
        stack.enter_context(_same_buffers(model))
        stack.enter_context(_same_random_numbers(model))
        stack.enter_context(torch.no_grad())
        stack.enter_context(torch.compiler.set_stance("force_eager"))
        for kind in {"cpu", *(tensor.device.type for tensor in model.parameters())}:
            stack.enter_context(
                torch.autocast(kind, enabled=False, cache_enabled=False)
            )
        for module in model.modules():
            module.training = False
        yield


@contextlib.contextmanager
def _same_attributes(model: nn.Module) -> Iterator[None]:
    """Give every module its attributes back, training flags among them."""
    before: list[tuple[dict[str, Any], dict[str, Any]]] = []
    for module in model.modules():
        before.append((vars(module), dict(vars(module))))
        before += [(vars(module)[part], dict(vars(module)[part])) for part in PARTS]
    try:
        yield
    finally:
        for now, then in before:
            for name in [name for name in now if name not in then]:
                del now[name]
            changed = {name: v for name, v in then.items() if now.get(name) is not v}
            now.update(changed)


@contextlib.contextmanager
def _same_buffers(model: nn.Module) -> Iterator[None]:
    before = [(buffer, buffer._version, buffer.clone()) for buffer in model.buffers()]
    try:
        yield
    finally:
        with torch.no_grad():
            for buffer, version, copy in before:
                if buffer._version != version:
                    buffer.copy_(copy)


@contextlib.contextmanager
def _same_random_numbers(model: nn.Module) -> Iterator[None]:
    devices = {tensor.device for tensor in model.parameters()}
    kinds = {device.type for device in devices} & {"cuda", "xpu"}
    with contextlib.ExitStack() as stack:
        stack.enter_context(torch.random.fork_rng(devices=[]))
        for kind in kinds:
            its = [device for device in devices if device.type == kind]
            stack.enter_context(torch.random.fork_rng(its, device_type=kind))
        yield
