"""What of a network is drawn, and how: discs, plates of cells, a lens on deep ones.

Up to 64 units of a layer are discs. In a wider layer each unit is a cell of a plate;
only beyond 10,000 units do several share a cell. The pixels of a picture before
small layers share 25 discs. Of very many edges the strongest are drawn.
"""

from dataclasses import dataclass, replace
from itertools import pairwise
from math import ceil, sqrt

import numpy as np
from numpy.typing import NDArray

from protocol.messages import ArraySpec, LayerSpec, Manifest, Snapshot
from viewer.pictures import is_picture, picture_shape
from viewer.pool import Pool, blocks, neighbours, patches

Floats = NDArray[np.float32]
Indices = NDArray[np.intp]

MOST_DISCS = 64  # a layer with more is a plate
MOST_CELLS = 10_000  # a plate with more would have cells that nobody can see
FEW_PIXELS = 32  # a picture with fewer is drawn pixel by pixel
STRONGEST_EDGES = 400  # drawn in one gap between discs: more could not be told apart
STRONGEST_OF_PLATES = 240  # drawn in one gap beside a plate: more would hide it
DEEP = 14  # layers; deeper networks are seen through a lens
LENS_UNITS = 16  # of each layer seen through it
LARGEST_LAYER = 10_000_000  # units; a layer takes 16 bytes for each
_NARROWEST, _WIDEST = 0.15, 0.52  # width of a plate as a share of its height
_LONGEST = 8  # times the other side; a longer picture is wrapped into a plate


def is_drawable(manifest: Manifest) -> bool:
    """Whether every layer's activation and weights are streamed, whole or previewed.

    A manifest comes from outside: nothing is drawn of one that contradicts itself.
    """
    specs = {spec.key: spec for spec in manifest.arrays}
    sizes = [layer.units for layer in manifest.layers]
    return (
        len(sizes) > 1
        and max(sizes) <= LARGEST_LAYER
        and all(_is_of(specs.get(("activation", k)), (n,)) for k, n in enumerate(sizes))
        and all(
            _is_of(specs.get(("weights", k)), pair)
            for k, pair in enumerate(pairwise(sizes), start=1)
        )
    )


def _is_of(spec: ArraySpec | None, shape: tuple[int, ...]) -> bool:
    if spec is None or len(spec.shape) != len(shape):
        return False
    if spec.kind == "weights" and spec.full_shape is not None:
        smaller = all(a <= b for a, b in zip(spec.shape, shape, strict=True))
        return spec.full_shape == shape and smaller
    return spec.shape == shape


def is_wide(manifest: Manifest) -> bool:
    """Whether a layer after the input has too many units for discs."""
    return any(layer.units > MOST_DISCS for layer in manifest.layers[1:])


def is_deep(manifest: Manifest) -> bool:
    """Whether there are too many layers to see them all at once."""
    return len(manifest.layers) > DEEP


def magnitude(activation: NDArray[np.floating]) -> Floats:
    """Measure |activation|, NaN where it is not finite."""
    with np.errstate(over="ignore"):
        size = np.abs(np.asarray(activation, np.float32))
    return np.where(np.isfinite(size), size, np.float32(np.nan))


