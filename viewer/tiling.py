"""Where the cells of a plate are, measured in cells from its corner. Pure."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]
Indices = NDArray[np.intp]
BETWEEN = 1.0  # cells that two maps are apart


@dataclass(frozen=True)
class Tiling:
    """Cells in rows; where they make up several maps, one map beside the other.

    Attributes:
        rows: Of one map.
        columns: The same.
        cells: How many there are; the last row may lack some.
        across: Maps side by side.
    """

    rows: int
    columns: int
    cells: int
    across: int = 1

    @property
    def maps(self) -> int:
        """How many maps there are."""
        return -(-self.cells // (self.rows * self.columns))

    @property
    def down(self) -> int:
        """Maps one above the other."""
        return -(-self.maps // self.across)

    @property
    def height(self) -> float:
        """Cells from top to bottom, those between maps included."""
        return extent(self.rows, self.down)

    @property
    def width(self) -> float:
        """Cells from left to right."""
        return extent(self.columns, self.across)

    @cached_property
    def centres(self) -> tuple[Floats, Floats]:
        """Give x and y of the middle of each cell, both shape (cells,)."""
        number, (row, column) = self._parts
        y = number // self.across * (self.rows + BETWEEN) + row + 0.5
        x = number % self.across * (self.columns + BETWEEN) + column + 0.5
        return x, y

    def place(self, cell: int) -> tuple[int, int, int]:
        """Give the map of a cell, and its row and column there."""
        number, (row, column) = self._parts
        return int(number[cell]), int(row[cell]), int(column[cell])

    @cached_property
    def _parts(self) -> tuple[Indices, tuple[Indices, Indices]]:
        number, within = np.divmod(np.arange(self.cells), self.rows * self.columns)
        row, column = np.divmod(within, self.columns)
        return number, (row, column)

    def at(self, x: Floats, y: Floats, inside: float = 1.0) -> Indices:
        """Find the cells at all x and y.

        Args:
            x: Shape (n,).
            y: Shape (m,).
            inside: Share of a cell's side that counts as the cell; the rest lies
                between it and the next.

        Returns:
            Shape (m, n), number of the cell, -1 where there is none.
        """
        map_x, column, fits_x = _cut(x, self.columns, self.across, inside)
        map_y, row, fits_y = _cut(y, self.rows, self.down, inside)
        number = (map_y[:, None] * self.across + map_x[None, :]) * self.rows
        number = (number + row[:, None]) * self.columns + column[None, :]
        is_cell = fits_x[None, :] & fits_y[:, None] & (number < self.cells)
        return np.where(is_cell, number, -1)


def extent(cells: int, maps: int) -> float:
    """Measure maps of so many cells in a row."""
    return maps * cells + (maps - 1) * BETWEEN


def _cut(
    at: Floats, cells: int, maps: int, inside: float
) -> tuple[Indices, Indices, NDArray[np.bool_]]:
    """Find map and cell within it along one side, and whether there is one."""
    pitch = cells + BETWEEN
    number = np.clip(np.floor(at / pitch), 0, maps - 1)
    within = at - number * pitch
    fits = (within >= 0) & (within < cells) & (within % 1 < inside)
    return number.astype(np.intp), np.floor(within).astype(np.intp), fits
