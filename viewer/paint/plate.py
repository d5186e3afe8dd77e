"""One layer's units on the frame: a plate of cells, coloured by their saturation.

How it works: for each pixel of the plate it is known which cell it belongs to, so a
frame is one look-up of the cells' colours; what the edges leave over the plate is
multiplied in. The cost is that of the pixels, however many units there are.
"""

import numpy as np
from numpy.typing import NDArray

from viewer.geometry import Column
from viewer.layout import Box
from viewer.paint.canvas import Canvas
from viewer.paint.light import Shares
from viewer.palette import Ramp

Floats = NDArray[np.floating]
Flags = NDArray[np.bool_]
_BROKEN, _HOLE, _BETWEEN = 256, 257, 258  # after the ramp's 256 colours
_BRIGHT = 232  # levels from here on glow beyond their cell ...
_MOST_GLOWING = 12  # ... the brightest of them
_SPREAD = 12  # pixels at 720 lines over which most of that light falls


class Plate:
    """The cells of one layer.

    Attributes:
        box: All of the plate.
    """

    def __init__(
        self, canvas: Canvas, column: Column, ramp: Ramp, *, glows: bool = False
    ) -> None:
        """Lay out cells.

        Args:
            canvas: The frame.
            column: Where they are; has a plate.
            ramp: Shape (256, 3), uint8, colours of saturations 0 to 1.
            glows: Whether the brightest cells shine beyond themselves.
        """
        assert column.plate is not None
        self._canvas, self.box = canvas, column.plate
        theme = canvas.theme
        others = [theme.wrong, theme.background, theme.panel]
        colours = np.full((len(ramp) + len(others), 4), 255, np.uint8)
        colours[:, :3] = np.concatenate([ramp, np.array(others, np.uint8)])
        self._colours = colours.view(np.uint32)[:, 0]
        self._cells = _cells(column, self.box)
        self._column, self._ramp = column, ramp
        spread = min(2 * column.radius, _SPREAD * canvas.layout.scale)
        self._glow = _bell(2 * column.radius, spread) if glows else None
        self._key = b""
        self._levels = np.empty(0, np.int64)
        self._veil: Shares | None = None

    def plan(
        self, saturation: Floats, holes: Flags | None, veil: Shares | None
    ) -> bool:
        """Say how the cells look now.

        Args:
            saturation: Shape (units,), 0 to 1, NaN where it is broken.
            holes: Which units are marked as dead; None for none.
            veil: Shape (3, rows, columns): what edges leave, 0 to 256; None for all.

        Returns:
            Whether that differs from what is painted.
        """
        broken = np.isnan(saturation)
        levels = (np.where(broken, 0, saturation) * 255).astype(np.int64)
        levels[broken] = _BROKEN
        if holes is not None:
            levels[holes] = _HOLE
        key = levels.astype(np.uint16).tobytes()
        changed = key != self._key or veil is not self._veil
        self._key, self._veil = key, veil
        self._levels = np.append(levels, [_BETWEEN, _HOLE])
        return changed

    def forget(self) -> None:
        """Take whatever is planned next for a change."""
        self._key = b""

    def paint(self) -> None:
        """Paint the cells, and the edges over them."""
        region = self._canvas.pixels[self.box.slices]
        image = self._colours[self._levels].take(self._cells)
        pixels = image.view(np.uint8).reshape(*image.shape, 4)
        if self._veil is not None:
            glows = self._canvas.theme.glows
            for c in range(3):
                value = pixels[..., c].astype(np.uint16)
                if glows:
                    np.subtract(255, value, out=value)
                value *= self._veil[c]
                value >>= 8
                pixels[..., c] = 255 - value if glows else value
        for unit in self._glowing():
            self._shine(pixels, unit)
        region[...] = pixels

    def _glowing(self) -> list[int]:
        """Find the cells that shine, the brightest last."""
        if self._glow is None:
            return []
        levels = self._levels[:-2]
        bright = np.flatnonzero((levels >= _BRIGHT) & (levels <= 255))
        order = np.argsort(levels[bright], kind="stable")
        return [int(unit) for unit in bright[order[-_MOST_GLOWING:]]]

    def _shine(self, pixels: NDArray[np.uint8], unit: int) -> None:
        """Add the light of a cell around it."""
        assert self._glow is not None
        half = len(self._glow) // 2
        x = int(self._column.x[unit]) - self.box.left - half
        y = int(self._column.y[unit]) - self.box.top - half
        inside = slice(max(-y, 0), None), slice(max(-x, 0), None)
        region = pixels[max(y, 0) : y + 2 * half + 1, max(x, 0) : x + 2 * half + 1, :3]
        light = self._glow[inside][: region.shape[0], : region.shape[1], None]
        colour = self._ramp[self._levels[unit]].astype(np.uint16)
        region[...] = region + (((255 - region) * ((light * colour) >> 8)) >> 8)


def _bell(side: float, spread: float) -> Shares:
    """Make the light round a cell, none on the cell itself, 0 to 256."""
    half = int(np.ceil(side / 2 + 2 * spread))
    across = np.abs(np.arange(-half, half + 1))
    beyond = np.maximum(across - side / 2, 0)
    distance = np.hypot(beyond[:, None], beyond[None, :]) / spread
    light = 0.3 * np.exp(-(distance**2)) * (distance > 0)
    return np.asarray(np.rint(light * 256), np.uint16)


def _cells(column: Column, box: Box) -> NDArray[np.intp]:
    """Number the cell of each pixel; then come what is between, and the corners."""
    assert column.tiling is not None
    side, units = 2 * column.radius, len(column.x)
    pixels = np.arange(box.left, box.right), np.arange(box.top, box.bottom)
    inside = 1 - max(round(0.16 * side), 1) / side if side >= 5 else 1.0
    number = column.tiling.at(*column.in_cells(*pixels), inside)
    return np.where(number >= 0, number, units + _corners(column, box))


def _corners(column: Column, box: Box) -> Flags:
    """Find the pixels that the round corners of the plate leave out."""
    radius = column.x[0] - column.radius - box.left
    across = np.abs(np.arange(box.width) + 0.5 - box.width / 2) - box.width / 2 + radius
    down = np.abs(np.arange(box.height) + 0.5 - box.height / 2) - box.height / 2
    reach = np.hypot(
        np.maximum(across, 0)[None, :], np.maximum(down + radius, 0)[:, None]
    )
    return np.asarray(reach > max(radius, 1))
