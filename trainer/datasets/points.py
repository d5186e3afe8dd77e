"""Labelled points of a plane, some of which are kept for measuring only."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainer.datasets.dataset import DatasetError
from trainer.datasets.window import Places, Window
from trainer.models.space import MOST_CLASSES, UNCLASSIFIED, Cells

Classes = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Points:
    """What a plane learns from.

    Attributes:
        name: What it is, for people.
        places: Shape (n, 2): x and y, finite.
        labels: Shape (n,), index of the true class.
        classes: Names in the order of the indices.
        window: What the map shows.
        held_out_places: Points that are never learned, shape (m, 2); m may be 0.
        held_out_labels: Their classes, shape (m,).
    """

    name: str
    places: Places
    labels: Classes
    classes: tuple[str, ...]
    window: Window
    held_out_places: Places
    held_out_labels: Classes

    def drawn(self, size: int) -> tuple[Cells, int]:
        """Draw the points on a map; of several in a cell the most frequent class stays.

        Args:
            size: Cells along a side.

        Returns:
            Shape (size, size), first row at the top, UNCLASSIFIED where there is no point;
            and how many points share a cell with an earlier one.
        """
        at, _ = self.window.cells(self.places, size)
        count = len(self.classes)
        kinds, many = np.unique(at * count + self.labels, return_counts=True)
        # The last one written stays: the most frequent, of equal ones the first.
        order = np.lexsort((-(kinds % count), many))
        cells = np.full(size * size, UNCLASSIFIED, np.uint8)
        cells[kinds[order] // count] = kinds[order] % count
        used = int(np.count_nonzero(cells != UNCLASSIFIED))
        return cells.reshape(size, size), len(at) - used


def held_out(labels: Classes, share: float, seed: int) -> NDArray[np.bool_]:
    """Choose what to measure with, of each class the same share.

    Returns:
        True where held out, shape (n,); a class keeps at least one point to learn.
    """
    rng = np.random.default_rng(seed)
    chosen = np.zeros(len(labels), np.bool_)
    for label in np.unique(labels):
        members = rng.permutation(np.flatnonzero(labels == label))
        chosen[members[: min(round(share * len(members)), len(members) - 1)]] = True
    return chosen


def check_classes(classes: int, where: str) -> None:
    """See to it that there are not too many classes.

    Raises:
        DatasetError: A map cannot tell so many apart.
    """
    if classes > MOST_CLASSES:
        raise DatasetError(
            f"expected at most {MOST_CLASSES} classes, got {classes:,} in {where}; is "
            "the last column the label?"
        )
