"""Where the units of a drawn network are, in pixels."""

from dataclasses import dataclass
from math import floor

import numpy as np
from numpy.typing import NDArray

from viewer.detail import DrawnLayer
from viewer.layout import Box

Floats = NDArray[np.floating]
Indices = NDArray[np.intp]
_WIDEST_SPACING = 58  # between discs, in pixels at 720 lines
_FEW, _SPACING_OF_FEW = 4, 118  # so that the outputs leave room for their bars
_LARGEST_RADIUS = 15
_LARGEST_CELL = 24
_MARGIN = 8  # between the cells and the rim of their plate
_SHARE_OF_PLATES = 0.66  # of the width of the network; the rest is for edges
_WIDEST_PICTURE = 0.24


@dataclass(frozen=True, eq=False)
class Column:
    """Where the units of one layer are.

    Attributes:
        left: First column that belongs to the units and not to edges.
        right: Last one.
        x: Shape (units,), their middles.
        y: The same.
        radius: Of a disc; half the side of a cell.
        plate: The cells' box; None for discs.
        across: Cells in a row of the plate.
    """

    left: float
    right: float
    x: Floats
    y: Floats
    radius: float
    plate: Box | None = None
    across: int = 1

    @property
    def middle(self) -> float:
        """Column where its name is written and the light passes."""
        return (self.left + self.right) / 2

    def at(self, x: float, y: float) -> int | None:
        """Find the unit at a pixel."""
        if self.plate is not None:
            return self._cell_at(x, y)
        far = np.maximum(np.abs(self.x - x), np.abs(self.y - y))
        nearest = int(far.argmin())
        return nearest if far[nearest] <= self.radius + 1.5 else None

    def _cell_at(self, x: float, y: float) -> int | None:
        column, row = (
            floor((pixel + 0.5 - first) / (2 * self.radius) + 0.5)
            for pixel, first in ((x, self.x[0]), (y, self.y[0]))
        )
        unit = row * self.across + column
        is_cell = 0 <= column < self.across and row >= 0 and unit < len(self.x)
        return unit if is_cell else None


class Geometry:
    """The columns of a network in a box.

    Attributes:
        columns: One a layer.
        top: First row of the picture of edges.
        rows: Its height.
    """

    def __init__(
        self, box: Box, scale: float, layers: list[DrawnLayer], height: int
    ) -> None:
        """Lay out layers.

        Args:
            box: Where; discs of the first and last layer are centred on its sides.
            scale: Pixels of the frame for one at 720 lines.
            layers: What is drawn.
            height: Of the frame.
        """
        self._box, self._scale = box, scale
        if any(layer.grid is not None for layer in layers):
            self.columns = self._plates(layers)
        else:
            middles = np.linspace(box.left, box.right, max(len(layers), 2))
            spacing = float(middles[1] - middles[0])
            self.columns = [
                self._discs(layer, float(x), spacing)
                for layer, x in zip(layers, middles, strict=False)
            ]
        margin = round((_LARGEST_RADIUS + 1) * scale)  # the glow of the outermost
        self.top = max(box.top - margin, 0)
        self.rows = min(box.bottom + margin, height) - self.top

    @property
    def spacing(self) -> float:
        """Mean distance of two layers."""
        reach = self.columns[-1].middle - self.columns[0].middle
        return reach / max(len(self.columns) - 1, 1)

    @property
    def _margin(self) -> int:
        return round(_MARGIN * self._scale)

    def position(self, layers: float) -> float:
        """Column at which light is that has passed so many layers, fractions too."""
        numbers = np.arange(len(self.columns))
        inside = np.interp(layers, numbers, [c.middle for c in self.columns])
        beyond = layers - np.clip(layers, 0, numbers[-1])
        return float(inside + beyond * self.spacing)

    def _discs(self, layer: DrawnLayer, x: float, between: float) -> Column:
        few = layer.units <= _FEW
        widest = (_SPACING_OF_FEW if few else _WIDEST_SPACING) * self._scale
        spacing = min(self._box.height / layer.units, widest)
        middle = (self._box.top + self._box.bottom) / 2
        y = middle + spacing * (np.arange(layer.units) - (layer.units - 1) / 2)
        radius = min(0.34 * spacing, _LARGEST_RADIUS * self._scale)
        radius = max(min(radius, 0.22 * between), 1.0)
        return Column(x - radius, x + radius, np.full(len(y), x), y, radius)

    def _plates(self, layers: list[DrawnLayer]) -> list[Column]:
        """Place plates and discs from left to right with equal gaps between."""
        box = self._box
        plates = sum(layer.grid is not None for layer in layers)
        widest = _SHARE_OF_PLATES * box.width / plates
        cells = [self._cell(layer, widest) for layer in layers]
        disc = 2 * _LARGEST_RADIUS * self._scale
        widths = [
            disc if layer.grid is None else cell * layer.grid[1] + 2 * self._margin
            for layer, cell in zip(layers, cells, strict=True)
        ]
        gap = (box.width - sum(widths)) / max(len(layers) - 1, 1)
        columns, left = [], float(box.left)
        for layer, cell, width in zip(layers, cells, widths, strict=True):
            if layer.grid is None:
                columns.append(self._discs(layer, left + width / 2, gap + width))
            else:
                columns.append(self._plate(layer.grid, layer.units, left, cell))
            left += width + gap
        return columns

    def _cell(self, layer: DrawnLayer, widest: float) -> float:
        """Side of a cell; whole pixels where that wastes little."""
        if layer.grid is None:
            return 0.0
        rows, columns = layer.grid
        if layer.is_picture:
            widest = min(widest, _WIDEST_PICTURE * self._box.width)
        room = widest - 2 * self._margin, self._box.height - 2 * self._margin
        side = min(room[1] / rows, room[0] / columns, _LARGEST_CELL * self._scale)
        return float(int(side)) if side >= 4 else side

    def _plate(
        self, grid: tuple[int, int], units: int, left: float, cell: float
    ) -> Column:
        rows, columns = grid
        margin = self._margin
        top = (self._box.top + self._box.bottom - rows * cell) / 2
        number = np.arange(units)
        x = left + margin + (number % columns + 0.5) * cell
        y = top + (number // columns + 0.5) * cell
        plate = Box(
            round(left),
            round(top) - margin,
            round(left + columns * cell) + 2 * margin,
            round(top + rows * cell) + margin,
        )
        return Column(plate.left, plate.right, x, y, cell / 2, plate, columns)
