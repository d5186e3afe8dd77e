"""What each layer of a network is drawn as: discs, or a plate of cells.

Up to 64 units of a layer are discs. In a wider layer each unit is a cell of a plate;
only beyond 10,000 units do several share a cell. The pixels of a picture before small
layers share 25 discs. Units that make up maps, as those of a convolution, are a plate
of these maps, however few they are.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from math import ceil, prod, sqrt

import numpy as np
from numpy.typing import NDArray

from protocol.messages import LayerSpec, Manifest
from viewer.pictures import is_picture, picture_shape, plane_of_input
from viewer.pool import Pool, blocks, neighbours, patches
from viewer.tiling import Tiling, extent

Floats = NDArray[np.float32]
Indices = NDArray[np.intp]

MOST_DISCS = 64  # a layer with more is a plate
MOST_CELLS = 10_000  # a plate with more would have cells that nobody can see
FEW_PIXELS = 32  # a picture with fewer is drawn pixel by pixel
DEEP = 14  # layers; deeper networks are seen through a lens
LENS_UNITS = 16  # of each layer seen through it
_NARROWEST, _WIDEST = 0.15, 0.52  # width of a plate as a share of its height
_LONGEST = 8  # times the other side; a longer picture is wrapped into a plate
_FINEST = 400  # cells that are as high as the highest plate, in maps
_EVEN = 0.9  # of the largest cells' size, where no place for a map is left empty


def is_wide(manifest: Manifest) -> bool:
    """Whether a layer after the input is a plate, or the input more than a picture."""
    first, others = manifest.layers[:1], manifest.layers[1:]
    has_more = any(map(has_maps, first)) and not plane_of_input(manifest)
    return has_more or any(map(is_plate, others))


def is_deep(manifest: Manifest) -> bool:
    """Whether there are too many layers to see them all at once."""
    return len(manifest.layers) > DEEP


def is_plate(spec: LayerSpec) -> bool:
    """Whether a layer after the input has too many units for discs, or maps."""
    return spec.units > MOST_DISCS or has_maps(spec)


def has_maps(spec: LayerSpec) -> bool:
    """Whether the units lie in planes; a single row or column is none."""
    if spec.tile is None:
        return False
    size = prod(spec.tile)
    return size > 1 and max(spec.tile) < spec.units


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
        grid: Rows and columns of its plate, or of each map on it; None where it is a
            column of discs.
        pool: Which units share a disc or cell; None where each has its own.
        is_picture: Whether the plate is the picture that the input is.
        made_of: Rows and columns of the picture that the units were made of, if known.
        across: Maps side by side on the plate.
    """

    spec: LayerSpec
    grid: tuple[int, int] | None = None
    pool: Pool | None = None
    is_picture: bool = False
    made_of: tuple[int, int] | None = None
    across: int = 1

    @property
    def units(self) -> int:
        """How many discs or cells there are."""
        return self.spec.units if self.pool is None else self.pool.count

    @cached_property
    def tiling(self) -> Tiling | None:
        """Where the cells of its plate are; None for discs."""
        if self.grid is None:
            return None
        return Tiling(*self.grid, self.units, self.across)

    @property
    def caption(self) -> str:
        """Such as "12 relu", "2500 → 25", "28 × 28 px" or "16 × 8 × 8 relu"."""
        size = size_of(self.spec, " × ")
        if self.made_of is not None:
            size = f"{self.made_of[0]} × {self.made_of[1]} px → {size}"
        if self.is_picture and self.grid is not None and self.pool is None:
            size = size_of(self.spec, " × ") if self.maps > 1 else _pair(self.grid)
            return f"{size} px"
        if self.pool is not None:
            is_map = self.grid is not None and has_maps(self.spec)
            fewer = _pair(self.grid) if is_map and self.grid else f"{self.units}"
            size = f"{size} → {fewer}"
        return f"{size} {self.spec.activation}".strip()

    @property
    def captions(self) -> list[str]:
        """Write the same in wordings ever shorter."""
        units = f"{self.spec.units}"
        return [self.caption, f"{units} {self.spec.activation}".strip(), units]

    @property
    def has_maps(self) -> bool:
        """Whether the units make up maps, whether they are drawn so or not."""
        return has_maps(self.spec)

    @property
    def maps(self) -> int:
        """How many maps its units make up; 1 where they make up none."""
        return self.tiling.maps if self.tiling is not None else 1

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


