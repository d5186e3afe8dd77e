"""Units that share one disc or cell, where a layer has too many to draw each."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Indices = NDArray[np.intp]

PATCHES = 5  # a picture beside small layers is drawn as at most about 5x5 patches


@dataclass(frozen=True, eq=False)
class Pool:
    """Which units share a place.

    Attributes:
        places: Shape (layer's units,): the place of each unit, counted from 0.
        averages: A place shows the mean of its units and the sum of their weights,
            rather than the largest of each: right for the pixels of a picture, where
            a lone one means little.
    """

    places: Indices
    averages: bool = False

    @cached_property
    def _order(self) -> Indices:
        return np.argsort(self.places, kind="stable")

    @cached_property
    def _starts(self) -> Indices:
        return np.flatnonzero(np.diff(self.places[self._order], prepend=-1))

    @property
    def count(self) -> int:
        """How many places there are."""
        return len(self._starts)

    @property
    def counts(self) -> Indices:
        """Shape (places,): how many units each has."""
        return np.diff(self._starts, append=len(self._order))

    def add(self, values: Floats) -> Floats:
        """Add up along the first axis, (units, ...) to (places, ...)."""
        ordered = values[self._order]
        return np.asarray(np.add.reduceat(ordered, self._starts, axis=0))

    def show(self, size: Floats) -> Floats:
        """Reduce what the units show, (units,), to what the places do, (places,)."""
        if self.averages:
            return np.asarray(self.add(size) / self.counts)
        return np.asarray(np.maximum.reduceat(size[self._order], self._starts))


def patches(shape: tuple[int, int]) -> Pool:
    """Divide a picture of (height, width) pixels into patches."""
    rows, columns = (patch_of(size) for size in shape)
    patch = rows[:, None] * (columns.max() + 1) + columns[None, :]
    return Pool(patch.ravel(), averages=True)


def patch_of(size: int) -> Indices:
    """Number the patch of each row or column, equal patches where they can be."""
    count = next((n for n in (PATCHES, 4) if size % n == 0), min(PATCHES, size))
    return np.arange(size) * count // size


def neighbours(units: int, places: int) -> Pool:
    """Let units that follow each other share a place, as evenly as can be."""
    return Pool(np.arange(units) * places // units)


def blocks(
    shape: tuple[int, int],
    smaller: tuple[int, int],
    maps: int = 1,
    *,
    averages: bool = True,
) -> Pool:
    """Divide pictures of (height, width) pixels into (rows, columns) blocks each."""
    rows, columns = (
        np.arange(size) * count // size
        for size, count in zip(shape, smaller, strict=True)
    )
    block = (rows[:, None] * smaller[1] + columns[None, :]).ravel()
    first = np.arange(maps)[:, None] * (smaller[0] * smaller[1])
    return Pool((first + block).ravel(), averages)
