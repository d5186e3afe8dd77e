"""One gap between two layers on the frame: idle edges, and a wave that lights them.

How it works: the gap has a picture before the wave, one behind it and a lit one.
Columns far from the wave are copied once and then left alone; only the columns
under the wave are mixed anew each frame.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from viewer.easing import ease

Image = NDArray[np.uint8]
_MIXED, _UNKNOWN = -1, -2


@dataclass(frozen=True, slots=True)
class Wave:
    """Where the signal is.

    Attributes:
        position: Column of its front.
        tail: Pixels behind the front over which its light fades.
        head: Pixels around the front that shine most.
        direction: 1 when it runs forward, -1 when it runs back.
    """

    position: float
    tail: float
    head: float
    direction: int

    def gain(self, columns: NDArray[np.floating]) -> NDArray[np.floating]:
        """Share of the lit picture in each column, 0 to 1."""
        behind = (self.position - columns) * self.direction
        tail = 0.8 * np.exp(-((np.maximum(behind, 0) / self.tail) ** 2))
        near = np.exp(-((behind / self.head) ** 2))
        return np.asarray(np.maximum(tail * (behind >= 0), near))

    def passed(self, columns: NDArray[np.floating]) -> NDArray[np.floating]:
        """Share of the picture behind the wave in each column, 0 to 1."""
        behind = (self.position - columns) * self.direction
        return ease(np.clip(behind / (2 * self.head) + 0.5, 0, 1))


class Gap:
    """The columns of one gap, and what is painted on each of them."""

    def __init__(self, pixels: Image, left: int, top: int, shape: tuple[int, int]):
        """Take the place whose corner is (left, top), shape (rows, columns)."""
        rows, columns = shape
        self.left = left
        self._region = pixels[top : top + rows, left : left + columns]
        self._columns = np.arange(left, left + columns, dtype=np.float64)
        self._painted = np.full(columns, _UNKNOWN)
        self._wanted = self._painted
        self._stale = np.zeros(columns, bool)
        self._gain = self._passed = np.zeros(columns, np.int16)

    @property
    def right(self) -> int:
        """First column after the gap."""
        return self.left + len(self._columns)

    @property
    def is_mixed(self) -> bool:
        """Whether the wave is over any column."""
        return bool((self._wanted == _MIXED).any())

    def plan(self, wave: Wave, before: int, behind: int) -> None:
        """Find the columns to paint; before and behind name pictures (from 0)."""
        gain = wave.gain(self._columns)
        passed = wave.passed(self._columns)
        crossing = (passed > 0) & (passed < 1) if before != behind else False
        moving = (gain > 0.008) | crossing
        settled = np.where(passed >= 0.5, behind, before)
        self._wanted = np.where(moving, _MIXED, settled)
        self._stale = moving | (self._wanted != self._painted)
        self._gain = np.rint(gain * 128).astype(np.int16)
        self._passed = np.rint(passed * 128).astype(np.int16)

    def is_stale(self, left: int, right: int) -> bool:
        """Whether any frame column from left to right will be painted."""
        return bool(self._stale[self._clip(left, right)].any())

    def spoil(self, left: int, right: int) -> None:
        """Paint these frame columns again whatever is on them."""
        self._stale[self._clip(left, right)] = True

    def paint(self, before: Image, behind: Image, lit: Image | None) -> None:
        """Paint the stale columns.

        Args:
            before: Shape (rows, columns, 4), RGBA: where the wave has not been.
            behind: The same, where it has passed.
            lit: The same, under the wave; None is enough when not `is_mixed`.
        """
        for part, kind in self._runs():
            if kind == _MIXED:
                assert lit is not None
                self._region[:, part] = self._mix(part, before, behind, lit)
            else:
                passed = self._passed[part][0] >= 64
                self._region[:, part] = (behind if passed else before)[:, part]
        self._painted = self._wanted

    def _mix(
        self, part: slice, before: Image, behind: Image, lit: Image
    ) -> NDArray[np.int16]:
        # Four channels a column in one row: numpy is slow on short last axes.
        mixed = _flat(before, part).astype(np.int16)
        if behind is not before:
            passed = np.repeat(self._passed[part], 4)
            mixed += ((_flat(behind, part) - mixed) * passed) >> 7
        mixed += ((_flat(lit, part) - mixed) * np.repeat(self._gain[part], 4)) >> 7
        return mixed.reshape(len(mixed), -1, 4)

    def _runs(self) -> Iterator[tuple[slice, int]]:
        kinds = np.where(self._stale, self._wanted, _UNKNOWN)
        cuts = np.flatnonzero(np.diff(kinds)) + 1
        edges = [0, *cuts.tolist(), len(kinds)]
        for start, stop in pairwise(edges):
            if self._stale[start]:
                yield slice(start, stop), int(kinds[start])

    def _clip(self, left: int, right: int) -> slice:
        return slice(max(left - self.left, 0), max(right - self.left, 0))


def _flat(image: Image, part: slice) -> Image:
    return image.reshape(len(image), -1)[:, 4 * part.start : 4 * part.stop]