def size_of(spec: LayerSpec, times: str) -> str:
    """Write how many units there are, such as "12"; in maps "16×8×8"."""
    if spec.tile is None or not has_maps(spec):
        return f"{spec.units}"
    maps = spec.units // prod(spec.tile)
    return times.join(map(str, spec.tile if maps == 1 else (maps, *spec.tile)))


def _pair(grid: tuple[int, int]) -> str:
    return f"{grid[0]} × {grid[1]}"


def layers_of(manifest: Manifest) -> list[DrawnLayer]:
    """Choose what the layers of a run are drawn as, input first."""
    first, *others = manifest.layers
    wide = sum(map(is_plate, manifest.layers))
    aspect = max(min(1.36 / max(wide, 1), _WIDEST), _NARROWEST)
    if is_deep(manifest):
        return [_column(layer, LENS_UNITS) for layer in manifest.layers]
    shape = plane_of_input(manifest)
    whole = is_wide(manifest)
    if (
        is_picture(first, shape)
        and first.units > FEW_PIXELS
        and (not whole or max(shape) <= _LONGEST * min(shape))
    ):
        drawn = _picture(first, (shape[0], shape[1]), whole=whole)
    elif has_maps(first) and not shape:
        drawn = replace(_layer(first, aspect), is_picture=True)
    else:
        plain = replace(first, tile=None)
        drawn = _layer(plain, aspect if whole else _NARROWEST / 4)
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
    if spec.tile is not None and has_maps(spec):
        return _maps(spec, spec.tile, aspect)
    if spec.units <= MOST_DISCS:
        return DrawnLayer(spec)
    cells = min(spec.units, MOST_CELLS)
    pool = None if cells == spec.units else neighbours(spec.units, cells)
    return DrawnLayer(spec, _grid(cells, aspect), pool)


def _maps(spec: LayerSpec, tile: tuple[int, int], aspect: float) -> DrawnLayer:
    """Draw maps, pixels sharing a cell where there are too many to be seen.

    So many maps that not even one cell each could be seen are drawn as plain units.
    """
    maps = spec.units // prod(tile)
    fewest = sqrt(spec.units / aspect) / _FINEST  # no plate has room for more cells
    share = max(int(min(fewest, max(tile))), 1)
    while True:
        grid = -(-tile[0] // share), -(-tile[1] // share)
        across, cell = _abreast(maps, grid, aspect)
        if cell >= 1 / _FINEST:
            pool = None if share == 1 else blocks(tile, grid, maps, averages=False)
            return DrawnLayer(spec, grid, pool, across=across)
        if grid == (1, 1):
            return _layer(replace(spec, tile=None), aspect)
        share = max(share + 1, int(share / (cell * _FINEST)))


def _abreast(maps: int, grid: tuple[int, int], aspect: float) -> tuple[int, float]:
    """Choose how many maps stand side by side, so that cells become large.

    Returns:
        How many, and the side of a cell as a share of the height of the plate.
    """
    sizes = {}
    for across in range(1, min(maps, _FINEST) + 1):
        height = extent(grid[0], -(-maps // across))
        sizes[across] = min(1 / height, aspect / extent(grid[1], across))
    even = [across for across in sizes if maps % across == 0]
    best, evenest = (max(among, key=sizes.__getitem__) for among in (sizes, even))
    chosen = evenest if sizes[evenest] >= _EVEN * sizes[best] else best
    return chosen, sizes[chosen]


def _column(spec: LayerSpec, most: int) -> DrawnLayer:
    """Draw discs, those beyond the most sharing; of several maps each stays whole."""
    if spec.units <= most:
        return DrawnLayer(spec)
    size = prod(spec.tile) if spec.tile is not None and has_maps(spec) else 1
    maps = spec.units // size
    if maps == 1:
        return DrawnLayer(spec, None, neighbours(spec.units, most))
    places = neighbours(maps, min(maps, most)).places
    return DrawnLayer(spec, None, Pool(np.repeat(places, size)))


def _grid(cells: int, aspect: float) -> tuple[int, int]:
    """Choose rows and columns near an aspect, with no cell left over if possible."""
    wanted = max(sqrt(cells * aspect), 1)
    near = range(max(int(wanted * 0.75), 1), ceil(wanted * 1.35) + 1)
    even = [columns for columns in near if cells % columns == 0]
    columns = min(even or [round(wanted)], key=lambda n: abs(n - wanted))
    return -(-cells // columns), columns
