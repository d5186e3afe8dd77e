"""Where the units of a drawn network are, in pixels."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from viewer.drawn import DrawnLayer
from viewer.layout import Box
from viewer.tiling import Tiling

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
        tiling: Where they are in it; None for discs.
    """

    left: float
    right: float
    x: Floats
    y: Floats
    radius: float
    plate: Box | None = None
    tiling: Tiling | None = None

    @property
    def middle(self) -> float:
        """Column where its name is written and the light passes."""
        return (self.left + self.right) / 2

    def at(self, x: float, y: float) -> int | None:
        """Find the unit at a pixel."""
        if self.tiling is not None:
            found = int(self.tiling.at(*self.in_cells([x], [y]))[0, 0])
            return found if found >= 0 else None
        far = np.maximum(np.abs(self.x - x), np.abs(self.y - y))
        nearest = int(far.argmin())
        return nearest if far[nearest] <= self.radius + 1.5 else None

    def in_cells(self, x: ArrayLike, y: ArrayLike) -> tuple[Floats, Floats]:
        """Measure where columns and rows of pixels are in a plate, in its cells."""
        side = 2 * self.radius
        return (
            (np.asarray(x) + 0.5 - self.x[0]) / side + 0.5,
            (np.asarray(y) + 0.5 - self.y[0]) / side + 0.5,
        )


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
        if any(layer.tiling is not None for layer in layers):
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

    def room(self, number: int) -> float:
        """Measure how wide words below a column may be, to keep off the next one's.

        Words below a plate are in a row of their own.
        """
        column, room = self.columns[number], self.spacing
        for other in self.columns[max(number - 1, 0) : number + 2]:
            if other is not column and other.plate is None and column.plate is None:
                room = min(room, abs(other.middle - column.middle))
        return 0.96 * room

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
        plates = sum(layer.tiling is not None for layer in layers)
        widest = _SHARE_OF_PLATES * box.width / plates
        cells = [self._cell(layer, widest) for layer in layers]
        disc, margins = 2 * _LARGEST_RADIUS * self._scale, 2 * self._margin
        widths = [
            disc if layer.tiling is None else cell * layer.tiling.width + margins
            for layer, cell in zip(layers, cells, strict=True)
        ]
        gap = (box.width - sum(widths)) / max(len(layers) - 1, 1)
        columns, left = [], float(box.left)
        for layer, cell, width in zip(layers, cells, widths, strict=True):
            if layer.tiling is None:
                columns.append(self._discs(layer, left + width / 2, gap + width))
            else:
                columns.append(self._plate(layer.tiling, left, cell))
            left += width + gap
        return columns

    def _cell(self, layer: DrawnLayer, widest: float) -> float:
        """Side of a cell; whole pixels where that wastes little."""
        tiling = layer.tiling
        if tiling is None:
            return 0.0
        if layer.is_picture:
            widest = min(widest, _WIDEST_PICTURE * self._box.width)
        room = widest - 2 * self._margin, self._box.height - 2 * self._margin
        side = min(room[1] / tiling.height, room[0] / tiling.width)
        side = min(side, _LARGEST_CELL * self._scale)
        return float(int(side)) if side >= 4 else side

    def _plate(self, tiling: Tiling, left: float, cell: float) -> Column:
        margin = self._margin
        top = (self._box.top + self._box.bottom - tiling.height * cell) / 2
        across, down = tiling.centres
        x = left + margin + across * cell
        y = top + down * cell
        plate = Box(
            round(left),
            round(top) - margin,
            round(left + tiling.width * cell) + 2 * margin,
            round(top + tiling.height * cell) + margin,
        )
        return Column(plate.left, plate.right, x, y, cell / 2, plate, tiling)
