"""One layer's units on the frame: a column of discs that glow by their saturation.

How it works: the column is a strip of the frame. For each pixel of it is known how
much of it is disc, rim, moat and what is behind, and how much light of the nearest two
units falls there. What comes of that is what is kept of the edges behind and what is
added to it: two pictures, made when units look different; a frame is one sum.
"""

import numpy as np
from numpy.typing import NDArray

from viewer.layout import Box
from viewer.paint.canvas import Canvas
from viewer.paint.marks import Mark, stamped

Floats = NDArray[np.floating]
Flags = NDArray[np.bool_]
Shares = NDArray[np.uint16]  # 0 to 256
_WHITE = (255, 255, 255)
_REACH = 2.4  # radii over which a unit glows
_SPREAD = 1.5  # radii within which most of its light falls


class UnitColumn:
    """The discs of one layer.

    Attributes:
        box: Everything that the discs and their glow cover.
    """

    def __init__(
        self,
        canvas: Canvas,
        centre: tuple[float, Floats],
        radius: float,
        bare: tuple[int, int],
    ) -> None:
        """Lay out discs.

        Args:
            canvas: The frame.
            centre: Column of all centres, and the row of each, shape (units,).
            radius: Of a disc, in pixels.
            bare: First and last column that no gap paints; cleaned here instead.
        """
        x, rows = centre
        self._canvas = canvas
        reach = int(np.ceil(radius * _REACH)) + 1
        left, right = round(x) - reach, round(x) + reach + 1
        top = max(int(rows[0]) - reach, 0)
        bottom = min(int(rows[-1]) + reach + 1, canvas.layout.height)
        self.box = Box(left, top, right, bottom)
        self._bare = Box(max(bare[0], left), top, min(bare[1] + 1, right), bottom)
        self._key = b""
        self._looks = np.empty(0, np.uint8), np.empty(0, np.uint8)
        self._marks: dict[int, Mark] = {}
        self._centres, self._radius = [(round(x), float(y)) for y in rows], radius
        # Interleaved as the frame is, so that painting is one sum over rows.
        shape = self.box.height, self.box.width, 4
        self._kept = np.full(shape, 256, np.uint16)
        self._added = np.zeros(shape, np.uint16)
        self._is_made = False
        # A column is its own mirror image: half of it is worked out.
        across = np.arange(-reach, 1.0)
        down = np.abs(np.arange(top, bottom)[:, None] - rows[None, :])
        order = np.argsort(down, axis=1)
        self._nearest = order[:, 0]
        self._second = order[:, min(1, len(rows) - 1)]
        self._cut(down, across, radius)

    def _cut(self, down: Floats, across: Floats, radius: float) -> None:
        scale = self._canvas.layout.scale
        at = np.arange(len(down))
        distance = np.hypot(down[at, self._nearest][:, None], across)
        further = np.hypot(down[at, self._second][:, None], across)
        disc = np.clip(radius - distance + 0.5, 0, 1)
        rim = np.clip(radius + scale - distance + 0.5, 0, 1) * (1 - disc)
        moat = np.clip(radius + 2.6 * scale - distance + 0.5, 0, 1) * (1 - disc - rim)
        # Rounded as they add up, so that the four shares are 256 to the last one.
        self._disc = _shares(disc)
        self._rim = _shares(disc + rim) - self._disc
        self._moat = _shares(disc + rim + moat) - self._disc - self._rim
        self._behind = 256 - self._disc - self._rim - self._moat
        self._glow = _glow(distance, radius)
        alone = np.all(self._second == self._nearest)
        self._further_glow = _glow(further, radius) * (0 if alone else 1)

    def plan(
        self,
        saturation: Floats,
        light: Floats,
        dead: Flags | None = None,
        at_limit: Flags | None = None,
    ) -> bool:
        """Say how the units look now.

        Args:
            saturation: Shape (units,), 0 to 1, NaN where a unit is broken.
            light: Shape (units,), 0 to 1, strength of their glow.
            dead: Which are marked as dead; None for none.
            at_limit: Which are marked as saturated; None for none.

        Returns:
            Whether that differs from what is painted.
        """
        broken = np.isnan(saturation)
        level = np.where(broken, 0, saturation * 255).astype(np.uint8)
        glow = np.where(broken, 0, light * 64).astype(np.uint8)
        marks = _marks(broken, dead, at_limit)
        key = level.tobytes() + glow.tobytes() + str(marks).encode()
        if key == self._key:
            return False
        self._key, self._looks, self._is_made = key, (level, glow), False
        self._marks = marks
        return True

    def forget(self) -> None:
        """Take whatever is planned next for a change."""
        self._key = b""

    def paint(self) -> None:
        """Paint over what is there; the gaps beside must be clean of old discs."""
        if not self._is_made:
            self._make()
        pixels = self._canvas.pixels
        pixels[self._bare.slices][..., :3] = self._canvas.theme.background
        region = pixels[self.box.top : self.box.bottom].reshape(self.box.height, -1)
        region = region[:, 4 * self.box.left : 4 * self.box.right]
        mixed = region * self._kept.reshape(region.shape)
        mixed += self._added.reshape(region.shape)
        mixed >>= 8
        region[...] = mixed

    def _make(self) -> None:
        """Find what is kept of the pixels behind, 0 to 256, and 256 times what is added."""
        level, glow = self._looks
        theme = self._canvas.theme
        colour = theme.saturation[level].astype(np.uint16)
        rim = self._rim_colour(level / 255, colour)
        emitted = (glow.astype(np.uint16)[:, None] * np.uint16(4) * colour) >> 8
        is_dark = not (theme.glows and glow.any())
        for c in range(3):  # one channel at a time: numpy is slow on short last axes
            kept = self._behind
            added = self._moat * np.uint16(theme.background[c])
            added += self._disc * colour[self._nearest, c][:, None]
            added += self._rim * rim[self._nearest, c][:, None]
            if not is_dark:
                light = self._behind * self._light(emitted[:, c])
                added += light
                kept = self._behind - ((light + 128) >> 8)
            for whole, half in ((self._kept, kept), (self._added, added)):
                whole[:, : half.shape[1], c] = half
                whole[:, half.shape[1] - 1 :, c] = half[:, ::-1]
        for unit, mark in self._marks.items():
            self._mark(unit, mark)
        self._is_made = True

    def _mark(self, unit: int, mark: Mark) -> None:
        """Paint a mark into what is kept and added."""
        stamp = stamped(mark, self._centres[unit], self._radius)
        x, y = stamp.left - self.box.left, stamp.top - self.box.top
        height, width = self._kept.shape[:2]
        rows = slice(max(y, 0), min(y + len(stamp.inked), height))
        columns = slice(max(x, 0), min(x + len(stamp.inked), width))
        part = (
            slice(rows.start - y, rows.stop - y),
            slice(columns.start - x, columns.stop - x),
        )
        emptied, inked = stamp.emptied[part], stamp.inked[part]
        left = ((1 - emptied) * (1 - inked))[..., None]
        theme = self._canvas.theme
        ground = (emptied * (1 - inked))[..., None] * np.array(theme.background)
        ink = inked[..., None] * np.array(mark.colour(theme))
        kept, added = (whole[rows, columns, :3] for whole in (self._kept, self._added))
        kept[...] = kept * left
        added[...] = added * left + 256 * (ground + ink)

    def _light(self, emitted: NDArray[np.integer]) -> Shares:
        """Add up the light of each pixel's two nearest units, up to white."""
        light = (self._glow * emitted[self._nearest][:, None]) >> 8
        light += (self._further_glow * emitted[self._second][:, None]) >> 8
        return np.asarray(np.minimum(light, 255), np.uint16)

    def _rim_colour(self, saturation: Floats, colour: Shares) -> Shares:
        theme = self._canvas.theme
        bright = np.array(_WHITE) if theme.glows else colour
        share = 0.8 * saturation[:, None]
        rim = np.array(theme.ring) * (1 - share) + bright * share
        return np.asarray(rim, np.uint16)


def _marks(
    broken: Flags, dead: Flags | None, at_limit: Flags | None
) -> dict[int, Mark]:
    """Find the marks of units; one that is broken is nothing else."""
    found = dict.fromkeys(_numbers(at_limit), Mark.SATURATED)
    found |= dict.fromkeys(_numbers(dead), Mark.DEAD)
    return found | dict.fromkeys(_numbers(broken), Mark.BROKEN)


def _numbers(flags: Flags | None) -> list[int]:
    return [] if flags is None else np.flatnonzero(flags).tolist()


def _glow(distance: Floats, radius: float) -> Shares:
    """Fall off as a bell that is nought at the edge of the strip."""
    bell = np.exp(-((distance / (_SPREAD * radius)) ** 2))
    rest = np.exp(-((_REACH / _SPREAD) ** 2))
    return _shares(np.clip((bell - rest) / (1 - rest), 0, 1))


def _shares(alpha: Floats) -> Shares:
    return np.rint(alpha * 256).astype(np.uint16)
