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


@dataclass(frozen=True)
class DrawnLayer:
    """One column of discs.

    Attributes:
        spec: The layer it stands for.
        units: How many discs.
        members: Shape (units, spec.units), float32: 1 where a unit belongs to a disc;
            None where each unit has a disc of its own.
        averages: Discs of a pooled layer show the mean of their units rather than
            the largest: true of pictures, where a lone pixel means little.
    """

    spec: LayerSpec
    units: int
    members: Floats | None
    averages: bool = False

    @property
    def caption(self) -> str:
        """Such as "12 relu" or "2500 → 25"."""
        if self.members is None:
            return f"{self.spec.units} {self.spec.activation}".strip()
        return f"{self.spec.units} → {self.units} {self.spec.activation}".strip()

    def pool(self, activation: Floats) -> Floats:
        """Reduce |activation|, shape (spec.units,), to one value a disc, (units,)."""
        size = np.abs(np.nan_to_num(activation, nan=0, posinf=0, neginf=0))
        if self.members is None:
            return size
        if self.averages:
            return np.asarray(self.members @ size / self.members.sum(axis=1))
        return np.asarray((self.members * size).max(axis=1))


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
            size = layer.pool(snapshot.arrays["activation", index])
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
        if source.members is not None:
            weights = source.members @ weights
        if target.members is not None:
            weights = weights @ (target.members / target.members.sum(1)[:, None]).T
        return np.asarray(weights, np.float32)


def _input_layer(spec: LayerSpec, shape: tuple[int, ...]) -> DrawnLayer:
    if len(shape) != 2 or spec.units <= POOLED_UNITS:
        return _layer(spec)
    rows, columns = (patch_of(size) for size in shape)
    patch = rows[:, None] * (columns.max() + 1) + columns[None, :]
    return DrawnLayer(spec, int(patch.max()) + 1, _membership(patch.ravel()), True)


def patch_of(size: int) -> NDArray[np.intp]:
    """Number the patch of each row or column, equal patches where they can be."""
    patches = next((n for n in (PATCHES, 4) if size % n == 0), min(PATCHES, size))
    return np.arange(size) * patches // size


def _layer(spec: LayerSpec) -> DrawnLayer:
    if spec.units <= MOST_UNITS:
        return DrawnLayer(spec, spec.units, None)
    group = np.arange(spec.units) * POOLED_UNITS // spec.units
    return DrawnLayer(spec, POOLED_UNITS, _membership(group))


def _membership(group: NDArray[np.intp]) -> Floats:
    member = group == np.arange(group.max() + 1)[:, None]
    return np.asarray(member, np.float32)
