"""Drawings that are no circle, square or triangle, so that a network can learn to say so.

Each kind is a function that draws one: a list of strokes, each an array of points
(k, 2) in a plane where the drawing is about 1 wide and its middle is near 0. A new kind
is one function and one line in KINDS.
"""

from collections.abc import Callable, Sequence

import numpy as np

from trainer.datasets.glyphs import GLYPHS
from trainer.datasets.strokes import (
    POINTS,
    Paths,
    circles,
    polygons,
    squares,
    tremor,
    triangles,
)

Stroke = Paths
Kind = Callable[[np.random.Generator], list[Stroke]]


def unknowns(rng: np.random.Generator, count: int) -> Paths:
    """Draw unknowns of all kinds with an unsteady hand, turned any way round.

    Returns:
        Shape (count, POINTS, 2); a drawing without ink is NaN.
    """
    shares = np.array([share for _, share in KINDS])
    chosen = rng.choice(len(KINDS), count, p=shares / shares.sum())
    paths = np.empty((count, POINTS, 2))
    for path, kind in zip(paths, chosen, strict=True):
        path[:] = along(KINDS[kind][0](rng))
    wobble = [tremor(rng, count, waves=10, size=0.02) for _ in range(2)]
    return turned(paths + np.stack(wobble, -1), rng.uniform(0, 2 * np.pi, count))


def turned(paths: Paths, angles: Paths) -> Paths:
    """Turn each path (first axis) around the origin by its angle in radians."""
    cos, sin = np.cos(angles)[:, None], np.sin(angles)[:, None]
    x, y = paths[..., 0], paths[..., 1]
    return np.stack([cos * x - sin * y, sin * x + cos * y], -1)


def along(strokes: Sequence[Stroke]) -> Paths:
    """Spread POINTS evenly over the strokes, (POINTS, 2); NaN for no strokes."""
    if not strokes:
        return np.full((POINTS, 2), np.nan)
    ways = [_way(stroke) for stroke in strokes]
    lengths = np.array([way[-1] for way in ways]) + 0.02  # a dot has a length, too
    marks = np.rint(POINTS * lengths.cumsum() / lengths.sum()).astype(int)
    counts = np.diff(marks, prepend=0)
    parts = [
        _spread(stroke, way, count)
        for stroke, way, count in zip(strokes, ways, counts, strict=True)
    ]
    return np.concatenate(parts)


def _way(stroke: Stroke) -> Paths:
    """Give the length of pen travel up to each point of a stroke, (k,)."""
    legs = np.hypot(*np.diff(stroke, axis=0).T)
    return np.concatenate([[0.0], legs.cumsum()])


def _spread(stroke: Stroke, way: Paths, count: int) -> Paths:
    at = np.linspace(0, way[-1], count)
    return np.stack([np.interp(at, way, stroke[:, axis]) for axis in (0, 1)], -1)


def curve(corners: Stroke) -> Stroke:
    """Lay a smooth curve through points.

    Source:
        Catmull and Rom, A class of local interpolating splines, 1974.
    """
    ends = np.concatenate([corners[:1], corners, corners[-1:]])
    u = np.linspace(0, len(corners) - 1, 24 * len(corners))
    i = np.minimum(u.astype(int), len(corners) - 2)
    t = (u - i)[:, None]
    p, q, r, s = (ends[i + k] for k in range(4))
    cubic = 3 * (q - r) + s - p
    smooth: Stroke = q + t / 2 * (r - p + t * (2 * p - 5 * q + 4 * r - s + t * cubic))
    return smooth


def scribble(rng: np.random.Generator) -> list[Stroke]:
    """Let the pen wander in curves."""
    return [curve(rng.uniform(-0.55, 0.55, (rng.integers(5, 14), 2)))]


def zigzag(rng: np.random.Generator) -> list[Stroke]:
    """Let the pen jump from corner to corner."""
    corners = rng.integers(4, 11)
    path = rng.uniform(-0.55, 0.55, (corners, 2))
    if rng.random() < 0.4:  # one that goes on in one direction
        path[:, 0] = np.linspace(-0.55, 0.55, corners) + rng.normal(0, 0.04, corners)
        path[:, 1] = np.where(np.arange(corners) % 2, 0.3, -0.3)
        path[:, 1] += rng.normal(0, 0.08, corners)
    return [path]


def star(rng: np.random.Generator) -> list[Stroke]:
    """Draw a star in one go across its middle, or around its outline."""
    tips = int(rng.choice([5, 5, 5, 6, 7]))
    if rng.random() < 0.6 and tips != 6:
        turn = 2 * (2 * np.pi / tips) * np.arange(tips + 1)
        radius = np.full(tips + 1, 0.5)
    else:
        turn = np.pi / tips * np.arange(2 * tips + 1)
        radius = np.where(np.arange(2 * tips + 1) % 2, rng.uniform(0.18, 0.3), 0.5)
    path = radius[:, None] * np.stack([np.cos(turn), np.sin(turn)], -1)
    return [path + rng.normal(0, 0.03, path.shape)]


