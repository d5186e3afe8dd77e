"""Listens to the modules and functions that a PyTorch model calls, for one pass.

How it works: hooks see the modules that are layers, and a function mode sees what is
called between them: activation functions, layers without a module, and functions that
only pass values on. What a layer calls inside is its own affair.
"""

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any, TypeGuard

import torch
from torch import nn
from torch.nn.modules import activation, loss
from torch.overrides import TorchFunctionMode

from protocol.messages import Array
from trainer.hooks.torch_functions import ACTIVATIONS, PASSING, is_plate
from trainer.hooks.torch_shown import Gathering, Mark
from trainer.hooks.torch_tensors import copied, tensor_of, tensors_of

OURS = "torch.nn."  # where the modules of PyTorch itself are
NO_LAYERS = (activation.__name__, loss.__name__)


def layers_of(model: nn.Module) -> dict[str, nn.Module]:
    """Find the modules that are one layer each, by their names in the model.

    Activation modules are none: their functions are seen. Neither are the user's own
    that have parameters but no modules in them, and those whose `forward` was replaced.
    """
    found: dict[str, nn.Module] = {}
    inside: list[str] = []
    for name, module in model.named_modules():
        if any(name.startswith(prefix) for prefix in inside) or not _is_layer(module):
            continue
        found[name.replace("_orig_mod.", "").replace("._orig_mod", "")] = module
        inside.append(f"{name}." if name else "")
    return found


def _is_layer(module: nn.Module) -> bool:
    if _is_linear(module) or isinstance(module, nn.MultiheadAttention):
        return True
    if type(module).__module__ in NO_LAYERS or "forward" in vars(module):
        return False
    if nn.utils.parametrize.is_parametrized(module):
        return not any(
            name != "parametrizations" for name, _ in module.named_children()
        )
    if any(True for _ in module.children()):
        return False
    is_ours = type(module).__module__.startswith(OURS)
    return is_ours or not any(True for _ in module.parameters())


def _is_linear(module: nn.Module) -> TypeGuard[nn.Linear]:
    """Whether it computes what nn.Linear does, not something of its own."""
    is_usual = type(module).forward is nn.Linear.forward
    return isinstance(module, nn.Linear) and is_usual and "forward" not in vars(module)


class Tap(TorchFunctionMode):
    """Tells a gathering what a model does while this is entered."""

    def __init__(self, model: nn.Module, gathering: Gathering) -> None:
        super().__init__()
        self._layers = layers_of(model)
        self._gathering = gathering
        self._depth = 0  # of layers that are at work
        self._is_deaf = False

    @contextlib.contextmanager
    def armed(self) -> Iterator[None]:
        """Listen in the block; all hooks are gone after it."""
        with contextlib.ExitStack() as stack:
            for name, module in self._layers.items():
                self._arm(stack, name, module)
            stack.enter_context(self)
            yield

    def _arm(self, stack: contextlib.ExitStack, name: str, module: nn.Module) -> None:
        marks: list[Mark] = []

        def before(module: nn.Module, args: Any, kwargs: Any) -> None:
            self._depth += 1
            for tensor in tensors_of((args, kwargs)):
                self._gathering.used(tensor)
            given = tensor_of((args, kwargs))
            marks.append(None if given is None else self._gathering.mark_of(given))

        def after(module: nn.Module, args: Any, kwargs: Any, found: Any) -> None:
            given, result, mark = (
                tensor_of((args, kwargs)),
                tensor_of(found),
                marks.pop(),
            )
            if self._depth == 1 and given is not None and result is not None:
                self._is_deaf = True
                self._take(name, module, given, mark, result)
                self._is_deaf = False
            self._depth -= 1

        for handle in (
            module.register_forward_pre_hook(before, with_kwargs=True),
            # Before hooks of others, which may change what a module gives.
            module.register_forward_hook(after, with_kwargs=True, prepend=True),
        ):
            stack.callback(handle.remove)

    def _take(
        self,
        name: str,
        module: nn.Module,
        given: torch.Tensor,
        mark: Mark,
        found: torch.Tensor,
    ) -> None:
        """Tell of a module; one that only passes values on is none that is shown."""
        has_own_name = not name.rpartition(".")[2].isdigit()
        if _is_linear(module):
            name = name if has_own_name else ""
            weight, bias = module.weight, module.bias
            self._gathering.linear(name, module, given, weight, bias, found)
        elif self._gathering.mark_of(found) is not mark:
            name = name if has_own_name and name else type(module).__name__
            self._gathering.plate(name, module, found)

    def __torch_function__(
        self,
        func: Any,
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        """Call a function and tell of it."""
        kwargs = kwargs or {}
        if self._is_deaf:
            return func(*args, **kwargs)
        name = getattr(func, "__name__", "")
        given = tensor_of(args[:1] or kwargs.get("input"))
        is_activation = not self._depth and name.strip("_") in ACTIVATIONS
        before = copied(given) if is_activation and given is not None else None
        found = func(*args, **kwargs)
        if given is not None and name.strip("_") in PASSING:
            if isinstance(found, torch.Tensor):
                self._gathering.passed(given, found)
            return found
        if given is not None:
            self._tell(name, (args, kwargs), given, before, found)
        return found

    def _tell(
        self,
        name: str,
        said: tuple[tuple[Any, ...], Mapping[str, Any]],
        given: torch.Tensor,
        before: Array | None,
        found: Any,
    ) -> None:
        """Tell of a function that computes something.

        Args:
            name: Of the function.
            said: Its arguments.
            given: The first tensor of them.
            before: What that held, if the function is an activation function.
            found: What it gave.
        """
        result = tensor_of(found)
        plain = name.strip("_")
        if result is not None:
            for tensor in tensors_of(said):
                self._gathering.used(tensor)
        if before is not None and result is not None:
            self._gathering.function(plain, given, before, result)
        elif not self._depth and plain == "linear" and result is not None:
            self._linear(given, *said, result)
        elif not self._depth and is_plate(plain) and result is not None:
            self._gathering.plate(plain, None, result)
        elif result is given or name == "__setitem__":
            self._gathering.forget(given)  # written to

    def _linear(
        self,
        given: torch.Tensor,
        args: tuple[Any, ...],
        kwargs: Mapping[str, Any],
        found: torch.Tensor,
    ) -> None:
        names = ("input", "weight", "bias")
        said = {**dict(zip(names, args, strict=False)), **kwargs}
        weight, bias = said["weight"], said.get("bias")
        self._gathering.linear("", None, given, weight, bias, found)
