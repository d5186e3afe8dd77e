"""From densities of edges to colours: light on a dark ground, ink on a light one."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from viewer.palette import Theme

Floats = NDArray[np.float32]
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


def shine(positive: Floats, negative: Floats, theme: Theme, *, bloom: int = 0) -> Image:
    """Colour what `EdgeBundle.density` added up.

    Args:
        positive: Shape (rows, columns), density of edges above zero.
        negative: The same of edges below zero.
        theme: Colours, and whether edges add light or ink.
        bloom: Radius in pixels over which very bright places spill; 0 for none.

    Returns:
        Shape (rows, columns, 4), uint8, RGBA, opaque.
    """
    if theme.glows:
        return _light(positive, negative, theme, bloom)
    return _ink(positive, negative, theme)


def _light(positive: Floats, negative: Floats, theme: Theme, bloom: int) -> Image:
    glow = _spill(positive + negative, bloom) if bloom else np.float32(0)
    image = _opaque(positive)
    for c, (up, down, ground) in enumerate(_channels(theme)):
        light = positive * np.float32(up / 255) + negative * np.float32(down / 255)
        fade = np.exp(-(light + glow))
        image[..., c] = 255 - (255 - ground) * fade
    return image


def _spill(total: Floats, radius: int) -> Floats:
    bright = np.maximum(total - np.float32(1.0), 0)
    return np.float32(0.35) * blur(blur(bright, radius), radius)


def _ink(positive: Floats, negative: Floats, theme: Theme) -> Image:
    above = np.float32(1.5) * (1 - np.exp(positive * np.float32(-1 / 1.1)))
    below = np.float32(1.5) * (1 - np.exp(negative * np.float32(-1 / 1.1)))
    image = _opaque(positive)
    for c, (up, down, ground) in enumerate(_channels(theme)):
        absorbed = above * np.float32(1 - up / 255) + below * np.float32(1 - down / 255)
        image[..., c] = ground * np.exp(-absorbed)
    return image


def _opaque(like: Floats) -> Image:
    return np.full((*like.shape, 4), 255, np.uint8)


def _channels(theme: Theme) -> Iterator[tuple[int, int, int]]:
    return zip(theme.positive, theme.negative, theme.background, strict=True)
