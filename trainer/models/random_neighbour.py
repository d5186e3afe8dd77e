"""The original rule: a unit listens to one of its four neighbours, drawn in each layer.

Such a layer is a sparse map, one input a unit. There is no branch: lots are bytes of 0 or
255, and x ^ ((x ^ y) & lot) is x or y.

Rows lie end to end in memory and are done many at once, as if they were one: the neighbour
at the left is the byte before. That is wrong at both ends of a row, which are done again.
"""

import numpy as np
from numpy.typing import NDArray

from trainer.models.lots import Bits, Lots
from trainer.models.space import (
    BLOCK,
    FILL,
    UNCLASSIFIED,
    WRAP,
    Cells,
    Space,
    set_ends,
)


class RandomNeighbour(Space):
    """Takes the class of a neighbour; 2 bytes a unit and some blocks."""

    def __init__(
        self,
        points: Cells,
        *,
        fill: int = FILL,
        edges: str = WRAP,
        lots: Lots | None = None,
    ) -> None:
        """Begin.

        Args:
            points: Shape (rows, columns), uint8: a class, or UNCLASSIFIED; copied.
            fill: Last layer in which only units without a class listen.
            edges: One of EDGES.
            lots: Draws the neighbours; None for Bits(0).
        """
        super().__init__(points, fill)
        self._edges = edges
        self._lots = lots or Bits(0)
        rows, columns = points.shape
        self._now: Cells = np.pad(points, ((1, 1), (0, 0)))
        self._next = self._now.copy()
        across = np.pad(np.arange(columns), 1)
        set_ends(across, 1, edges)
        # Columns at the ends of a row, with those left and right of them.
        self._ends = [(k, across[k], across[k + 2]) for k in (0, columns - 1)]
        at_once = min(max(BLOCK // columns, 1), rows)
        self._heard, self._other, self._mask = np.empty((3, at_once, columns), np.uint8)

    @property
    def cells(self) -> Cells:
        """The map, see Space."""
        return self._now[1:-1]

    def advance(self) -> None:
        """Go to the next layer."""
        self.layer += 1
        set_ends(self._now, 1, self._edges)
        left = changed = 0
        rows = len(self._now) - 2
        for start in range(0, rows, len(self._heard)):
            block = slice(start, min(start + len(self._heard), rows))
            if self.layer <= self.fill:
                left += self._fill(block)
            else:
                some_left, some_changed = self._mix(block)
                left, changed = left + some_left, changed + some_changed
        self.changed = changed if self.layer > self.fill else self.unclassified - left
        self.unclassified = left
        self._now, self._next = self._next, self._now

    def _fill(self, block: slice) -> int:
        """Let units without a class take one; count those that still have none."""
        own, out = self._views(block)
        mask = self._mask[: len(own)]
        listens = np.equal(own, UNCLASSIFIED, out=mask.view(np.bool_))
        heard = self._hear(block, listens)
        mask -= np.uint8(1)  # 0 where it listens, else 255
        heard |= mask
        np.bitwise_and(own, heard, out=out)
        return int(np.count_nonzero(np.equal(out, UNCLASSIFIED, out=listens)))

    def _mix(self, block: slice) -> tuple[int, int]:
        """Let all units take the class that they hear; count as the caller needs."""
        own, out = self._views(block)
        mask = self._mask[: len(own)]
        is_so = mask.view(np.bool_)
        heard = self._hear(block, None)
        left = 0
        if self.unclassified:
            np.equal(heard, UNCLASSIFIED, out=is_so)
            mask -= np.uint8(1)  # 0 where nothing was heard, else 255
            mask |= own
            heard &= mask
            left = int(np.count_nonzero(np.equal(heard, UNCLASSIFIED, out=is_so)))
        changed = int(np.count_nonzero(np.not_equal(heard, own, out=is_so)))
        out[...] = heard
        return left, changed

    def _hear(self, block: slice, listens: NDArray[np.bool_] | None) -> Cells:
        """Give the class of the neighbour that is listened to, for each unit."""
        own, _ = self._views(block)
        second, beside = self._lots(own.shape, listens)
        heard, other = self._heard[: len(own)], self._other[: len(own)]
        row = own.shape[1]
        _choose(self._moved(block, -row), self._moved(block, row), second, heard)
        _choose(self._moved(block, -1), self._moved(block, 1), second, other)
        for column, left, right in self._ends:
            at = np.s_[:, column]
            _choose(own[:, left], own[:, right], second[at], other[at])
        return _choose(heard, other, beside, other)

    def _views(self, block: slice) -> tuple[Cells, Cells]:
        rows = slice(block.start + 1, block.stop + 1)
        return self._now[rows], self._next[rows]

    def _moved(self, block: slice, by: int) -> Cells:
        """Give so many units as a block has, from so many after its first one on."""
        own, _ = self._views(block)
        start = (block.start + 1) * own.shape[1] + by
        return self._now.ravel()[start : start + own.size].reshape(own.shape)


def _choose(one: Cells, other: Cells, lot: Cells, out: Cells) -> Cells:
    """Give `other` where the lot is 255, `one` where it is 0; `out` may be `other`."""
    np.bitwise_xor(one, other, out=out)
    out &= lot
    out ^= one
    return out
