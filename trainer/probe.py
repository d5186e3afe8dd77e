"""Which example the snapshots show.

Examples are numbered over the whole data set: first those that are trained on, then
the held-out ones. Where a class has a held-out example, that one is shown: a network
has not seen it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, cycle, repeat

import numpy as np
from numpy.typing import NDArray

from protocol.messages import Probe
from trainer.datasets.dataset import Dataset
from trainer.errors import ProbeError

CYCLE = "cycle"


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """One example and what is said about it.

    Attributes:
        probe: Its number and its true class.
        x: Shape (features,), float32, not a copy.
    """

    probe: Probe
    x: NDArray[np.float32]


def examples(choice: str, dataset: Dataset) -> Iterator[Example]:
    """Give the example of each snapshot, without end.

    Args:
        choice: A class for its first example, the number of an example, "cycle" for
            another one each time, class by class, or "" for the first class. What is
            both a class and a number is the class.
        dataset: Where the examples are.

    Raises:
        ProbeError: There is no such class or number.
    """
    if choice == CYCLE:
        return (_example(dataset, index) for index in _in_turn(dataset))
    if choice in ("", *dataset.classes):
        wanted = dataset.classes.index(choice) if choice else 0
        return repeat(_example(dataset, _of_class(dataset, wanted)[0]))
    size = len(dataset.y) + len(dataset.held_out_y)
    if choice.isascii() and choice.isdigit() and int(choice) < size:
        return repeat(_example(dataset, int(choice)))
    raise ProbeError(
        f"expected {CYCLE!r}, a class ({', '.join(dataset.classes)}) or a number "
        f"from 0 to {size - 1}, got {choice!r}"
    )


def _in_turn(dataset: Dataset) -> Iterator[int]:
    """Go through the classes, with the next example of each every time round."""
    present = [
        cycle(found)
        for label in range(len(dataset.classes))
        if (found := _of_class(dataset, label))
    ]
    for turn in count():
        yield next(present[turn % len(present)])


def _of_class(dataset: Dataset, label: int) -> list[int]:
    """Give the held-out examples of a class, or where there are none, the others."""
    held_out = np.flatnonzero(dataset.held_out_y == label) + len(dataset.y)
    found = held_out if len(held_out) else np.flatnonzero(dataset.y == label)
    return [int(index) for index in found]


def _example(dataset: Dataset, index: int) -> Example:
    beyond = index - len(dataset.y)
    if beyond < 0:
        x, label = dataset.x[index], dataset.y[index]
    else:
        x, label = dataset.held_out_x[beyond], dataset.held_out_y[beyond]
    return Example(Probe(index=index, label=int(label)), x)
