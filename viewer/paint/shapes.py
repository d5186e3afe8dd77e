"""Bars, discs and triangles with smooth rims."""

import numpy as np
from numpy.typing import NDArray

from viewer.palette import Colour

Pixels = NDArray[np.uint8]


def bar(
    pixels: Pixels,
    rect: tuple[float, float, float, float],
    colour: Colour,
    radius: float = float("inf"),
) -> None:
    """Paint a bar with round ends or corners.

    Args:
        pixels: The frame, shape (height, width, 4).
        rect: Left, top, right, bottom in pixels, fractions allowed.
        colour: Of the bar.
        radius: Of the corners; at most half the bar, which makes round ends.
    """
    left, top, right, bottom = rect
    radius = min(bottom - top, right - left, 2 * radius) / 2
    rows = np.arange(int(top) - 1, int(bottom) + 2)[:, None] + 0.5
    columns = np.arange(int(left) - 1, int(right) + 2)[None, :] + 0.5
    across = np.abs(columns - (left + right) / 2) - (right - left) / 2 + radius
    down = np.abs(rows - (top + bottom) / 2) - (bottom - top) / 2 + radius
    outside = np.hypot(np.maximum(across, 0), np.maximum(down, 0))
    distance = outside + np.minimum(np.maximum(across, down), 0) - radius
    _blend(pixels, rows, columns, 0.5 - distance, colour)


def disc(
    pixels: Pixels, centre: tuple[float, float], radius: float, colour: Colour
) -> None:
    """Paint a disc; centre is (x, y) in pixels."""
    x, y = centre
    rows = np.arange(int(y - radius) - 1, int(y + radius) + 2)[:, None] + 0.5
    columns = np.arange(int(x - radius) - 1, int(x + radius) + 2)[None, :] + 0.5
    distance = np.hypot(columns - x, rows - y) - radius
    _blend(pixels, rows, columns, 0.5 - distance, colour)


def triangle(
    pixels: Pixels, centre: tuple[float, float], radius: float, colour: Colour
) -> None:
    """Paint a triangle that points right; its corners are `radius` from the centre."""
    x, y = centre
    rows = np.arange(int(y - radius) - 1, int(y + radius) + 2)[:, None] + 0.5
    columns = np.arange(int(x - radius) - 1, int(x + radius) + 2)[None, :] + 0.5
    sides = [np.abs(rows - y) * np.sin(np.pi / 3) + (columns - x) / 2, x - columns]
    distance = np.maximum(*sides) - radius / 2
    _blend(pixels, rows, columns, 0.5 - distance, colour)


def _blend(
    pixels: Pixels,
    rows: NDArray[np.floating],
    columns: NDArray[np.floating],
    coverage: NDArray[np.floating],
    colour: Colour,
) -> None:
    top, left = int(rows[0, 0]), int(columns[0, 0])
    region = pixels[top : top + len(rows), left : left + columns.shape[1], :3]
    alpha = np.clip(coverage, 0, 1)[..., None]
    region[...] = np.rint(region * (1 - alpha) + np.array(colour) * alpha)
