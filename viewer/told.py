"""What a run measures besides loss and accuracy, and how often it tells a metric. Pure."""

import numpy as np
from numpy.typing import NDArray

from protocol.messages import Manifest

HELD_OUT = "held_out_"
_KNOWN = {
    "epoch",
    "loss",
    "accuracy",
    "held_out_rejected",
    "held_out_caught",
    "held_out_auroc",
    "learning_rate",
    "examples_per_second",
    "unclassified",
    "changed",
}
_KNOWN_OF_TRIALS = {"rejected", "caught", "auroc"}
_NORM = "gradient_norm_"


def others_of(manifest: Manifest) -> list[str]:
    """Name the metrics of which nothing is known but their names, in their order.

    Where one is told of held-out examples, too, it is named once.
    """
    known = _KNOWN
    if manifest.axis == "example":
        known = _KNOWN | _KNOWN_OF_TRIALS
    names = set(manifest.metrics)
    return [
        name
        for name in dict.fromkeys(manifest.metrics)
        if name not in known
        and not name.startswith(_NORM)
        and name.removeprefix(HELD_OUT) not in (known | names) - {name}
    ]


def is_told(values: NDArray[np.float64]) -> bool:
    """Whether a metric ever had a value, shape (n,); not-a-number means none."""
    return not bool(np.isnan(values).all())


def is_rare(values: NDArray[np.float64], fewest: int = 1) -> bool:
    """Whether a metric is told now and then only: in no two rows that follow each other.

    Args:
        values: Shape (n,), what is not finite was not told, or is broken.
        fewest: Values that it takes to say so: one may be the last before all broke.
    """
    finite = np.isfinite(values)
    if finite.all() or np.count_nonzero(finite) < fewest:
        return False
    return not (finite[1:] & finite[:-1]).any()
