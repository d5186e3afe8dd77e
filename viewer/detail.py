"""What of a network is drawn: units one by one, or pooled where there are too many."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from protocol.messages import Array, LayerSpec, Manifest, Snapshot

Floats = NDArray[np.float32]

MOST_UNITS = 64  # a layer with more is pooled
POOLED_UNITS = 32
PATCHES = 5  # a picture input is drawn as at most about 5x5 patches
STRONGEST_EDGES = 1000  # drawn in one gap
LARGEST_LAYER = 10_000_000  # units; pooling a layer takes 16 bytes for each


def is_drawable(manifest: Manifest) -> bool:
    """Whether every layer's activation and weights are streamed, whole.

    A manifest comes from outside: nothing is drawn of one that contradicts itself.
    """
    shapes = {spec.key: spec.shape for spec in manifest.arrays}
    sizes = [layer.units for layer in manifest.layers]
    return (
        len(sizes) > 1
        and max(sizes) <= LARGEST_LAYER
        and all(shapes.get(("activation", k)) == (n,) for k, n in enumerate(sizes))
        and all(
            shapes.get(("weights", k)) == pair
            for k, pair in enumerate(pairwise(sizes), start=1)
        )
    )


@dataclass(frozen=True, eq=False)
class Pool:
    """Units that share discs.

    Attributes:
        order: Shape (layer's units,): their indices, disc by disc.
        starts: Shape (discs,): where each disc's units begin in that order.
        averages: Discs show the mean of their units rather than the largest: right for
            pictures, where a lone pixel means little.
    """

    order: NDArray[np.intp]
    starts: NDArray[np.intp]
    averages: bool = False

    @property
    def counts(self) -> NDArray[np.intp]:
        """Shape (discs,): how many units each has."""
        return np.diff(self.starts, append=len(self.order))

    def add(self, values: Floats) -> Floats:
        """Add up along the first axis, (units, ...) to (discs, ...)."""
        return np.asarray(np.add.reduceat(values[self.order], self.starts, axis=0))

    def show(self, size: Floats) -> Floats:
        """Reduce what the units show, (units,), to what the discs do, (discs,)."""
        if self.averages:
            return np.asarray(self.add(size) / self.counts)
        return np.asarray(np.maximum.reduceat(size[self.order], self.starts))


@dataclass(frozen=True)
class DrawnLayer:
    """One column of discs.

    Attributes:
        spec: The layer it stands for.
        pool: Which units share a disc; None where each has its own.
    """

    spec: LayerSpec
    pool: Pool | None = None

    @property
    def units(self) -> int:
        """How many discs there are."""
        return self.spec.units if self.pool is None else len(self.pool.starts)

    @property
    def caption(self) -> str:
        """Such as "12 relu" or "2500 → 25"."""
        size = str(self.spec.units)
        if self.pool is not None:
            size = f"{size} → {self.units}"
        return f"{size} {self.spec.activation}".strip()

    def show(self, activation: Floats) -> Floats:
        """Reduce |activation|, shape (spec.units,), to one value a disc, (units,)."""
        size = np.abs(np.nan_to_num(activation, nan=0, posinf=0, neginf=0))
        return size if self.pool is None else self.pool.show(size)


class Detail:
    """How much of a run's network is drawn.

    Attributes:
        layers: The drawn layers, input first.
        weights: How many weights the network has.
        pairs: How many edges there are between the drawn discs.
        edges: How many of them are drawn at most.
    """

    def __init__(self, manifest: Manifest) -> None:
        first, *others = manifest.layers
        self.layers = [_input_layer(first, manifest.input_shape)]
        self.layers += [_layer(spec) for spec in others]
        sizes = [layer.units for layer in manifest.layers]
        drawn = [layer.units for layer in self.layers]
        self.weights = sum(a * b for a, b in pairwise(sizes))
        gaps = [a * b for a, b in pairwise(drawn)]
        self.pairs = sum(gaps)
        self.edges = sum(min(edges, STRONGEST_EDGES) for edges in gaps)

    def saturation(self, snapshot: Snapshot) -> list[Floats]:
        """Make every unit's saturation: its share of the layer's largest, 0 to 1.

        The output layer is drawn as it is, because probabilities are shares already.
        """
        found = []
        for index, layer in enumerate(self.layers):
            size = layer.show(snapshot.arrays["activation", index])
            if layer.spec.activation != "softmax":
                size = size / max(float(size.max()), 1e-12)
            found.append(np.clip(size, 0, 1))
        return found

    def weights_of(self, snapshot: Snapshot, gap: int) -> Floats:
        """Make the weights of the drawn edges, shape (fan_in, fan_out).

        Weights from the units of one disc add up; those into one are averaged.
        """
        weights: Array = snapshot.arrays["weights", gap + 1]
        weights = np.nan_to_num(weights, nan=0, posinf=0, neginf=0)
        source, target = self.layers[gap], self.layers[gap + 1]
        if source.pool is not None:
            weights = source.pool.add(weights)
        if target.pool is not None:
            weights = (target.pool.add(weights.T) / target.pool.counts[:, None]).T
        return np.asarray(weights, np.float32)


def _input_layer(spec: LayerSpec, shape: tuple[int, ...]) -> DrawnLayer:
    if not is_picture(spec, shape) or spec.units <= POOLED_UNITS:
        return _layer(spec)
    rows, columns = (patch_of(size) for size in shape)
    patch = rows[:, None] * (columns.max() + 1) + columns[None, :]
    return DrawnLayer(spec, _pool(patch.ravel(), averages=True))


def is_picture(spec: LayerSpec, shape: tuple[int, ...]) -> bool:
    """Whether an input layer of this shape, (height, width), has a unit a pixel."""
    return len(shape) == 2 and shape[0] * shape[1] == spec.units


def patch_of(size: int) -> NDArray[np.intp]:
    """Number the patch of each row or column, equal patches where they can be."""
    patches = next((n for n in (PATCHES, 4) if size % n == 0), min(PATCHES, size))
    return np.arange(size) * patches // size


def _layer(spec: LayerSpec) -> DrawnLayer:
    if spec.units <= MOST_UNITS:
        return DrawnLayer(spec)
    return DrawnLayer(spec, _pool(np.arange(spec.units) * POOLED_UNITS // spec.units))


def _pool(disc: NDArray[np.intp], *, averages: bool = False) -> Pool:
    """Pool units by the number of the disc that each belongs to."""
    order = np.argsort(disc, kind="stable")
    starts = np.flatnonzero(np.diff(disc[order], prepend=-1))
    return Pool(order, starts, averages)
