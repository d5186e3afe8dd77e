"""The same plane, where a unit hears all four neighbours: the mean of their shares.

A unit has a share of each class, and the class of the largest. The random rule draws from
the classes around a point, so it is right as often as a single neighbour is; this one
takes the most frequent. There are as many units, and four connections for each.

Shares are whole numbers, so that a run is the same on every machine, and none gets so
small that a processor becomes slow.
"""

from collections.abc import Iterator
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from trainer.models.space import (
    BLOCK,
    FILL,
    REFLECT,
    UNCLASSIFIED,
    Cells,
    Space,
    framed,
    set_frame,
)

Share = NDArray[np.uint32]
AnyNumber = TypeVar("AnyNumber", bound=np.generic)

ONE = (1 << 30) - 1  # four of them fit
NUMBER = 0xFF  # bits of a share that give way to the number of its class

# Bytes a unit beside its shares: the best of them, its class, who listens.
MOMENT = 12

# In the end a share is a mean over about so many training points.
HEARD = 15


class MeanOfNeighbours(Space):
    """Takes the class that its neighbours have most of; 4 bytes a unit and class."""

    def __init__(
        self,
        points: Cells,
        classes: int,
        *,
        fill: int = FILL,
        edges: str = REFLECT,
        reach: int = 1,
    ) -> None:
        """Begin.

        Args:
            points: Shape (rows, columns), uint8: a class, or UNCLASSIFIED; copied.
            classes: How many there are.
            fill: Last layer in which only units without a class listen.
            edges: One of EDGES.
            reach: After that layer neighbours are 1, 2, ... `reach` units away, one
                after the other, and again; at most a side of the plane.
        """
        super().__init__(points, fill)
        self._edges = edges
        self._reach = reach
        self._cells = points.copy()
        self._known: Cells = framed((points != UNCLASSIFIED).astype(np.uint8), reach)
        self._shares: list[Share] = [
            framed((points == number) * np.uint32(ONE), reach)
            for number in range(classes)
        ]
        self._spare = np.zeros_like(self._shares[0])
        self._best = np.empty(points.shape, np.uint32)
        self._at_once = max(BLOCK // (4 * points.shape[1]), 1)
        self._numbered = np.empty((self._at_once, points.shape[1]), np.uint32)

    @property
    def cells(self) -> Cells:
        """The map, see Space."""
        return self._cells

    @property
    def shares(self) -> list[Share]:
        """A plane for each class, shape (rows, columns); good until the next layer."""
        return [self._inner(plane) for plane in self._shares]

    def advance(self) -> None:
        """Go to the next layer."""
        self.layer += 1
        set_frame(self._known, self._reach, self._edges)
        for plane in self._shares:
            set_frame(plane, self._reach, self._edges)
        if self.layer <= self.fill:
            self._fill()
        else:
            self._mix(1 + (self.layer - self.fill - 1) % self._reach)

    def _fill(self) -> None:
        """Let units without a class take shares from those that have one."""
        known = self._around(self._known, 1)
        front = np.nonzero((self._cells == UNCLASSIFIED) & (known > 0))
        best = np.zeros(len(front[0]), np.uint32)
        for number, plane in enumerate(self._shares):
            mean = self._around(plane, 1, front) // known[front]
            self._inner(plane)[front] = mean
            np.maximum(best, _numbered(mean, number), out=best)
        self._inner(self._known)[front] = 1
        self._cells[front] = _numbers(best)
        self.changed = len(best)
        self.unclassified -= self.changed

    def _mix(self, distance: int) -> None:
        """Let all units take shares; a neighbour without a class is not heard."""
        known = self._around(self._known, distance) if self.unclassified else None
        self._best[...] = 0
        for number, plane in enumerate(self._shares):
            for block in self._blocks():
                mean = self._average(plane, distance, block)
                if known is not None:
                    self._correct(plane, distance, block, known[block])
                numbered = _numbered(mean, number, self._numbered[: len(mean)])
                np.maximum(self._best[block], numbered, out=self._best[block])
            self._shares[number], self._spare = self._spare, plane
        cells = _numbers(self._best)
        if known is not None:
            inner = self._inner(self._known)
            inner |= known > 0
            cells[inner == 0] = UNCLASSIFIED
            self.unclassified = int(np.count_nonzero(inner == 0))
        self.changed = int(np.count_nonzero(cells != self._cells))
        self._cells = cells

    def _average(self, plane: Share, distance: int, block: slice) -> Share:
        """Write means over four neighbours into the spare plane."""
        mean = self._inner(self._spare)[block]
        self._around(plane, distance, block, mean)
        mean >>= np.uint32(2)
        return mean

    def _correct(self, plane: Share, distance: int, block: slice, known: Cells) -> None:
        """Write better means where not all four have a class, as `known` counts."""
        mean = self._inner(self._spare)[block]
        rows, columns = np.nonzero(known % 4)
        some = rows + block.start, columns
        heard = known[rows, columns]
        mean[rows, columns] = self._around(plane, distance, some) // heard
        none = known == 0
        mean[none] = self._inner(plane)[block][none]

    def _around(
        self,
        plane: NDArray[Any],
        distance: int,
        which: Any = slice(None),
        out: NDArray[Any] | None = None,
    ) -> NDArray[Any]:
        """Add up what the four neighbours of some units have.

        Args:
            plane: With its frame.
            distance: How far the neighbours are.
            which: Index of the units.
            out: For the sums; None for a new array.
        """
        rows, columns = self._cells.shape
        low, middle, high = self._reach - distance, self._reach, self._reach + distance
        down, across = slice(middle, middle + rows), slice(middle, middle + columns)
        above, below = (
            plane[low : low + rows, across],
            plane[high : high + rows, across],
        )
        left, right = plane[down, low : low + columns], plane[down, high:][:, :columns]
        total: NDArray[Any] = np.add(above[which], below[which], out=out)
        total += left[which]
        total += right[which]
        return total

    def _inner(self, plane: NDArray[AnyNumber]) -> NDArray[AnyNumber]:
        """Give a plane without its frame, a view."""
        return plane[self._reach : -self._reach, self._reach : -self._reach]

    def _blocks(self) -> Iterator[slice]:
        """Cut the rows into blocks."""
        for start in range(0, len(self._cells), self._at_once):
            yield slice(start, start + self._at_once)


def reach_for(points: Cells, layers: int) -> int:
    """Say from how far units must hear for means over some fifteen points.

    Means of means, as after a random walk, are over a normal distribution that has the
    variance of all its steps together.

    Args:
        points: As in MeanOfNeighbours.
        layers: How many there are after `fill`.
    """
    known = int(np.count_nonzero(points != UNCLASSIFIED))
    if known == 0 or layers < 1:
        return 1
    # What fifteen points take of the plane is 4 pi times the variance along one axis.
    variance = HEARD * points.size / known / (4 * np.pi)
    reach = 1
    # A step is along the other axis every second time; the mean of 1, 4, ..., reach^2.
    while (reach + 1) * (2 * reach + 1) / 6 * layers / 2 < variance:
        reach += 1
    # Who is farther away than there are layers is never heard.
    return int(min(reach, layers, *points.shape))


def bytes_for(points: Cells, classes: int, reach: int) -> int:
    """Say how much memory a plane takes; see MeanOfNeighbours."""
    rows, columns = points.shape
    framed_units = (rows + 2 * reach) * (columns + 2 * reach)
    # The last plane of shares is a spare one.
    return int(framed_units * (4 * (classes + 1) + MOMENT))


def _numbered(shares: Share, number: int, out: Share | None = None) -> Share:
    """Put the number of a class into its shares; of equal ones the first is largest."""
    numbered = np.bitwise_or(shares, np.uint32(NUMBER), out=out)
    numbered -= np.uint32(number)
    return numbered


def _numbers(shares: Share) -> Cells:
    """Read the number of a class from shares that have one."""
    numbers: Cells = np.invert(shares).astype(np.uint8)
    return numbers