def lines(rng: np.random.Generator) -> list[Stroke]:
    """Draw one to six lines, side by side or any way."""
    count = int(rng.integers(1, 7))
    slant = 0.08 if rng.random() < 0.7 else 1.0
    gap = rng.uniform(0.6, 1.1) / max(count - 1, 1)
    strokes = []
    for i in range(count):
        reach = rng.uniform(0.3, 0.65)
        middle = np.array([0.0, (i - (count - 1) / 2) * gap + rng.normal(0, 0.04)])
        angle = rng.normal(0, slant)
        tip = reach * np.array([np.cos(angle), np.sin(angle)])
        bend = np.array([0.0, rng.normal(0, 0.03)])
        strokes.append(curve(np.stack([middle - tip, middle + bend, middle + tip])))
    return strokes


def arc(rng: np.random.Generator) -> list[Stroke]:
    """Draw a circle or oval that stays wide open."""
    angle = 2 * np.pi * rng.uniform(0.25, 0.72) * np.linspace(0, 1, 60)
    angle += rng.uniform(0, 2 * np.pi)
    flat = rng.uniform(0.5, 1)
    return [0.5 * np.stack([np.cos(angle), flat * np.sin(angle)], -1)]


def spiral(rng: np.random.Generator) -> list[Stroke]:
    """Draw a spiral of two to four turns."""
    angle = 2 * np.pi * rng.uniform(1.6, 4) * np.linspace(0, 1, 160)
    radius = np.linspace(0.05, 0.5, 160)[:, None]
    return [radius * np.stack([np.cos(angle), np.sin(angle)], -1)]


def glyph(rng: np.random.Generator) -> list[Stroke]:
    """Write a letter, a digit or a sign."""
    strokes = []
    for path in GLYPHS[rng.integers(len(GLYPHS))]:
        corners = np.array(path) - 0.5
        corners = corners + rng.normal(0, 0.04, corners.shape)
        strokes.append(curve(corners) if rng.random() < 0.3 else corners)
    return strokes


def nothing(rng: np.random.Generator) -> list[Stroke]:
    """Leave the paper blank."""
    return []


def dots(rng: np.random.Generator) -> list[Stroke]:
    """Dab the pen a few times."""
    return [
        at + rng.normal(0, 0.01, (2, 2))
        for at in rng.uniform(-0.5, 0.5, (rng.integers(1, 12), 2))
    ]


def specks(rng: np.random.Generator) -> list[Stroke]:
    """Cover the paper with specks, as a bad scan does."""
    return [at[None] for at in rng.uniform(-0.6, 0.6, (rng.integers(25, POINTS), 2))]


def polygon(rng: np.random.Generator) -> list[Stroke]:
    """Draw an outline with five to eight corners, some of them pushed in."""
    corners = int(rng.integers(5, 9))
    angle = 2 * np.pi * (np.arange(corners) + rng.normal(0, 0.12, corners)) / corners
    radius = 0.5 * np.where(rng.random(corners) < 0.4, 0.5, 1)
    radius = (radius * (1 + rng.normal(0, 0.12, corners)))[:, None]
    outline = radius * np.stack([np.cos(angle), np.sin(angle)], -1)
    return [polygons(rng, outline[None], round_share=0)[0]]


def broken(rng: np.random.Generator) -> list[Stroke]:
    """Draw a known shape and leave a large part out."""
    shape = np.roll(_known(rng), rng.integers(POINTS), axis=0)
    return [shape[: int(POINTS * rng.uniform(0.3, 0.6))]]


def crossed_out(rng: np.random.Generator) -> list[Stroke]:
    """Draw a known shape and strike it through."""
    angle = rng.uniform(0, 2 * np.pi) + np.array([0, np.pi]) + rng.normal(0, 0.3, 2)
    reach = rng.uniform(0.5, 0.8, 2)[:, None]
    return [_known(rng), reach * np.stack([np.cos(angle), np.sin(angle)], -1)]


def pair(rng: np.random.Generator) -> list[Stroke]:
    """Draw two small known shapes beside each other."""
    return [
        _known(rng) * rng.uniform(0.4, 0.55) + np.array([side, 0])
        for side in (-0.28, 0.28)
    ]


def _known(rng: np.random.Generator) -> Stroke:
    draw = (circles, squares, triangles)[rng.integers(3)]
    shape: Stroke = draw(rng, 1)[0]
    return shape


# Each kind and how often it is drawn, in relation to the others.
KINDS: tuple[tuple[Kind, float], ...] = (
    (scribble, 3),
    (zigzag, 3),
    (star, 4),
    (lines, 3),
    (arc, 2),
    (spiral, 2),
    (glyph, 3),
    (nothing, 1),
    (dots, 1),
    (specks, 1),
    (polygon, 1),
    (broken, 2),
    (crossed_out, 1),
    (pair, 2),
)
