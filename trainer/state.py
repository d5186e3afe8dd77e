"""Where a training stands, as its own loop says it."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from protocol.messages import Probe
from trainer.layer import Layer

Layers = Sequence[Layer] | Callable[[], Sequence[Layer]]


class State(NamedTuple):
    """What a snapshot is made of, once it is due.

    Attributes:
        epoch: Completed epochs.
        step: Optimizer updates done.
        probe: The example that is shown.
        layers: What it does to the network, or a function that finds that out.
    """

    epoch: int
    step: int
    probe: Probe
    layers: Layers


def probe_of(example: int, label: int | None, classes: Sequence[str]) -> Probe:
    """Give the example that is shown.

    Args:
        example: Its number.
        label: Its true class; None where it has none.
        classes: Their names; () where outputs are numbers.

    Raises:
        ValueError: The label is no index, or none of these classes.
    """
    found = index_of(label)
    if found is not None and classes and found >= len(classes):
        raise ValueError(
            f"expected label to be an index into {len(classes)} classes, counted from "
            f"0, got {label!r}"
        )
    return Probe(index=example, label=found)


def index_of(label: Any) -> int | None:
    """Read a class's index from a number of any framework; None stays None.

    Raises:
        ValueError: It is no whole number from 0 on.
    """
    if label is None:
        return None
    try:
        found = int(label)
    except (TypeError, ValueError, RuntimeError):
        found = -1
    if found < 0 or found != label:
        raise ValueError(
            "expected label to be an index into the classes, counted from 0, got "
            f"{label!r}"
        )
    return found
