"""The norms of the gradients that a training tells, layer by layer."""

import numpy as np
from numpy.typing import NDArray

from protocol.messages import Manifest
from viewer.scene import Scene

_NAME = "gradient_norm_"


class Gradients:
    """Finds the norms of all layers in the metric rows."""

    def __init__(self, manifest: Manifest) -> None:
        """Find the columns; those of layers 1, 2, ... must all be there."""
        names = [f"{_NAME}{k}" for k in range(1, len(manifest.layers))]
        columns = {name: k for k, name in enumerate(manifest.metrics)}
        self.are_told = bool(names) and all(name in columns for name in names)
        self._columns = [columns[name] for name in names] if self.are_told else []

    def of(self, scene: Scene) -> NDArray[np.float64] | None:
        """Give the norms at the last update before what is shown.

        Returns:
            Shape (layers - 1,), that of the weights into layer 1 first; None where none
            is known, as before the first update.
        """
        rows = scene.rows
        if not self.are_told or not len(rows):
            return None
        at = int(np.searchsorted(rows[:, 0], scene.snapshot.epoch, side="right")) - 1
        if at < 0:
            return None
        norms = rows[at, self._columns]
        return norms if np.isfinite(norms).any() else None
