"""What a classifier decides: a class, or that it is none of them. Pure.

As the trainer counts it: the decision is "unknown" where the output that means unknown
wins, or where no other class reaches the probability below which nothing is decided.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class Decision:
    """What became of one example.

    Attributes:
        chosen: Index of the class; None where it is unknown and no class means that.
        best: Index of the likeliest of the classes that mean something.
        is_unknown: Whether it is none of those.
        is_rejected: Whether that is so because none of them is likely enough.
    """

    chosen: int | None
    best: int
    is_unknown: bool
    is_rejected: bool


def decide(
    probabilities: Floats, unknown: int | None, reject: float
) -> Decision | None:
    """Decide as the manifest says.

    Args:
        probabilities: Shape (classes,).
        unknown: Index of the class that means none of the others.
        reject: A best probability of the others below it means unknown, too.

    Returns:
        None where a probability is not a number, or there is nothing to choose from.
    """
    if not np.isfinite(probabilities).all():
        return None
    others = probabilities.astype(np.float64)
    if unknown is not None:
        others[unknown] = -1.0
    best = int(others.argmax())
    if others[best] < 0:
        return None
    if unknown is not None and int(probabilities.argmax()) == unknown:
        return Decision(unknown, best, is_unknown=True, is_rejected=False)
    if others[best] < reject:
        return Decision(unknown, best, is_unknown=True, is_rejected=True)
    return Decision(best, best, is_unknown=False, is_rejected=False)
