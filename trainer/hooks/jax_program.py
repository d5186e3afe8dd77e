"""A function of JAX as a straight list of its operations.

How it works: JAX traces the function once, with no numbers. What it calls - jitted,
differentiated in its own way, rematerialised - is written out in place; loops and
branches stay what they are.
"""

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import jax

from trainer.hooks.calls import Key

# Where an operation that only calls has what it calls.
CALLED = {
    "jit": "jaxpr",
    "pjit": "jaxpr",
    "closed_call": "call_jaxpr",
    "core_call": "call_jaxpr",
    "checkpoint": "jaxpr",
    "remat2": "jaxpr",
    "custom_jvp_call": "call_jaxpr",
    "custom_vjp_call": "call_jaxpr",
    "custom_vjp_call_jaxpr": "fun_jaxpr",
}


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation.

    Attributes:
        equation: As JAX has it.
        inputs: Keys of what goes in.
        outputs: Keys of what comes out.
    """

    equation: Any
    inputs: tuple[Key, ...]
    outputs: tuple[Key, ...]

    @property
    def name(self) -> str:
        """Such as "dot_general"."""
        return str(self.equation.primitive.name)


@dataclass(slots=True)
class Program:
    """A function, written out.

    Attributes:
        inputs: Keys of the leaves of its arguments, in their order.
        outputs: Keys of the leaves of what it gives.
        operations: In their order.
        constants: Values that are in the function itself.
        shapes: Of all arrays.
        dtypes: Of all arrays.
    """

    inputs: tuple[Key, ...] = ()
    outputs: tuple[Key, ...] = ()
    operations: list[Operation] = field(default_factory=list)
    constants: dict[Key, Any] = field(default_factory=dict)
    shapes: dict[Key, tuple[int, ...]] = field(default_factory=dict)
    dtypes: dict[Key, Any] = field(default_factory=dict)

    def depending_on(self, keys: Iterable[Key]) -> set[Key]:
        """Give the keys of all that is computed from these, and these."""
        found = set(keys)
        for operation in self.operations:
            if not found.isdisjoint(operation.inputs):
                found.update(operation.outputs)
        return found

    def run(self, leaves: Sequence[Any], wanted: Iterable[Key]) -> dict[Key, Any]:
        """Compute it; may be traced itself.

        Args:
            leaves: Of the arguments.
            wanted: Keys of what is to be given.
        """
        values = {**self.constants, **dict(zip(self.inputs, leaves, strict=True))}
        for operation in self.operations:
            primitive = operation.equation.primitive
            given = primitive.get_bind_params(operation.equation.params)
            called, params = given if isinstance(given, tuple) else ((), given)
            taken = (values[key] for key in operation.inputs)
            found = primitive.bind(*called, *taken, **params)
            several = found if primitive.multiple_results else [found]
            values.update(zip(operation.outputs, several, strict=True))
        return {key: values[key] for key in wanted}


def program_of(function: Callable[..., Any], *arguments: Any) -> Program:
    """Write out what a function does to arguments of these shapes."""
    closed = jax.make_jaxpr(function)(*arguments)
    writer = _Writer()
    program = writer.program
    program.inputs = tuple(writer.key(var) for var in closed.jaxpr.invars)
    program.outputs = writer.write(closed.jaxpr, closed.consts, program.inputs)
    return program


class _Writer:
    """Writes a program.

    Attributes:
        program: So far.
    """

    def __init__(self) -> None:
        self.program = Program()
        self._numbers = itertools.count()

    def key(self, var: Any) -> Key:
        """Make a key for a variable."""
        key = next(self._numbers)
        self.program.shapes[key] = tuple(getattr(var.aval, "shape", ()))
        self.program.dtypes[key] = getattr(var.aval, "dtype", None)
        return key

    def write(
        self, jaxpr: Any, constants: Sequence[Any], inputs: Sequence[Key]
    ) -> tuple[Key, ...]:
        """Write operations; give the keys of what they give."""
        keys = dict(zip(jaxpr.invars, inputs, strict=True))
        for var, value in zip(jaxpr.constvars, constants, strict=True):
            keys[var] = self._constant(var, value)

        def read(atom: Any) -> Key:
            literal = hasattr(atom, "val")
            return self._constant(atom, atom.val) if literal else keys[atom]

        for equation in jaxpr.eqns:
            given = tuple(map(read, equation.invars))
            called = equation.params.get(CALLED.get(equation.primitive.name, ""))
            if called is None:
                found = tuple(map(self.key, equation.outvars))
                self.program.operations.append(Operation(equation, given, found))
            else:
                inner = getattr(called, "jaxpr", called)
                found = self.write(inner, getattr(called, "consts", ()), given)
            keys.update(zip(equation.outvars, found, strict=True))
        return tuple(map(read, jaxpr.outvars))

    def _constant(self, atom: Any, value: Any) -> Key:
        key = self.key(atom)
        self.program.constants[key] = value
        return key
