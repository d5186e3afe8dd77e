"""How active each drawn unit is, and which units are stuck or broken."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from protocol.messages import Snapshot
from viewer.detail import Detail
from viewer.drawn import DrawnLayer
from viewer.head import SIGMOID, SOFTMAX
from viewer.options import Normalisation
from viewer.pictures import ink_of
from viewer.recent import Recent

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]

# Functions that have a limit, which a saturated unit is at.
LIMITS = {"tanh": 1.0, "sigmoid": 1.0, "softsign": 1.0, "hardtanh": 1.0}
AT_LIMIT = 0.99
KIND = "saturation"  # of arrays that say how bright each unit is
_KEPT = 4  # snapshots: the last, the one shown and the following


class Stuck(NamedTuple):
    """Units of a layer that do not move, None where that is not known.

    Attributes:
        dead: Which drawn units were 0 for every held-out example.
        at_limit: Which are at the limit of their function.
    """

    dead: Flags | None
    at_limit: Flags | None


class Saturation:
    """Saturations of the units of all layers, kept for the snapshots in use."""

    def __init__(self, detail: Detail) -> None:
        self._detail = detail
        self._last = len(detail.layers) - 1
        self._levels: Recent[tuple[int, Normalisation], list[Floats]] = Recent(_KEPT)
        self._flags: Recent[int, list[Stuck]] = Recent(_KEPT)
        self._inks: Recent[int, Floats] = Recent(_KEPT)

    def of(self, snapshot: Snapshot, normalisation: Normalisation) -> list[Floats]:
        """Make every drawn unit's saturation, see `shares`."""
        key = snapshot.seq, normalisation
        return self._levels.get_or(key, lambda: self._make(snapshot, normalisation))

    def ink(self, snapshot: Snapshot) -> Floats:
        """Make the shades of an input that is drawn as a picture, from paper to ink.

        Shape (units,), 0 to 1. A picture may be shifted to values below 0: the lowest
        is paper then, as in the picture alone.
        """
        return self._inks.get_or(snapshot.seq, lambda: self._shade(snapshot))

    def _shade(self, snapshot: Snapshot) -> Floats:
        values = np.asarray(snapshot.arrays["activation", 0], np.float64)
        if not (values < 0).any():
            return self.of(snapshot, Normalisation.LAYER)[0]
        return self._detail.layers[0].show(ink_of(values))

    def stuck(self, snapshot: Snapshot) -> list[Stuck]:
        """Find the units of each layer that are dead or at their limit."""
        return self._flags.get_or(
            snapshot.seq,
            lambda: [
                Stuck(self._dead(snapshot, layer), self._at_limit(snapshot, layer))
                for layer in range(self._last + 1)
            ],
        )

    def _make(self, snapshot: Snapshot, normalisation: Normalisation) -> list[Floats]:
        layers = self._detail.layers
        sizes = [
            layer.show(snapshot.arrays["activation", index])
            for index, layer in enumerate(layers)
        ]
        found = shares(sizes, normalisation, layers[-1].spec.activation)
        for index, layer in enumerate(layers):
            if (given := sent(snapshot, index)) is not None:
                found[index] = layer.show(given)
        return found

    def _dead(self, snapshot: Snapshot, layer: int) -> Flags | None:
        if not self._detail.has("activity", layer):
            return None
        drawn = self._detail.layers[layer]
        return np.asarray(drawn.show(snapshot.arrays["activity", layer]) == 0)

    def _at_limit(self, snapshot: Snapshot, layer: int) -> Flags | None:
        drawn = self._detail.layers[layer]
        limit = LIMITS.get(drawn.spec.activation)
        if limit is None or layer == self._last:
            return None
        size = _smallest(drawn, snapshot.arrays["activation", layer])
        return np.asarray(size >= AT_LIMIT * limit)


def sent(snapshot: Snapshot, layer: int) -> Floats | None:
    """Give the saturations of all units of a layer where the trainer sends them.

    Shape (units,), 0 to 1; NaN where the activation or the saturation is no number.
    """
    given = snapshot.arrays.get((KIND, layer))
    activation = snapshot.arrays["activation", layer]
    if given is None or given.shape != activation.shape:
        return None
    known = np.clip(np.asarray(given, np.float32), 0, 1)
    return np.where(np.isfinite(activation), known, np.float32(np.nan))


def shares(
    sizes: list[Floats], normalisation: Normalisation, function: str
) -> list[Floats]:
    """Make saturations of |activations|: shares, 0 to 1, NaN where one is broken.

    Hidden units: as a share of the largest in the layer, or in all hidden layers.
    Probabilities stay as they are, being shares already.

    Args:
        sizes: An array a layer, NaN where a unit is broken.
        normalisation: What hidden units are a share of.
        function: Of the output layer.
    """
    largest = [_largest(size) for size in sizes]
    hidden = slice(1, len(sizes) - 1)
    if normalisation is Normalisation.NETWORK and largest[hidden]:
        largest[hidden] = [max(largest[hidden])] * len(largest[hidden])
    if function in (SOFTMAX, SIGMOID):
        largest[-1] = 1.0
    return [np.clip(size / top, 0, 1) for size, top in zip(sizes, largest, strict=True)]


def _largest(size: Floats) -> float:
    finite = size[np.isfinite(size)]
    return max(float(finite.max(initial=0)), 1e-12)


def _smallest(drawn: DrawnLayer, activation: Floats) -> Floats:
    """Reduce to the smallest |activation| of each place: all of it is at the limit."""
    size = np.abs(np.nan_to_num(np.asarray(activation, np.float32), nan=0))
    if drawn.pool is None:
        return size
    return np.asarray(-drawn.pool.show(-size))
