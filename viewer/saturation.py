"""How active each drawn unit is, and which units are stuck or broken."""

import numpy as np
from numpy.typing import NDArray

from protocol.messages import Manifest, Snapshot
from viewer.detail import Detail, DrawnLayer
from viewer.options import Normalisation

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]

# Functions that have a limit, which a saturated unit is at.
LIMITS = {"tanh": 1.0, "sigmoid": 1.0, "softsign": 1.0, "hardtanh": 1.0}
AT_LIMIT = 0.99
_KEPT = 3  # snapshots: the last, the one shown and the following


class Saturation:
    """Saturations of the units of all layers, kept for the snapshots in use."""

    def __init__(self, detail: Detail, manifest: Manifest) -> None:
        self._detail = detail
        self._keys = {spec.key for spec in manifest.arrays}
        self._last = len(detail.layers) - 1
        self._kept: dict[tuple[int, Normalisation], list[Floats]] = {}

    def of(self, snapshot: Snapshot, normalisation: Normalisation) -> list[Floats]:
        """Make every drawn unit's saturation: a share, 0 to 1, NaN where it is broken.

        Hidden units: |activation| as a share of the largest in the layer, or in all
        hidden layers. Probabilities are drawn as they are, being shares already.
        """
        key = snapshot.seq, normalisation
        if key not in self._kept:
            while len(self._kept) >= _KEPT:
                del self._kept[next(iter(self._kept))]
            self._kept[key] = self._make(snapshot, normalisation)
        return self._kept[key]

    def _make(self, snapshot: Snapshot, normalisation: Normalisation) -> list[Floats]:
        sizes = [
            layer.show(snapshot.arrays["activation", index])
            for index, layer in enumerate(self._detail.layers)
        ]
        largest = [_largest(size) for size in sizes]
        if normalisation is Normalisation.NETWORK and self._last > 1:
            largest[1 : self._last] = [max(largest[1 : self._last])] * (self._last - 1)
        if self._detail.layers[-1].spec.activation in ("softmax", "sigmoid"):
            largest[-1] = 1.0
        return [
            np.clip(size / top, 0, 1) for size, top in zip(sizes, largest, strict=True)
        ]

    def dead(self, snapshot: Snapshot, layer: int) -> Flags | None:
        """Which drawn units were 0 for every held-out example; None if not streamed."""
        if ("activity", layer) not in self._keys:
            return None
        drawn = self._detail.layers[layer]
        return np.asarray(drawn.show(snapshot.arrays["activity", layer]) == 0)

    def at_limit(self, snapshot: Snapshot, layer: int) -> Flags | None:
        """Which drawn units are at the limit of their function, if it has one."""
        drawn = self._detail.layers[layer]
        limit = LIMITS.get(drawn.spec.activation)
        if limit is None or layer == self._last:
            return None
        size = _smallest(drawn, snapshot.arrays["activation", layer])
        return np.asarray(size >= AT_LIMIT * limit)


def _largest(size: Floats) -> float:
    finite = size[np.isfinite(size)]
    return max(float(finite.max(initial=0)), 1e-12)


def _smallest(drawn: DrawnLayer, activation: Floats) -> Floats:
    """Reduce to the smallest |activation| of each place: all of it is at the limit."""
    size = np.abs(np.nan_to_num(np.asarray(activation, np.float32), nan=0))
    if drawn.pool is None:
        return size
    return np.asarray(-drawn.pool.show(-size))
