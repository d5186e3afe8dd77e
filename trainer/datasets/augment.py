"""More pictures out of few: each one a little turned, leaning, larger or smaller.

Each is pulled about as well, the way lines stray when they are drawn again. Nothing is
mirrored or turned by quarters: a 6 must not become a 9.

Source:
    Simard, Steinkraus, Platt, Best practices for convolutional neural networks applied to
    visual document analysis, 2003, for elastic distortions.
"""

import numpy as np
from numpy.typing import NDArray

from trainer.datasets.dataset import Pictures

TURN_DEGREES = 12.0
SIZES = (0.8, 1.1)
LEAN = 0.1
SHIFT_PIXELS = 1.0

# How far lines stray, as a share of the picture's side, and over how many waves.
STRAY = 0.03
WAVES = 4

# Pictures that are warped at once; bounds the memory.
CHUNK = 256


def warped(pictures: Pictures, rng: np.random.Generator) -> Pictures:
    """Turn, slant, scale and shift every picture at random, a little.

    Args:
        pictures: Ink from 0 to 1, shape (n, height, width).
        rng: Decides.

    Returns:
        Same shape, new; what leaves a picture is cut off.
    """
    chunks = [
        _sampled(part, _affine(part.shape, rng) + _elastic(part.shape, rng))
        for start in range(0, len(pictures), CHUNK)
        for part in [pictures[start : start + CHUNK]]
    ]
    return np.concatenate([pictures[:0], *chunks])


def _affine(shape: tuple[int, ...], rng: np.random.Generator) -> NDArray[np.float64]:
    """Draw where each new pixel is read from, (n, 2, pixels): (y, x) in the old picture.

    Everything is turned, slanted, scaled and shifted around the middle.
    """
    count, height, width = shape
    angle = np.deg2rad(rng.normal(0, TURN_DEGREES / 2, count))
    angle = angle.clip(*np.deg2rad([-TURN_DEGREES, TURN_DEGREES]))
    size = rng.uniform(*SIZES, count)
    lean = rng.normal(0, LEAN / 2, count).clip(-LEAN, LEAN)
    cos, sin = np.cos(angle) / size, np.sin(angle) / size
    maps = np.moveaxis(np.array([[cos, sin + lean], [-sin, cos]]), -1, 0)
    middle = np.array([[height - 1], [width - 1]]) / 2
    places = np.mgrid[:height, :width].reshape(2, -1) - middle
    shift = rng.uniform(-SHIFT_PIXELS, SHIFT_PIXELS, (count, 2, 1))
    read_from: NDArray[np.float64] = maps @ places + middle + shift
    return read_from


def _elastic(shape: tuple[int, ...], rng: np.random.Generator) -> NDArray[np.float64]:
    """Draw how far each pixel strays, (n, 2, pixels): smooth waves across the picture."""
    count, height, width = shape
    wave = np.arange(1, WAVES + 1)
    down = np.cos(np.pi * wave[:, None] * np.arange(height) / height)
    right = np.cos(np.pi * wave[:, None] * np.arange(width) / width)
    basis = (down[:, None, :, None] * right[None, :, None, :]).reshape(WAVES**2, -1)
    fade = 1 / np.hypot(wave[:, None], wave).ravel()
    heights = rng.normal(size=(count, 2, WAVES**2)) * fade
    strayed: NDArray[np.float64] = STRAY * max(height, width) * (heights @ basis)
    return strayed


def _sampled(pictures: Pictures, source: NDArray[np.float64]) -> Pictures:
    """Read each pixel from its source, between four pixels linearly."""
    count, height, width = pictures.shape
    padded = np.pad(pictures, ((0, 0), (1, 1), (1, 1)))
    source = (source + 1).clip(0, [[height + 0.999], [width + 0.999]])
    low = source.astype(np.int64)
    down, right = np.moveaxis((source - low).astype(np.float32), 1, 0)
    corner = low[:, 0] * (width + 2) + low[:, 1]
    flat = padded.reshape(count, -1)

    def pixel(offset: int) -> Pictures:
        return np.take_along_axis(flat, corner + offset, axis=1)

    above = pixel(0) * (1 - right) + pixel(1) * right
    below = pixel(width + 2) * (1 - right) + pixel(width + 3) * right
    mixed: Pictures = above * (1 - down) + below * down
    return mixed.reshape(pictures.shape)
