"""How much of a network is drawn: its layers, and edges where weights are streamed.

Of very many edges the strongest are drawn. Between a layer without weights, such as a
convolution, and the one before there are none.
"""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from protocol.messages import ArraySpec, Manifest, Snapshot
from viewer.drawn import layers_of
from viewer.pool import Pool

Floats = NDArray[np.float32]
Indices = NDArray[np.intp]

STRONGEST_EDGES = 400  # drawn in one gap between discs: more could not be told apart
STRONGEST_OF_PLATES = 240  # drawn in one gap beside a plate: more would hide it
LARGEST_LAYER = 10_000_000  # units; a layer takes 16 bytes for each


def is_drawable(manifest: Manifest) -> bool:
    """Whether every layer's activation is streamed, and what weights there are fit.

    A manifest comes from outside: nothing is drawn of one that contradicts itself.
    """
    specs = {spec.key: spec for spec in manifest.arrays}
    sizes = [layer.units for layer in manifest.layers]
    return (
        len(sizes) > 1
        and max(sizes) <= LARGEST_LAYER
        and all(_is_of(specs.get(("activation", k)), (n,)) for k, n in enumerate(sizes))
        and all(
            _is_of(specs["weights", k], pair)
            for k, pair in enumerate(pairwise(sizes), start=1)
            if ("weights", k) in specs
        )
    )


def _is_of(spec: ArraySpec | None, shape: tuple[int, ...]) -> bool:
    if spec is None or len(spec.shape) != len(shape):
        return False
    if spec.kind == "weights" and spec.full_shape is not None:
        smaller = all(a <= b for a, b in zip(spec.shape, shape, strict=True))
        return spec.full_shape == shape and smaller
    return spec.shape == shape


class Detail:
    """How much of a run's network is drawn.

    Attributes:
        layers: The drawn layers, input first.
        weights: How many weights the network has, of those that are streamed.
        pairs: How many edges there could be between what is drawn.
        edges: How many of them are drawn at most.
        previews: The matrices of which a preview is streamed.
        without_edges: How many layers have no edges from the one before.
    """

    def __init__(self, manifest: Manifest) -> None:
        self._shapes = {spec.key: spec.shape for spec in manifest.arrays}
        self._matrices = {
            spec.layer: spec for spec in manifest.arrays if spec.kind == "weights"
        }
        self.layers = layers_of(manifest)
        told = [gap for gap in range(len(self.layers) - 1) if self.has_edges(gap)]
        sizes = list(pairwise(layer.units for layer in manifest.layers))
        self.weights = sum(sizes[gap][0] * sizes[gap][1] for gap in told)
        gaps = [self._pairs(gap) for gap in told]
        most = [self.most_edges(gap) for gap in told]
        self.without_edges = len(sizes) - len(told)
        self.pairs = sum(gaps)
        self.edges = sum(map(min, gaps, most))
        self.previews = [
            spec for spec in self._matrices.values() if spec.full_shape is not None
        ]

    def has_edges(self, gap: int) -> bool:
        """Whether the weights of a gap are streamed."""
        return gap + 1 in self._matrices

    def most_edges(self, gap: int) -> int:
        """How many edges are drawn in a gap at most."""
        plates = any(layer.tiling is not None for layer in self.layers[gap : gap + 2])
        return STRONGEST_OF_PLATES if plates else STRONGEST_EDGES

    def weights_of(self, snapshot: Snapshot, gap: int) -> Floats:
        """Give the weights of a gap, shape (rows, columns), not finite ones included.

        A row is a unit of the layer before, or one of its patches: the sum of the
        weights of its pixels; or a block of units where only a preview is streamed.
        Of a gap without edges there are no rows.
        """
        if not self.has_edges(gap):
            return np.empty((0, 1), np.float32)
        # Previews are sent as float16, which is slow to compute with.
        weights = np.asarray(snapshot.arrays["weights", gap + 1], np.float32)
        pool = self._summed(gap)
        with np.errstate(invalid="ignore", over="ignore"):
            if pool is not None:
                weights = pool.add(weights)
            return np.asarray(weights, np.float32)

    def ends(self, gap: int) -> tuple[Indices, Indices]:
        """Find the disc or cell of each row and column that `weights_of` gives."""
        if not self.has_edges(gap):
            return np.empty(0, np.intp), np.empty(0, np.intp)
        fan_in, fan_out = self._matrices[gap + 1].shape
        before, after = self.layers[gap : gap + 2]
        pool = self._summed(gap)
        rows = before.places(fan_in) if pool is None else np.arange(pool.count)
        return rows, after.places(fan_out)

    def rows_of(self, gap: int, place: int) -> Indices:
        """Find the rows that `weights_of` gives for a disc or cell before a gap."""
        pool = self._summed(gap)
        if pool is not None:
            return np.flatnonzero(np.arange(pool.count) == place)
        return self.layers[gap].blocks(place, self._matrices[gap + 1].shape[0])

    def columns_of(self, gap: int, place: int) -> Indices:
        """Find the columns of a disc or cell after a gap."""
        return self.layers[gap + 1].blocks(place, self._matrices[gap + 1].shape[1])

    def has(self, kind: str, layer: int) -> bool:
        """Whether snapshots hold a value of this kind for each unit of a layer."""
        units = self.layers[layer].spec.units
        return self._shapes.get((kind, layer)) == (units,)

    def _pairs(self, gap: int) -> int:
        fan_in, fan_out = self._matrices[gap + 1].shape
        pool = self._summed(gap)
        return (fan_in if pool is None else pool.count) * fan_out

    def _summed(self, gap: int) -> Pool | None:
        """Find the patches whose weights add up."""
        pool = self.layers[gap].pool
        if pool is None or not pool.averages or not self.has_edges(gap):
            return None
        is_whole = self._matrices[gap + 1].full_shape is None
        return pool if is_whole else None
