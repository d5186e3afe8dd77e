"""When a snapshot is taken, checked before the thread that sends writes it down."""

import operator
import time

from protocol import limits
from protocol.held import Moment
from protocol.messages import Probe


def moment_of(epoch: int, step: int, probe: Probe) -> Moment:
    """Say that it is now; integers of numpy become plain ones.

    Args:
        epoch: Completed epochs.
        step: Optimizer updates done.
        probe: Whose activations are shown.

    Raises:
        TypeError: A number is no integer.
        ValueError: A number is more than a message can hold.
    """
    label = None if probe.label is None else _integer(probe.label)
    return Moment(
        epoch=_integer(epoch),
        step=_integer(step),
        time=time.time(),
        probe=Probe(index=_integer(probe.index), label=label),
    )


def _integer(number: int) -> int:
    found = operator.index(number)
    if not 0 <= found <= limits.INTEGER:
        raise ValueError(
            f"expected an integer from 0 to {limits.INTEGER}, got {number}"
        )
    return found
