"""What becomes of a layer's sums in a program of JAX, until the next layer takes it."""

import functools
import math
from collections.abc import Iterable, Mapping

import jax
import numpy as np

from trainer.hooks.calls import Key
from trainer.hooks.jax_program import Operation, Program, program_of

# Functions of jax.nn, known by the operations that they are made of.
FUNCTIONS = (
    "relu relu6 gelu silu elu selu celu leaky_relu softplus sigmoid tanh hard_tanh mish "
    "soft_sign softmax log_softmax"
)
# Operations that give the same numbers in the same order, if they give as many.
SAME = (
    "reshape squeeze expand_dims broadcast_in_dim slice dynamic_slice stop_gradient copy "
    "copy_p"
)
# Operations that go unit by unit.
BY_UNIT = (
    "abs acos acosh add add_any and asin asinh atan atan2 atanh cbrt ceil clamp "
    "convert_element_type cos cosh div eq erf erf_inv erfc exp exp2 expm1 floor ge gt "
    "integer_pow is_finite le log log1p logistic lt max min mul ne neg not or pow "
    "reduce_precision rem round rsqrt select_n sign sin sinh sqrt square sub tan tanh "
    "xor"
)
_SAME, _BY_UNIT = frozenset(SAME.split()), frozenset(BY_UNIT.split())
Signature = tuple[tuple[str, ...], ...]


class Flow:
    """Follows values that depend on the example through the operations of a program.

    Attributes:
        moving: Keys of all that depends on the example.
    """

    def __init__(self, program: Program, example: Iterable[Key]) -> None:
        self.moving = program.depending_on(example)
        self._program = program
        self._origins: dict[Key, Key] = {}
        self._layers: dict[Key, Key] = {}
        self._by_unit: set[Key] = set()
        self._steps: dict[Key, frozenset[int]] = {}

    def begin(self, key: Key) -> None:
        """Take a value for a layer's sums: what is made of it is its function."""
        self._layers[key] = key
        self._by_unit.add(key)
        self._steps[key] = frozenset()

    def follow(self, number: int, operation: Operation) -> dict[Key, Key]:
        """Follow an operation.

        Returns:
            As what each output that has the same numbers has them.
        """
        given = [key for key in operation.inputs if key in self.moving]
        same = {key: given[0] for key in operation.outputs if self._is_same(operation)}
        self._origins.update({key: self.origin(value) for key, value in same.items()})
        layers = {self._layers.get(key) for key in given}
        layer = layers.pop()
        if layers or layer is None:
            return same
        is_by_unit = bool(same) or operation.name in _BY_UNIT
        steps = frozenset[int]().union(*(self._steps[key] for key in given))
        for key in operation.outputs:
            self._layers[key], self._steps[key] = layer, steps | {number}
            if is_by_unit and self._by_unit.issuperset(given):
                self._by_unit.add(key)
        return same

    def origin(self, key: Key) -> Key:
        """Give the first value that has the same numbers in the same order."""
        return self._origins.get(key, key)

    def layer_of(self, key: Key) -> Key | None:
        """Give the one layer's sums that a value is made of; None of several."""
        return self._layers.get(key)

    def function_of(self, key: Key) -> tuple[Key, str] | None:
        """Say as which function of which layer's sums a value is known.

        Returns:
            Key of the sums, and a name, "" where there is none; None of other values.
        """
        layer, shapes = self._layers.get(key), self._program.shapes
        if layer is None or layer == key or shapes[layer] != shapes[key]:
            return None
        name = _names().get(self.signature(key), "")
        return (layer, name) if name or key in self._by_unit else None

    def signature(self, key: Key) -> Signature:
        """Say what was done to a layer's sums to get there."""
        steps = (self._program.operations[at] for at in sorted(self._steps[key]))
        return tuple(
            (step.name, *map(self._token, step.inputs))
            for step in steps
            if step.name not in _SAME
        )

    def _token(self, key: Key) -> str:
        value = self._program.constants.get(key)
        if value is None or np.ndim(value) > 0:
            return "moving" if key in self.moving else "fixed"
        return f"{float(value):.5g}"

    def _is_same(self, operation: Operation) -> bool:
        """Whether an operation gives the numbers that it takes, in their order."""
        shapes, dtypes = self._program.shapes, self._program.dtypes
        given, found = operation.inputs[0], operation.outputs[0]
        if operation.name == "convert_element_type":
            before, after = np.dtype(dtypes[given]), np.dtype(dtypes[found])
            return before.kind == after.kind and before.itemsize <= after.itemsize
        if operation.name == "transpose":
            axes = operation.equation.params["permutation"]
            long = [axis for axis in axes if shapes[given][axis] > 1]
            return long == sorted(long)
        as_many = math.prod(shapes[given]) == math.prod(shapes[found])
        return operation.name in _SAME and as_many


@functools.cache
def _names() -> Mapping[Signature, str]:
    """Give the names of functions by their signatures."""
    found = {}
    for name in FUNCTIONS.split():
        program = program_of(getattr(jax.nn, name), np.zeros((1, 3), np.float32))
        flow = Flow(program, program.inputs)
        flow.begin(program.inputs[0])
        for number, operation in enumerate(program.operations):
            if not flow.moving.isdisjoint(operation.inputs):
                flow.follow(number, operation)
        found[flow.signature(program.outputs[0])] = name
    return found
