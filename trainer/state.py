"""Where a training stands, as its own loop says it."""

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
