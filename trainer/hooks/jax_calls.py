"""The layers in a program of JAX: products with parameters, and what becomes of them.

How it works: a value that depends on the example is known as a function of one layer's
sums for as long as it is computed from them unit by unit. What goes into the next layer
is then the activation of that one; anything else is shown as what it is.
"""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from trainer.hooks.calls import UNKNOWN, Call, Key, Role
from trainer.hooks.jax_flow import Flow
from trainer.hooks.jax_program import Operation, Program


class Weighting(NamedTuple):
    """Where the parameters of a dense layer are.

    Attributes:
        weights: Key of the matrix.
        axis: The one of its dimensions that is the units before.
        units: How many the layer has.
        bias: Key of the bias; None without one.
    """

    weights: Key
    axis: int
    units: int
    bias: Key | None = None


class Reading:
    """Reads a program.

    Attributes:
        calls: Of its layers.
        channels_last: Whether the maps of pictures are their last dimension.
    """

    def __init__(
        self, program: Program, example: Sequence[Key], names: Mapping[Key, str]
    ) -> None:
        """Read it.

        Args:
            program: What a function does with parameters and an example.
            example: Which of its inputs are the example.
            names: Of the layers that its other inputs are parameters of.
        """
        self.calls: list[Call] = []
        self.channels_last = True
        self._program = program
        self._names = dict(names)
        self._users: dict[Key, list[int]] = defaultdict(list)
        for number, operation in enumerate(program.operations):
            for key in operation.inputs:
                self._users[key].append(number)
        self._flow = Flow(program, example)
        self._added: set[int] = set()  # numbers of operations that add a bias
        for at, key in enumerate(example, start=1):
            name = "input" if len(example) == 1 else f"input {at}"
            self._show(Call(role=Role.INPUT, name=name, inputs=(), output=key))
        for number, operation in enumerate(program.operations):
            if self._flow.moving.isdisjoint(operation.inputs):
                self._name(operation)
            elif number not in self._added:
                self._take(number, operation)
        self._end(program.outputs)

    def _name(self, operation: Operation) -> None:
        """Hand names of parameters on to what is computed from one layer's alone."""
        names = {self._names[key] for key in operation.inputs if key in self._names}
        if len(names) == 1:
            self._names.update(dict.fromkeys(operation.outputs, names.pop()))

    def _take(self, number: int, operation: Operation) -> None:
        first, *others = operation.inputs
        fixed = [key for key in operation.inputs if key not in self._flow.moving]
        if operation.name == "dot_general" and fixed:
            self._take_product(number, operation)
        elif operation.name == "conv_general_dilated" and fixed == others:
            axes = operation.equation.params["dimension_numbers"].out_spec
            self.channels_last = axes[1] != 1
            name = self._names.get(fixed[0], "") or "convolution"
            self._take_sums(number, Role.OTHER, name, first)
        elif operation.name.startswith("reduce_window"):
            name = "max pool" if operation.name.endswith("max") else "pool"
            taken, (found,) = (self._taken(first),), operation.outputs
            self._show(Call(role=Role.OTHER, name=name, inputs=taken, output=found))
        else:
            self._follow(number, operation)

    def _follow(self, number: int, operation: Operation) -> None:
        same = self._flow.follow(number, operation)
        self.calls += [
            Call(role=Role.RESHAPE, name="", inputs=(before,), output=after)
            for after, before in same.items()
        ]
        given = [key for key in operation.inputs if key in self._flow.moving]
        if len({self._flow.layer_of(key) for key in given}) > 1:  # they are joined
            for key in given:
                self._taken(key)

    def _take_product(self, number: int, operation: Operation) -> None:
        """Take a product with parameters: a dense layer if a plain vector goes in."""
        contracted, batch = operation.equation.params["dimension_numbers"]
        at = 0 if operation.inputs[0] in self._flow.moving else 1
        taken, fixed = operation.inputs[at], operation.inputs[1 - at]
        shape, matrix = (self._program.shapes[key] for key in (taken, fixed))
        before = [shape[axis] for axis in contracted[at]]
        is_dense = (
            len(before) == 1
            and not batch[0]
            and math.prod(shape) == before[0]
            and len(matrix) <= 2
        )
        name = self._names.get(fixed, "")
        if is_dense:
            units = math.prod(matrix) // before[0]
            weighting = Weighting(fixed, contracted[1 - at][0], units)
            self._take_sums(number, Role.DENSE, name, taken, weighting)
        else:
            self._take_sums(number, Role.OTHER, name or "product", taken)

    def _take_sums(
        self,
        number: int,
        role: Role,
        name: str,
        taken: Key,
        weighting: Weighting | None = None,
    ) -> None:
        """Take weighted sums, together with the bias that is added, if any."""
        (sums,) = self._program.operations[number].outputs
        adding = self._adding(sums)
        if adding is not None:
            self._added.add(adding)
            operation = self._program.operations[adding]
            (bias,) = (key for key in operation.inputs if key != sums)
            (sums,) = operation.outputs
            weighting = weighting and weighting._replace(bias=bias)
        self._show(
            Call(
                role=role,
                name=name,
                inputs=(self._taken(taken),),
                output=sums,
                sums=sums,
                function="linear",
                layer=weighting,
            )
        )

    def _adding(self, sums: Key) -> int | None:
        """Find the operation that adds a bias, if that is all that becomes of sums."""
        if len(self._users[sums]) != 1 or sums in self._program.outputs:
            return None
        (number,) = self._users[sums]
        adding, shapes = self._program.operations[number], self._program.shapes
        others = [key for key in adding.inputs if key != sums]
        is_bias = adding.name == "add" and self._flow.moving.isdisjoint(others)
        return number if is_bias and shapes[adding.outputs[0]] == shapes[sums] else None

    def _show(self, call: Call) -> None:
        self.calls.append(call)
        self._flow.begin(call.output)

    def _taken(self, key: Key) -> Key:
        """Note what a layer takes, where it is a function of another one's sums."""
        base = self._flow.origin(key)
        found = self._flow.function_of(base)
        if found is not None:
            sums, name = found
            self.calls.append(
                Call(
                    role=Role.FUNCTION,
                    name=name or "computed",
                    inputs=(sums,),
                    output=base,
                    function=name,
                )
            )
        return key

    def _end(self, outputs: Sequence[Key]) -> None:
        """Show what comes out, if it is not shown as a layer's activation."""
        if outputs and outputs[0] in self._flow.moving:
            key = self._taken(outputs[0])
            self.calls.append(
                Call(role=Role.OTHER, name="output", inputs=(UNKNOWN,), output=key)
            )
