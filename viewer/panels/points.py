"""The points of one line of a curve: what was told, and where that is drawn."""

import numpy as np
from numpy.typing import NDArray

from viewer.paint.line import Thinned
from viewer.told import is_rare

Floats = NDArray[np.float64]


class Points:
    """Of a metric that is told now and then only, points are joined.

    Attributes:
        epochs: Shape (n,).
        values: The same.
        x: Shape (m,), columns, thinned out.
        y: The same, values; NaN is a gap.
    """

    def __init__(self, fewest: int = 1) -> None:
        """Take no points yet.

        Args:
            fewest: As in `is_rare`.
        """
        self.epochs = self.values = self.x = self.y = np.empty(0)
        self._fewest = fewest
        self._thinned, self._is_rare = Thinned(), False

    def take(self, epochs: Floats, values: Floats, left: float, scale: float) -> None:
        """Take what was told up to now.

        Args:
            epochs: Shape (rows,).
            values: The same; or none.
            left: Column of epoch 0.
            scale: Columns to an epoch.
        """
        rare = is_rare(values, self._fewest)
        if rare != self._is_rare:
            self._thinned, self._is_rare = Thinned(), rare
        told = np.isfinite(values) if rare else np.ones(len(values), bool)
        self.epochs, self.values = epochs[: len(values)][told], values[told]
        self.x = self.y = self.values[:0]
        if len(self.values):
            self.x, self.y = self._thinned.of(self.epochs, self.values, left, scale)


def points_of(metric: str) -> Points:
    """Prepare for a metric: a loss told once may be the last before all was broken."""
    return Points(2 if metric == "loss" else 1)
