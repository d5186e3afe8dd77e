"""Where the units of a drawn network are, in pixels."""

import numpy as np
from numpy.typing import NDArray

from viewer.detail import Detail
from viewer.layout import Layout

Floats = NDArray[np.floating]
_WIDEST_SPACING = 58  # between units, in pixels at 720 lines
_FEW, _SPACING_OF_FEW = 4, 118  # so that the outputs leave room for their bars
_LARGEST_RADIUS = 15


class NetworkGeometry:
    """Columns, rows and radii of all units.

    Attributes:
        columns: Shape (layers,), x of each layer.
        unit_rows: One array a layer, y of each unit.
        radii: One a layer.
        top: First row of the picture of edges.
        rows: Its height.
    """

    def __init__(self, layout: Layout, detail: Detail) -> None:
        box = layout.network
        self.columns: Floats = np.linspace(box.left, box.right, len(detail.layers))
        self.unit_rows: list[Floats] = []
        self.radii: list[float] = []
        self.spacing = float(self.columns[1] - self.columns[0])
        for layer in detail.layers:
            widest = layout.px(
                _SPACING_OF_FEW if layer.units <= _FEW else _WIDEST_SPACING
            )
            spacing = min(box.height / layer.units, widest)
            middle = (box.top + box.bottom) / 2
            order = np.arange(layer.units) - (layer.units - 1) / 2
            self.unit_rows.append(middle + spacing * order)
            radius = min(0.34 * spacing, layout.px(_LARGEST_RADIUS))
            self.radii.append(max(min(radius, 0.22 * self.spacing), 1.0))
        margin = round(layout.px(_LARGEST_RADIUS + 1))  # the glow of the outermost
        self.top = max(box.top - margin, 0)
        self.rows = box.bottom + margin - self.top

    def span(self, gap: int) -> tuple[float, float]:
        """Columns at which the edges of a gap begin and end."""
        begin = self.columns[gap] + self.radii[gap]
        return float(begin), float(self.columns[gap + 1] - self.radii[gap + 1])
