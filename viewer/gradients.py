"""The norms of the gradients that a training tells, layer by layer."""

import numpy as np
from numpy.typing import NDArray

from protocol.messages import Manifest
from viewer.scene import Scene

_NAME = "gradient_norm_"


class Gradients:
    """Finds the norms of all layers in the metric rows.

    Attributes:
        told: Shape (layers - 1,): of which layers there are any.
    """

    def __init__(self, manifest: Manifest) -> None:
        """Find the columns; some layers may have none, as those without weights."""
        names = [f"{_NAME}{k}" for k in range(1, len(manifest.layers))]
        columns = {name: k for k, name in enumerate(manifest.metrics)}
        self.told = np.array([name in columns for name in names], bool)
        self._columns = [columns[name] for name in names if name in columns]

    @property
    def are_told(self) -> bool:
        """Whether there are any at all."""
        return bool(self.told.any())

    def of(self, scene: Scene) -> NDArray[np.float64] | None:
        """Give the norms at the last update before what is shown.

        Returns:
            Shape (layers - 1,), that of the weights into layer 1 first, NaN where it is
            not told; None where none is known, as before the first update.
        """
        rows = scene.rows
        if not self.are_told or not len(rows):
            return None
        at = int(np.searchsorted(rows[:, 0], scene.snapshot.epoch, side="right")) - 1
        if at < 0:
            return None
        norms = np.full(len(self.told), np.nan)
        norms[self.told] = rows[at, self._columns]
        return norms if np.isfinite(norms).any() else None