@dataclass(frozen=True)
class DrawnLayer:
    """One layer as it is drawn.

    Attributes:
        spec: The layer it stands for.
        grid: Rows and columns of its plate; None where it is a column of discs.
        pool: Which units share a disc or cell; None where each has its own.
        is_picture: Whether the plate is the picture that the input is.
        made_of: Rows and columns of the picture that the units were made of, if known.
    """

    spec: LayerSpec
    grid: tuple[int, int] | None = None
    pool: Pool | None = None
    is_picture: bool = False
    made_of: tuple[int, int] | None = None

    @property
    def units(self) -> int:
        """How many discs or cells there are."""
        return self.spec.units if self.pool is None else self.pool.count

    @property
    def caption(self) -> str:
        """Such as "12 relu", "2500 → 25" or "28 × 28 px"."""
        size = f"{self.spec.units}"
        if self.made_of is not None:
            size = f"{self.made_of[0]} × {self.made_of[1]} px → {size}"
        if self.is_picture and self.grid is not None and self.pool is None:
            return f"{self.grid[0]} × {self.grid[1]} px"
        if self.pool is not None:
            size = f"{size} → {self.units}"
        return f"{size} {self.spec.activation}".strip()

    def show(self, activation: NDArray[np.floating]) -> Floats:
        """Reduce |activation|, shape (spec.units,), to one value a place, (units,).

        What is not finite is NaN.
        """
        size = magnitude(activation)
        if self.pool is None:
            return size
        with np.errstate(over="ignore"):
            return self.pool.show(size)

    def places(self, count: int) -> Indices:
        """Find the disc or cell of each row or column of a weight matrix.

        Args:
            count: How many the matrix has: a unit each, or a block of units each in a
                preview (see SPEC.md), which stands where the middle one does.
        """
        first = -(-np.arange(count + 1) * self.spec.units // count)
        middle = (first[:-1] + first[1:] - 1) // 2
        return middle if self.pool is None else self.pool.places[middle]

    def blocks(self, place: int, count: int) -> Indices:
        """Find the rows or columns of a weight matrix that a disc or cell stands for.

        Args:
            place: Its number; of one that is not there none are found.
            count: As in `places`.
        """
        units = np.array([place] if place < self.spec.units else [], np.intp)
        if self.pool is not None:
            units = np.flatnonzero(self.pool.places == place)
        return np.unique(units * count // self.spec.units)


class Detail:
    """How much of a run's network is drawn.

    Attributes:
        layers: The drawn layers, input first.
        weights: How many weights the network has.
        pairs: How many edges there could be between what is drawn.
        edges: How many of them are drawn at most.
        previews: The matrices of which a preview is streamed.
    """

    def __init__(self, manifest: Manifest) -> None:
        self._shapes = {spec.key: spec.shape for spec in manifest.arrays}
        self._matrices = {
            spec.layer: spec for spec in manifest.arrays if spec.kind == "weights"
        }
        self.layers = _layers(manifest)
        sizes = [layer.units for layer in manifest.layers]
        self.weights = sum(a * b for a, b in pairwise(sizes))
        gaps = [self._pairs(gap) for gap in range(len(sizes) - 1)]
        most = [self.most_edges(gap) for gap in range(len(sizes) - 1)]
        self.pairs = sum(gaps)
        self.edges = sum(map(min, gaps, most))
        self.previews = [
            spec for spec in self._matrices.values() if spec.full_shape is not None
        ]

    def most_edges(self, gap: int) -> int:
        """How many edges are drawn in a gap at most."""
        plates = any(layer.grid is not None for layer in self.layers[gap : gap + 2])
        return STRONGEST_OF_PLATES if plates else STRONGEST_EDGES

    def weights_of(self, snapshot: Snapshot, gap: int) -> Floats:
        """Give the weights of a gap, shape (rows, columns), not finite ones included.

        A row is a unit of the layer before, or one of its patches: the sum of the
        weights of its pixels; or a block of units where only a preview is streamed.
        """
        # Previews are sent as float16, which is slow to compute with.
        weights = np.asarray(snapshot.arrays["weights", gap + 1], np.float32)
        pool = self._summed(gap)
        with np.errstate(invalid="ignore", over="ignore"):
            if pool is not None:
                weights = pool.add(weights)
            return np.asarray(weights, np.float32)

    def ends(self, gap: int) -> tuple[Indices, Indices]:
        """Find the disc or cell of each row and column that `weights_of` gives."""
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
        if pool is None or not pool.averages:
            return None
        is_whole = self._matrices[gap + 1].full_shape is None
        return pool if is_whole else None


def _layers(manifest: Manifest) -> list[DrawnLayer]:
    first, *others = manifest.layers
    wide = sum(layer.units > MOST_DISCS for layer in manifest.layers)
    aspect = max(min(1.36 / max(wide, 1), _WIDEST), _NARROWEST)
    if is_deep(manifest):
        return [_column(layer, LENS_UNITS) for layer in manifest.layers]
    shape = manifest.input_shape
    whole = is_wide(manifest)
    if (
        is_picture(first, shape)
        and first.units > FEW_PIXELS
        and (not whole or max(shape) <= _LONGEST * min(shape))
    ):
        drawn = _picture(first, (shape[0], shape[1]), whole=whole)
    else:
        drawn = _layer(first, aspect if whole else _NARROWEST / 4)
    drawn = replace(drawn, made_of=picture_shape(manifest))
    return [drawn, *(_layer(layer, aspect) for layer in others)]


def _picture(spec: LayerSpec, shape: tuple[int, int], *, whole: bool) -> DrawnLayer:
    """Draw a picture as itself, or as patches beside layers of discs."""
    if not whole:
        return DrawnLayer(spec, None, patches(shape))
    if spec.units <= MOST_CELLS:
        return DrawnLayer(spec, shape, None, is_picture=True)
    scale = sqrt(MOST_CELLS / spec.units)
    rows, columns = (max(int(size * scale), 1) for size in shape)
    grid = min(rows, MOST_CELLS), min(columns, MOST_CELLS // rows)
    return DrawnLayer(spec, grid, blocks(shape, grid), is_picture=True)


def _layer(spec: LayerSpec, aspect: float) -> DrawnLayer:
    """Draw discs, or a plate whose width is `aspect` of its height."""
    if spec.units <= MOST_DISCS:
        return DrawnLayer(spec)
    cells = min(spec.units, MOST_CELLS)
    pool = None if cells == spec.units else neighbours(spec.units, cells)
    return DrawnLayer(spec, _grid(cells, aspect), pool)


def _column(spec: LayerSpec, most: int) -> DrawnLayer:
    """Draw discs, those beyond the most sharing."""
    pool = None if spec.units <= most else neighbours(spec.units, most)
    return DrawnLayer(spec, None, pool)


def _grid(cells: int, aspect: float) -> tuple[int, int]:
    """Choose rows and columns near an aspect, with no cell left over if possible."""
    wanted = max(sqrt(cells * aspect), 1)
    near = range(max(int(wanted * 0.75), 1), ceil(wanted * 1.35) + 1)
    even = [columns for columns in near if cells % columns == 0]
    columns = min(even or [round(wanted)], key=lambda n: abs(n - wanted))
    return -(-cells // columns), columns
