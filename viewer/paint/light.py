"""From densities of edges to colours: light on a dark ground, ink on a light one."""

import numpy as np
from numpy.typing import NDArray

from viewer.palette import Theme

Floats = NDArray[np.float32]
Shares = NDArray[np.uint16]  # 0 to 256
Image = NDArray[np.uint8]


def blur(image: Floats, radius: int) -> Floats:
    """Blur with a box of 2 * radius + 1 pixels along the first two axes."""
    size = 2 * radius + 1
    for axis in (0, 1):
        edges = [(0, 0)] * image.ndim
        edges[axis] = (radius + 1, radius)
        summed = np.cumsum(np.pad(image, edges, mode="edge"), axis=axis)
        upper, lower = [slice(None)] * image.ndim, [slice(None)] * image.ndim
        upper[axis], lower[axis] = slice(size, None), slice(None, -size)
        image = (summed[tuple(upper)] - summed[tuple(lower)]) / np.float32(size)
    return image


def channels(theme: Theme) -> NDArray[np.float32]:
    """Colours of the channels of a density: above zero, below zero, not finite."""
    colours = np.array([theme.positive, theme.negative, theme.wrong], np.float32)
    return colours / np.float32(255)


def together(densities: list[Floats]) -> Floats:
    """Add up densities of one size; some lack the last channel, of broken weights."""
    total = np.zeros_like(max(densities, key=len))
    for density in densities:
        total[: len(density)] += density
    return total


def shine(density: Floats, theme: Theme, *, bloom: int = 0) -> Image:
    """Colour what `edges.density` added up, on the background.

    Args:
        density: Shape (channels, rows, columns).
        theme: Colours, and whether edges add light or ink.
        bloom: Radius in pixels over which very bright places spill; 0 for none.

    Returns:
        Shape (rows, columns, 4), uint8, RGBA, opaque.
    """
    image = np.full((*density.shape[1:], 4), 255, np.uint8)
    for c, fade in enumerate(_fades(density, theme, bloom)):
        ground = np.float32(theme.background[c])
        if theme.glows:
            image[..., c] = 255 - (255 - ground) * fade
        else:
            image[..., c] = ground * fade
    return image


def veil(density: Floats, theme: Theme) -> Shares:
    """Make of a density what is left of whatever it lies over.

    Returns:
        Shape (3, rows, columns), 0 to 256: of the darkness where edges add light, of
        the brightness where they add ink.
    """
    fades = list(_fades(density, theme, 0))
    return np.asarray(np.rint(np.stack(fades) * 256), np.uint16)


def _fades(density: Floats, theme: Theme, bloom: int) -> list[Floats]:
    """What each colour is multiplied with, one array a colour."""
    colours = channels(theme)[: len(density)]
    if theme.glows:
        glow = _spill(density.sum(axis=0), bloom) if bloom else np.float32(0)
        return [np.exp(-(_mixed(density, colours[:, c]) + glow)) for c in range(3)]
    ink = np.float32(1.5) * (1 - np.exp(density * np.float32(-1 / 1.1)))
    return [np.exp(-_mixed(ink, 1 - colours[:, c])) for c in range(3)]


def _mixed(density: Floats, shares: NDArray[np.float32]) -> Floats:
    mixed = density[0] * shares[0]
    for layer, share in zip(density[1:], shares[1:], strict=True):
        mixed += layer * share
    return np.asarray(mixed)


def _spill(total: Floats, radius: int) -> Floats:
    # At half the size: nobody can tell, and it takes a quarter of the time.
    bright = np.maximum(total[::2, ::2] - np.float32(1.0), 0)
    half = blur(blur(bright, radius // 2), radius // 2)
    rows, columns = total.shape
    spilt = np.repeat(np.repeat(half, 2, axis=0), 2, axis=1)[:rows, :columns]
    return np.asarray(np.float32(0.35) * spilt)
