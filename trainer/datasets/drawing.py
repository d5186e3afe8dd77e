"""Hand-drawn circles, squares, triangles and unknown things, made up from a seed."""

import numpy as np
from numpy.typing import NDArray

from trainer.datasets.centring import centre_by_mass
from trainer.datasets.dataset import Dataset, Labels, Pictures, flat
from trainer.datasets.preparation import INK, Preparation
from trainer.datasets.rasterize import rasterize
from trainer.datasets.strokes import (
    POINTS,
    Paths,
    circles,
    squares,
    tremor,
    triangles,
)
from trainer.datasets.unknown import turned, unknowns

CLASSES = ("circle", "square", "triangle", "unknown")
UNKNOWN = CLASSES.index("unknown")
SIDE = 50

# How often each class is drawn.
SHARES = (0.27, 0.27, 0.27, 0.19)

# The longer side of a drawing, and the radius of the pen, in pixels.
SIZES = (22.0, 48.0)
UNKNOWN_SIZES = (20.0, 54.0)
PEN_RADII = (0.8, 2.1)

# Drawings made at once: their canvas then fits a processor's cache.
CHUNK = 128


def shapes(count: int = 8000, held_out: int = 1000, seed: int = 0) -> Dataset:
    """Draw a data set.

    Args:
        count: Drawings to learn from.
        held_out: Drawings kept for measuring.
        seed: Decides both; either part is the same whatever the size of the other.

    Returns:
        Pictures of 50 x 50, centred by mass.
    """
    learned, kept = np.random.default_rng(seed).spawn(2)
    pictures, labels = generate(count, learned)
    held_out_pictures, held_out_labels = generate(held_out, kept)
    return Dataset(
        name="hand-drawn shapes",
        x=flat(centre_by_mass(pictures)),
        y=labels,
        classes=CLASSES,
        input_shape=(SIDE, SIDE),
        held_out_x=flat(centre_by_mass(held_out_pictures)),
        held_out_y=held_out_labels,
        preparation=Preparation(INK, (SIDE, SIDE)),
        unknown=UNKNOWN,
        views=turns_and_shifts(SIDE, 1),
    )


def generate(count: int, rng: np.random.Generator) -> tuple[Pictures, Labels]:
    """Draw pictures, each somewhere on its paper.

    Returns:
        Ink from 0 to 1, shape (count, 50, 50), float32; indices into CLASSES, (count,).
    """
    labels = rng.choice(len(CLASSES), count, p=SHARES)
    chunks = [labels[start : start + CHUNK] for start in range(0, count, CHUNK)]
    pictures = [draw(chunk, rng) for chunk in chunks]
    return np.concatenate([np.zeros((0, SIDE, SIDE), np.float32), *pictures]), labels


def turns_and_shifts(side: int, shift: int) -> NDArray[np.int64]:
    """List the ways to look at a square picture that change no shape's class.

    Args:
        side: Height and width in pixels.
        shift: Moves it by up to so many pixels; what leaves one edge enters another.

    Returns:
        Orders of the pixels, shape (8 * (2 * shift + 1) ** 2, side * side): the picture
        and its mirror image in four quarter turns, each in all places.
    """
    pixels = np.arange(side * side).reshape(side, side)
    ways = [np.rot90(way, k) for way in (pixels, pixels.T) for k in range(4)]
    steps = range(-shift, shift + 1)
    return np.array(
        [
            np.roll(way, (down, right), (0, 1)).ravel()
            for way in ways
            for down in steps
            for right in steps
        ]
    )


def draw(labels: Labels, rng: np.random.Generator) -> Pictures:
    """Draw a picture for each label, at once: give it some hundred at most.

    Args:
        labels: Indices into CLASSES, shape (n,).
        rng: Decides.

    Returns:
        Ink from 0 to 1, shape (n, 50, 50), float32.
    """
    count = len(labels)
    paths = np.empty((count, POINTS, 2))
    for label, shape in enumerate((circles, squares, triangles, unknowns)):
        mine = np.flatnonzero(labels == label)
        paths[mine] = shape(rng, len(mine))
    paths = _placed(_tilted(paths, rng), labels == UNKNOWN, rng)
    radii = rng.uniform(*PEN_RADII, (count, 1))
    radii = radii * (1 + tremor(rng, count, waves=9, size=0.09).clip(-0.4, 0.4))
    pictures = rasterize(paths, radii, (SIDE, SIDE))
    sharp = rng.random(count) < 0.5  # half look as a paint program leaves them
    pictures[sharp] = pictures[sharp] > 0.5
    return pictures


def _tilted(paths: Paths, rng: np.random.Generator) -> Paths:
    """Tilt each drawing a little, turn half of them by quarters, squeeze all a little."""
    count = len(paths)
    quarters = np.where(rng.random(count) < 0.5, rng.integers(0, 4, count), 0)
    angles = np.deg2rad(rng.normal(0, 12, count)) + np.pi / 2 * quarters
    squeeze = np.exp(rng.normal(0, 0.08, (count, 1, 1)))
    tilted: Paths = turned(paths, angles) * np.concatenate([squeeze, 1 / squeeze], -1)
    return tilted


def _placed(
    paths: Paths, is_unknown: NDArray[np.bool_], rng: np.random.Generator
) -> Paths:
    """Scale each drawing to a size in pixels and put it somewhere on the paper."""
    count = len(paths)
    blank = np.isnan(paths)
    low = np.where(blank, np.inf, paths).min(1, keepdims=True)
    high = np.where(blank, -np.inf, paths).max(1, keepdims=True)
    extent = np.where(np.isfinite(low), high - low, 1.0)
    middle = np.where(np.isfinite(low), low + extent / 2, 0.0)
    # What is small among unknown things, such as a dot, stays small.
    least = np.where(is_unknown, 0.6, 0.2)[:, None, None]
    size = rng.uniform(*SIZES, (count, 1, 1))
    size_unknown = np.maximum(size, rng.uniform(*UNKNOWN_SIZES, (count, 1, 1)))
    size = np.where(is_unknown[:, None, None], size_unknown, size)
    scale = size / np.maximum(extent.max(2, keepdims=True), least)
    room = np.maximum(0, (SIDE - 2 - extent * scale) / 2)
    aside = rng.normal(0, 0.35, (count, 1, 2)).clip(-1, 1) * room
    placed: Paths = (paths - middle) * scale + (SIDE - 1) / 2 + aside
    return placed
