"""What a network decides, "unknown" included, and how often it is right.

A decision is the index of a class, or that of the unknown: the class that was trained
to be it, or the number of classes where none was.
"""

import math

import numpy as np
from numpy.typing import NDArray

REJECT = 0.6

Indices = NDArray[np.int64]
Floats = NDArray[np.floating]


def decisions(classes: tuple[str, ...], unknown: int | None) -> tuple[str, ...]:
    """Name all that can be decided: the classes, and the unknown."""
    return classes if unknown is not None else (*classes, "unknown")


def decide(p: Floats, reject: float, unknown: int | None) -> Indices:
    """Choose a class for each row, or none of them.

    Args:
        p: Probabilities, shape (n, classes).
        reject: The likeliest class other than unknown must reach this.
        unknown: Index of the class that means "none of the others", if there is one.

    Returns:
        Shape (n,): the class, or `unknown` (the number of classes where that is None)
        where the unknown wins, the best of the others is below `reject`, or no number.
    """
    none = p.shape[1] if unknown is None else unknown
    chosen = np.argmax(np.nan_to_num(p, nan=-1.0), axis=1)
    sure = best_known(p, unknown) >= reject  # False where not a number
    return np.where(sure, chosen, none).astype(np.int64)


def best_known(p: Floats, unknown: int | None) -> Floats:
    """Give the highest probability of a class other than unknown, shape (n,)."""
    known = p if unknown is None else np.delete(p, unknown, axis=1)
    return np.asarray(known.max(axis=1, initial=0.0))


def unknownness(p: Floats, unknown: int | None) -> Floats:
    """Measure how little the network knows each row, shape (n,).

    It is the probability of unknown, or what the best class lacks to 1.
    """
    return 1 - best_known(p, None) if unknown is None else p[:, unknown]


def confusion(truth: Indices, decided: Indices, size: int) -> Indices:
    """Count decisions, shape (size, size): a row a true class, a column a decision."""
    counts = np.bincount(truth * size + decided, minlength=size * size)
    return counts.reshape(size, size)


def auroc(scores: Floats, positive: NDArray[np.bool_]) -> float:
    """Measure how well scores tell two kinds apart.

    Args:
        scores: Higher means positive, shape (n,).
        positive: Which are, shape (n,).

    Returns:
        The chance that a positive one has the higher score of a pair, ties counted as
        half; NaN where one kind is missing or a score is not a number.

    Source:
        Fawcett, An introduction to ROC analysis, 2006, section 7: the rank statistic of
        Wilcoxon.
    """
    ups, downs = int(positive.sum()), int((~positive).sum())
    if not ups or not downs or np.isnan(scores).any():
        return math.nan
    _, place, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[place]  # from 1, ties share one
    return float((ranks[positive].sum() - ups * (ups + 1) / 2) / (ups * downs))


def wilson(right: int, count: int) -> tuple[float, float]:
    """Give the 95 % interval of a share; (0, 1) where nothing was counted.

    Source:
        Wilson, Probable inference, the law of succession, and statistical inference,
        1927.
    """
    if count == 0:
        return 0.0, 1.0
    z, share = 1.959964, right / count
    middle = share + z * z / (2 * count)
    spread = z * math.sqrt(share * (1 - share) / count + (z / (2 * count)) ** 2)
    scale = 1 + z * z / count
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)
