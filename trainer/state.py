"""Where a training stands, as its own loop says it."""

import operator
from collections.abc import Callable, Sequence
from typing import NamedTuple

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
    if label is None:
        return Probe(index=example, label=None)
    try:
        found = operator.index(label)
    except TypeError:
        found = -1
    if not 0 <= found < (len(classes) or found + 1):
        among = f"the {len(classes)} classes" if classes else "the classes"
        raise ValueError(
            f"expected label to be an index into {among}, counted from 0, got {label!r}"
        )
    return Probe(index=example, label=found)
