"""Marks of units that are stuck or broken, the same on the network and in the legend."""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from viewer.palette import Colour, Theme

Floats = NDArray[np.floating]
_STEPS = 4  # places in a pixel at which a mark can be
_REACH = 1.5  # radii beyond which no mark paints


class Mark(StrEnum):
    """What is the matter with a unit."""

    DEAD = "dead"
    SATURATED = "saturated"
    BROKEN = "NaN"

    def colour(self, theme: Theme) -> Colour:
        """Choose the colour of its strokes."""
        colours = {
            Mark.DEAD: theme.faint,
            Mark.SATURATED: theme.ink,
            Mark.BROKEN: theme.wrong,
        }
        return colours[self]


@dataclass(frozen=True, slots=True, eq=False)
class Stamp:
    """A mark at its place.

    Attributes:
        left: Column of its first pixels.
        top: Row of its first pixels.
        emptied: Square, what is covered with the background, 0 to 1.
        inked: The same of what is then covered with the mark's colour.
    """

    left: int
    top: int
    emptied: Floats
    inked: Floats


def paint(
    pixels: NDArray[np.uint8],
    mark: Mark,
    centre: tuple[float, float],
    radius: float,
    theme: Theme,
) -> None:
    """Paint a mark over a unit: what is outside of the frame is left out.

    Args:
        pixels: The frame, shape (height, width, 4).
        mark: Which; a dead or broken unit is emptied, a saturated one keeps its disc.
        centre: (x, y) of the unit; 0.0 is the middle of the first pixel.
        radius: Of its disc, in pixels.
        theme: The colours.
    """
    stamp = stamped(mark, centre, radius)
    left, top, side = stamp.left, stamp.top, len(stamp.inked)
    height, width = pixels.shape[:2]
    rows = slice(max(top, 0), min(top + side, height))
    columns = slice(max(left, 0), min(left + side, width))
    if rows.start >= rows.stop or columns.start >= columns.stop:
        return
    inside = (
        slice(rows.start - top, rows.stop - top),
        slice(columns.start - left, columns.stop - left),
    )
    region = pixels[rows, columns, :3]
    empty, ink = stamp.emptied[inside][..., None], stamp.inked[inside][..., None]
    ground = region * (1 - empty) + np.array(theme.background) * empty
    region[...] = np.rint(ground * (1 - ink) + np.array(mark.colour(theme)) * ink)


def stamped(mark: Mark, centre: tuple[float, float], radius: float) -> Stamp:
    """Make a mark around (x, y), as `paint` does, without painting it."""
    x, y = (round(value * _STEPS) for value in centre)
    emptied, inked = _masks(mark, radius, x % _STEPS, y % _STEPS)
    half = len(inked) // 2
    return Stamp(x // _STEPS - half, y // _STEPS - half, emptied, inked)


@lru_cache(maxsize=256)
def _masks(mark: Mark, radius: float, x: int, y: int) -> tuple[Floats, Floats]:
    """Cover what is emptied and what is inked, 0 to 1, both square, centre in the middle.

    Args:
        mark: Which.
        radius: Of the disc, in pixels.
        x: Quarters of a pixel that the centre is right of the middle one's.
        y: And below.
    """
    half = int(np.ceil(radius * _REACH)) + 2
    across = np.arange(-half, half + 1)[None, :] - x / _STEPS
    down = np.arange(-half, half + 1)[:, None] - y / _STEPS
    distance = np.hypot(across, down)
    line = max(0.11 * radius, 1.0)
    if mark is Mark.SATURATED:
        rings = _line(distance - radius, line), _line(distance - 1.32 * radius, line)
        return np.zeros_like(distance), np.maximum(*rings)
    emptied = np.clip(radius + 0.5 - distance, 0, 1)
    falling, rising = (across - down) / np.sqrt(2), (across + down) / np.sqrt(2)
    if mark is Mark.DEAD:
        stroke = _line(rising, line) * np.clip(radius + 0.5 - distance, 0, 1)
        return emptied, np.maximum(stroke, _line(distance - radius, line))
    cross = np.maximum(_line(rising, 1.5 * line), _line(falling, 1.5 * line))
    return emptied, cross * np.clip(0.8 * radius + 0.5 - distance, 0, 1)


def _line(distance: Floats, width: float) -> Floats:
    """Cover what is nearer than half a width."""
    return np.asarray(np.clip(width / 2 + 0.5 - np.abs(distance), 0, 1))
