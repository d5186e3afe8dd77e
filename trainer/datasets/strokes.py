"""Circles, squares and triangles as a hand draws them: wobbly paths of a pen.

A path is POINTS points along the way of the pen, in a plane where the shape is about 1
wide and its middle is near 0. Everything is drawn for many shapes at once; the first
axis of every array counts them.
"""

import numpy as np
from numpy.typing import NDArray

Paths = NDArray[np.float64]

POINTS = 256

# How far a hand strays from a round circle, per wave around it: an oval first (2 waves),
# a rounded triangle next (3), finer dents after that. Share of the radius.
DENTS = {2: 0.050, 3: 0.050, 4: 0.027, 5: 0.016, 6: 0.011, 7: 0.007}

# How often the pen of a polygon overshoots a corner, and how often it rounds corners.
OVERSHOOT_SHARE = 0.35
ROUND_SHARE = 0.35


def circles(rng: np.random.Generator, count: int) -> Paths:
    """Draw circles that are oval, dented and do not quite close, (count, POINTS, 2)."""
    way = np.linspace(0, 1, POINTS)
    turns = 1 + _normal(rng, count, mean=0.02, spread=0.05).clip(-0.1, 0.25)
    angle = rng.uniform(0, 2 * np.pi, (count, 1)) + 2 * np.pi * turns * way
    radius = np.ones((count, POINTS))
    for waves, depth in DENTS.items():
        phase = rng.uniform(0, 2 * np.pi, (count, 1))
        radius += _normal(rng, count, spread=depth) * np.cos(waves * angle + phase)
    radius *= 1 + _normal(rng, count, spread=0.05) * (way - 0.5)  # a spiral, slightly
    radius += tremor(rng, count, waves=12, size=0.006)
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], -1) / 2


def squares(rng: np.random.Generator, count: int) -> Paths:
    """Draw squares that are a little long, leaning and crooked, (count, POINTS, 2)."""
    corners = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]])
    stretch = np.exp(_normal(rng, count, spread=0.05))
    x = corners[:, 0] * stretch
    y = corners[:, 1] / stretch
    x = x + _normal(rng, count, spread=0.09) * y
    crooked = rng.normal(0, 0.04, (count, 4, 2))
    return polygons(rng, np.stack([x, y], -1) + crooked)


def triangles(rng: np.random.Generator, count: int) -> Paths:
    """Draw triangles of many proportions, some right-angled, (count, POINTS, 2)."""
    height = np.exp(_normal(rng, count, mean=0.05, spread=0.18))
    apex = _normal(rng, count, spread=0.16)
    right_angled = rng.choice([-0.5, 0.5], (count, 1))
    right_angled = right_angled + _normal(rng, count, spread=0.06)
    apex = np.where(rng.random((count, 1)) < 0.22, right_angled, apex)
    half = np.full((count, 1), 0.5)
    x = np.concatenate([apex, half, -half], 1)
    y = np.concatenate([-height / 2, height / 2, height / 2], 1)
    corners = np.stack([x, y], -1) / np.maximum(1, height)[..., None]
    return polygons(rng, corners + rng.normal(0, 0.032, (count, 3, 2)))


def polygons(
    rng: np.random.Generator, corners: Paths, round_share: float = ROUND_SHARE
) -> Paths:
    """Draw closed shapes side by side.

    Sides bow and tremble, some run past their corner, the last one misses the first
    corner, and a share of the shapes has round corners.

    Args:
        rng: Decides all of that.
        corners: Shape (count, corners, 2).
        round_share: Share of the shapes whose corners are rounded.

    Returns:
        Shape (count, POINTS, 2).
    """
    count, sides, _ = corners.shape
    lengths = [len(part) for part in np.array_split(np.arange(POINTS), sides)]
    side = np.repeat(np.arange(sides), lengths)
    along = np.concatenate([np.linspace(0, 1, length) for length in lengths])
    ends = np.roll(corners, -1, axis=1)
    ends[:, -1] += rng.normal(0, 0.027, (count, 2))
    before, after = (
        np.where(
            rng.random((count, sides)) < OVERSHOOT_SHARE,
            np.abs(rng.normal(0, spread, (count, sides))),
            0,
        )[:, side]
        for spread in (0.05, 0.06)
    )
    u = along * (1 + before + after) - before  # (count, POINTS)
    bow = 4 * u * (1 - u) * rng.normal(0, 0.032, (count, sides))[:, side]
    bow += tremor(rng, count, waves=15, size=0.012)
    direction = (ends - corners)[:, side]  # (count, POINTS, 2)
    across = np.stack([-direction[..., 1], direction[..., 0]], -1)
    paths: Paths = corners[:, side] + direction * u[..., None] + across * bow[..., None]
    rounded = np.flatnonzero(rng.random(count) < round_share)
    paths[rounded] = _smoothed(paths[rounded], rng.integers(3, 14, len(rounded)))
    return paths


def tremor(rng: np.random.Generator, count: int, *, waves: int, size: float) -> Paths:
    """Give smooth noise along the way, (count, POINTS): slow waves large, fast small."""
    wave = np.arange(1, waves + 1)
    phase = rng.uniform(0, 2 * np.pi, (count, waves))
    height = size * rng.normal(size=(count, waves)) / wave
    turn = np.pi * wave[:, None] * np.linspace(0, 1, POINTS)  # (waves, POINTS)
    # cos(turn + phase), taken apart so that it is two small matrix products.
    return (height * np.cos(phase)) @ np.cos(turn) - (height * np.sin(phase)) @ np.sin(
        turn
    )


def _normal(
    rng: np.random.Generator, count: int, *, mean: float = 0.0, spread: float
) -> Paths:
    """Draw one number for each shape, (count, 1), so that it spreads along the way."""
    return rng.normal(mean, spread, (count, 1))


def _smoothed(paths: Paths, reach: NDArray[np.int64]) -> Paths:
    """Average each path over `reach` points to either side, fewer at its ends."""
    sums = np.concatenate([np.zeros_like(paths[:, :1]), paths.cumsum(1)], 1)
    here = np.arange(POINTS)
    low = np.maximum(here - reach[:, None], 0)
    high = np.minimum(here + reach[:, None] + 1, POINTS)
    row = np.arange(len(paths))[:, None]
    means: Paths = (sums[row, high] - sums[row, low]) / (high - low)[..., None]
    return means
