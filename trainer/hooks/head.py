"""What the last layer of a network says: classes, or numbers."""

from dataclasses import replace
from typing import Literal, get_args

from trainer.hooks.calls import NO_FUNCTION, PLAIN
from trainer.hooks.functions import FUNCTIONS
from trainer.host_arrays import to_host
from trainer.layer import Layer

Head = Literal["softmax", "sigmoid", "linear"]


def check(head: Head | None) -> None:
    """See to it that outputs can be read so.

    Raises:
        ValueError: There is no such way.
    """
    if head is not None and head not in get_args(Head):
        raise ValueError(
            f"expected head to be one of {', '.join(get_args(Head))}, got {head!r}"
        )


def finish(last: Layer, head: Head | None, classes: int) -> Layer:
    """Turn the sums of a last layer into probabilities, unless that is done.

    Args:
        last: The last layer.
        head: How its outputs are read; None to choose: as probabilities of the classes
            where there is an output for each, or one for two of them, if no function
            at all was applied to the sums.
        classes: How many there are; 0 where outputs are numbers.
    """
    sums = to_host(last.activation)
    is_open = last.function in (PLAIN if head is None else NO_FUNCTION)
    if sums.ndim > 1 or not is_open:
        return last
    head = head or _head_of(sums.size, classes)
    if head == "linear":
        return last
    return replace(
        last, activation=FUNCTIONS[head](sums), pre_activation=sums, function=head
    )


def _head_of(units: int, classes: int) -> Head:
    if classes > 1 and classes == units:
        return "softmax"
    return "sigmoid" if classes == 2 and units == 1 else "linear"
