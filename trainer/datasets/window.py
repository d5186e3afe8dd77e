"""Which part of the plane of x and y a map shows, and the cells in it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.float64]

# Beside the outermost points, as a share of the map's side.
MARGIN = 0.02


@dataclass(frozen=True, slots=True)
class Window:
    """A rectangle of the plane.

    Attributes:
        low: Least x and y in it.
        high: Least x and y beyond it; each above that of `low`.
    """

    low: tuple[float, float]
    high: tuple[float, float]

    def cells(
        self, places: Places, size: int
    ) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
        """Find the cells of a square map that places lie in.

        Args:
            places: Shape (n, 2): x and y, finite.
            size: Cells along a side.

        Returns:
            The number of each one's cell in a map whose first row is at the top, shape
            (n,), the nearest for those outside; and which are outside.
        """
        low, high = np.array(self.low), np.array(self.high)
        with np.errstate(over="ignore"):
            share = (places - low) / (high - low)
        is_outside = ((share < 0) | (share >= 1)).any(1)
        x, y = (share.clip(0, 1) * size).astype(np.intp).clip(0, size - 1).T
        return (size - 1 - y) * size + x, is_outside


def window_of(places: Places) -> Window:
    """Find the window in which all of these are, with a margin.

    Raises:
        ValueError: They are too far apart for arithmetic.
    """
    low, high = places.min(0), places.max(0)
    with np.errstate(over="ignore"):
        side = np.where(high > low, high - low, np.maximum(abs(high), 1.0))
        beside = side * MARGIN / (1 - 2 * MARGIN)
        # A column that is all the same lies in the middle.
        beside = np.where(high > low, beside, side / 2)
        low, high = low - beside, high + beside
    if not (np.isfinite(high - low).all() and (high > low).all()):
        raise ValueError(f"from {places.min():g} to {places.max():g}")
    return Window((float(low[0]), float(low[1])), (float(high[0]), float(high[1])))
