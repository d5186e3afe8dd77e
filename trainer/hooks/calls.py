"""Calls of layers in a forward pass, and which of them are shown in which order.

How it works: every tensor has a key. So a dense layer is connected with the one shown
before it only where it takes that one's activation; never because the sizes fit.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from itertools import pairwise
from typing import Any

Key = int  # of a tensor: its id while the pass goes on
UNKNOWN: Key = -1  # of one that no layer gave

# Names of functions that leave things as they are; "" where none is known.
PLAIN = ("linear", "identity")
NO_FUNCTION = ("", *PLAIN)


class Role(Enum):
    """What a call does with what goes in."""

    INPUT = auto()  # begins with it: the example
    DENSE = auto()  # weights all of it for each unit
    FUNCTION = auto()  # applies an activation function
    RESHAPE = auto()  # gives the same numbers in the same order
    OTHER = auto()


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """What one layer did.

    Attributes:
        role: What it does.
        name: Of the layer.
        inputs: Keys of the tensors that went in.
        output: Key of the tensor that came out.
        sums: Key of the tensor before the layer's own activation function, if known.
        function: Name of the activation function.
        layer: Whose call it is; where parameters are found.
    """

    role: Role
    name: str
    inputs: tuple[Key, ...]
    output: Key
    sums: Key | None = None
    function: str = ""
    layer: Any = None


@dataclass(slots=True, eq=False)
class Shown:
    """A layer to show.

    Attributes:
        call: What it shows; of a tensor that no layer gave the call that takes it.
        name: Of the layer.
        activation: Key of the tensor that it shows.
        sums: Key of its layer sums, if known.
        function: Name of the activation function.
        is_dense: Whether parameters are those of its call.
        has_edges: Whether it weights what the layer shown before it gives.
    """

    call: Call
    name: str
    activation: Key
    sums: Key | None = None
    function: str = ""
    is_dense: bool = False
    has_edges: bool = False
    _before: "list[Shown]" = field(default_factory=list)
    _is_late: bool = False  # shown after all that were called before it

    def follows(self, other: "Shown") -> bool:
        """Whether it takes what another gives and nothing else."""
        return self._before == [other]


def plan(calls: Sequence[Call]) -> list[Shown]:
    """Choose what is shown, in an order in which branches stay together."""
    found = _in_order(_Choice(calls).shown)
    for last, shown in pairwise(found):
        shown.has_edges = shown.is_dense and shown.follows(last)
    return found


class _Choice:
    """Goes through calls and keeps what is to be shown.

    Attributes:
        shown: In the order of the calls.
    """

    def __init__(self, calls: Sequence[Call]) -> None:
        self.shown: list[Shown] = []
        self._makers: dict[Key, Shown] = {}
        self._same: dict[Key, Key] = {}  # as which tensor it has the same numbers
        real = [call for call in calls if call.output not in call.inputs]
        self._uses = Counter(key for call in real for key in set(call.inputs))
        for call in real:
            if self._origin(call.output) not in self._makers:
                self._take(call)

    def _take(self, call: Call) -> None:
        if call.role is Role.RESHAPE:
            self._same[call.output] = self._origin(call.inputs[0])
        elif call.role is not Role.FUNCTION or not self._applies(call):
            self._show(call)

    def _origin(self, key: Key) -> Key:
        return self._same.get(key, key)

    def _applies(self, call: Call) -> bool:
        """Apply a function to the layer whose sums it alone takes, if there is one."""
        (given,) = call.inputs
        shown = self._makers.get(given)
        if (
            shown is None
            or shown.call.role is Role.INPUT
            or shown.function not in NO_FUNCTION
            or self._uses[given] > 1
        ):
            return False
        del self._makers[given]
        shown.sums, shown.activation, shown.function = given, call.output, call.function
        self._makers[call.output] = shown
        return True

    def _show(self, call: Call) -> None:
        sources = [self._makers.get(self._origin(key)) for key in call.inputs]
        if call.role is Role.DENSE and sources == [None]:
            sources = [self._show_input(call)]
        known = [source for source in sources if source is not None]
        shown = Shown(
            call,
            call.name,
            call.output,
            call.sums,
            call.function,
            is_dense=call.role is Role.DENSE,
            _before=known,
            _is_late=len(known) < len(sources),
        )
        self.shown.append(shown)
        self._makers[self._origin(call.output)] = shown

    def _show_input(self, call: Call) -> Shown:
        """Show what goes into a dense layer though no layer gave it."""
        key = self._origin(call.inputs[0])
        name = f"into {call.name}" if call.name else "computed"
        shown = Shown(call, name, key, _is_late=True)
        self.shown.append(shown)
        self._makers[key] = shown
        return shown


def _in_order(waiting: Sequence[Shown]) -> list[Shown]:
    """Follow each branch as far as it goes before the next one."""
    waiting, placed = list(waiting), list[Shown]()
    while waiting:
        ready = [
            shown
            for at, shown in enumerate(waiting)
            if all(each in placed for each in shown._before)
            and not (shown._is_late and at)
        ]
        following = [shown for shown in ready if placed and shown.follows(placed[-1])]
        chosen = (following or ready)[0]
        placed.append(chosen)
        waiting.remove(chosen)
    return placed
