"""One forward pass of a Keras model, all that its layers give kept.

How it works: for the length of the pass, which is eager, `call` of each layer and its
activation function are replaced by ones that take note. Variables written to, such as
those of random numbers, are written in a scope that is thrown away.
"""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import keras
import numpy as np

from protocol.messages import Array
from trainer.hooks.calls import UNKNOWN, Call, Key, Role, plan
from trainer.hooks.shown import layers_of
from trainer.host_arrays import to_host
from trainer.layer import Layer

FUNCTIONS = {
    keras.layers.Activation: "",
    keras.layers.ELU: "elu",
    keras.layers.LeakyReLU: "leaky_relu",
    keras.layers.PReLU: "prelu",
    keras.layers.ReLU: "relu",
    keras.layers.Softmax: "softmax",
}

# What these call inside is their own affair.
CLOSED = (
    keras.layers.Bidirectional,
    keras.layers.MultiHeadAttention,
    keras.layers.RNN,
    keras.layers.TimeDistributed,
)
_MISSING = object()


def look_into(model: Any, probe: Any) -> list[Layer]:
    """Run an example through a model as it is used, not as it is trained.

    Args:
        model: A built one; left as it is.
        probe: A batch of one, for each input that the model has.

    Returns:
        Layers that are shown.
    """
    notes = _Pass(model)
    notes.run(keras.tree.map_structure(_tensor, probe))
    return layers_of(
        plan(notes.calls),
        notes.values,
        _parameters,
        channels_last=not any(map(_is_channels_first, notes.layers)),
    )


def _tensor(array: Any) -> Any:
    """Give what `fit` makes of it: models would turn other precisions into another."""
    found = keras.ops.convert_to_tensor(array)
    is_real = keras.backend.is_float_dtype(found.dtype)
    return keras.ops.cast(found, keras.config.floatx()) if is_real else found


def _parameters(layer: Any) -> tuple[Array, Array | None]:
    return _copied(layer.kernel), None if layer.bias is None else _copied(layer.bias)


def _copied(tensor: Any) -> Array:
    return np.array(to_host(keras.ops.convert_to_tensor(tensor)))


def _is_channels_first(layer: Any) -> bool:
    return getattr(layer, "data_format", None) == "channels_first"


class _Pass:
    """What happens in a pass.

    Attributes:
        layers: All layers that may be called.
        calls: Those that were, in their order.
        values: What they took and gave.
    """

    def __init__(self, model: Any) -> None:
        self._model = model
        self.layers = list(model._flatten_layers())
        self._closed = {id(layer) for layer in self.layers if _is_closed(layer)}
        self.calls: list[Call] = []
        self.values: dict[Key, Array] = {}
        self._kept: list[Any] = []  # an id is a tensor's while that lives
        self._sums: list[Any] = []  # of the layer at work
        self._is_within = False  # a layer that is shown as one

    def run(self, example: Any) -> None:
        """Call the model."""
        with ExitStack() as stack:
            for layer in self.layers:
                _replace(stack, layer, "call", self._noting(layer))
                if _has_function(layer):
                    function = layer.activation
                    _replace(stack, layer, "activation", self._noting_sums(function))
            stack.enter_context(keras.StatelessScope())
            self._model(example, training=False)

    def _noting(self, layer: Any) -> Callable[..., Any]:
        call = layer.call

        def noting(*args: Any, **kwargs: Any) -> Any:
            if self._is_within:
                return call(*args, **kwargs)
            tensors = [t for t in keras.tree.flatten(args) if keras.ops.is_tensor(t)]
            if not self.calls:
                self._note_inputs(tensors)
            count = len(self.calls)
            self._is_within = id(layer) in self._closed
            self._sums.clear()
            try:
                output = call(*args, **kwargs)
            finally:
                self._is_within = False
            self._note(layer, tensors, output, is_outer=len(self.calls) > count)
            return output

        return noting

    def _noting_sums(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def noting(sums: Any, *args: Any, **kwargs: Any) -> Any:
            self._sums.append(sums)
            return function(sums, *args, **kwargs)

        # Layers ask for it.
        noting.__name__ = _name_of(function)
        return noting

    def _note_inputs(self, tensors: list[Any]) -> None:
        for at, tensor in enumerate(tensors, start=1):
            name = "input" if len(tensors) == 1 else f"input {at}"
            key = self._keep(tensor)
            if key is not None:
                self.calls.append(
                    Call(role=Role.INPUT, name=name, inputs=(), output=key)
                )

    def _note(
        self, layer: Any, tensors: list[Any], output: Any, *, is_outer: bool
    ) -> None:
        """Take note of a call; of one around others only what comes of them."""
        key = self._keep(output)
        if key is None or (is_outer and self._is_known(key)):
            return
        role = Role.OTHER if is_outer else _role_of(layer, tensors)
        if role is Role.DENSE:
            self._keep(tensors[0])
        sums = self._keep(self._sums[0]) if len(self._sums) == 1 else None
        is_own = not is_outer and sums is not None
        self.calls.append(
            Call(
                role=role,
                name="output" if layer is self._model else layer.name,
                inputs=(UNKNOWN,) if is_outer else tuple(map(id, tensors)),
                output=key,
                sums=sums if is_own else None,
                function=_function_of(layer) if is_own or role is Role.FUNCTION else "",
                layer=layer,
            )
        )

    def _is_known(self, key: Key) -> bool:
        return any(call.output == key for call in self.calls)

    def _keep(self, tensor: Any) -> Key | None:
        """Keep a tensor; None where it is none, or without values, as within a loop."""
        if not keras.ops.is_tensor(tensor) or not keras.ops.ndim(tensor):
            return None
        if id(tensor) not in self.values:
            try:
                value = _copied(tensor)
            except (TypeError, RuntimeError):
                return None
            self._kept.append(tensor)
            self.values[id(tensor)] = value
        return id(tensor)


def _has_function(layer: Any) -> bool:
    """Whether a layer ends in an activation function, kept in a plain attribute."""
    return (
        callable(getattr(layer, "activation", None))
        and not hasattr(type(layer), "activation")
        and type(layer) not in FUNCTIONS
    )


def _is_closed(layer: Any) -> bool:
    """Whether what a layer calls inside is its own affair."""
    inside = layer._flatten_layers(include_self=False)
    function = layer.activation if _has_function(layer) else None
    return isinstance(layer, CLOSED) or all(each is function for each in inside)


def _role_of(layer: Any, tensors: list[Any]) -> Role:
    """Say what a layer does that calls no others."""
    if type(layer) in FUNCTIONS and len(tensors) == 1:
        return Role.FUNCTION
    if isinstance(layer, keras.layers.Dense):
        is_plain = (
            type(layer).call is keras.layers.Dense.call
            and layer.quantization_mode is None
            and tensors[0].ndim == 2
        )
        return Role.DENSE if is_plain else Role.OTHER
    is_reshape = isinstance(layer, keras.layers.Flatten | keras.layers.Reshape)
    if is_reshape and not _is_channels_first(layer):
        return Role.RESHAPE
    return Role.OTHER


def _function_of(layer: Any) -> str:
    return FUNCTIONS.get(type(layer)) or _name_of(layer.activation)


def _name_of(function: Any) -> str:
    return FUNCTIONS.get(type(function)) or str(getattr(function, "__name__", ""))


def _replace(stack: ExitStack, owner: Any, name: str, value: Any) -> None:
    """Replace an attribute until the stack ends, unseen by what tracks attributes."""
    before = vars(owner).get(name, _MISSING)
    object.__setattr__(owner, name, value)
    if before is _MISSING:
        stack.callback(object.__delattr__, owner, name)
    else:
        stack.callback(object.__setattr__, owner, name, before)
