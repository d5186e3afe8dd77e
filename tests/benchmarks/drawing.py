"""What a scene shows, as numbers that the ordinary ways give to matplotlib."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from protocol.messages import Manifest
from viewer.detail import Detail
from viewer.scene import Scene

Floats = NDArray[np.floating]
POINTS = 20
SIGNS = np.array([[1.0, 0.54, 0.24], [0.3, 0.76, 1.0]])  # below zero, above


@dataclass(frozen=True, eq=False)
class Look:
    """What of a scene changes, as numbers.

    Attributes:
        colours: Shape (edges, 4).
        widths: Shape (edges,), points.
        saturation: Shape (units,).
        outputs: Shape (classes,).
        counters: Such as "epoch 25/500".
    """

    colours: Floats
    widths: Floats
    saturation: Floats
    outputs: Floats
    counters: str


class Network:
    """Where units and edges are, and how they look in a scene."""

    def __init__(self, manifest: Manifest) -> None:
        self.manifest, self._detail = manifest, Detail(manifest)
        self.captions = [f"{x.spec.name}\n{x.caption}" for x in self._detail.layers]
        self.x = np.linspace(0, 1, len(self._detail.layers))
        rows = [rows_of(self._size(k)) for k in range(len(self.x))]
        columns = zip(self.x, rows, strict=True)
        self.units = np.concatenate(
            [np.stack([np.full(len(y), x), y], axis=1) for x, y in columns]
        )
        pairs = [len(before) * len(after) for before, after in pairwise(rows)]
        self._gap = np.repeat(np.arange(len(pairs)), pairs)
        self.layer = np.repeat(np.arange(len(rows)), [len(y) for y in rows])
        self.segments = np.concatenate(
            [_curves(self.x[k : k + 2], *rows[k : k + 2]) for k in range(len(rows) - 1)]
        )

    def _size(self, layer: int) -> int:
        drawn = self._detail.layers[layer]
        return drawn.units if drawn.pool is not None else drawn.spec.units

    def look(self, scene: Scene) -> Look:
        """Work out the colours of a scene."""
        gaps = range(len(self.x) - 1)
        weights = [self._detail.weights_of(scene.snapshot, gap).ravel() for gap in gaps]
        strength = np.concatenate(
            [np.minimum(np.abs(w) / np.percentile(np.abs(w), 98), 1) for w in weights]
        )
        sign = (np.concatenate(weights) > 0).astype(int)
        wave = _wave(scene) * (len(self.x) - 1)
        lit = np.exp(-((self._gap + 0.5 - wave) ** 2) / 0.5)
        alpha = np.clip((0.1 + 0.55 * strength**1.4) * (0.5 + lit), 0, 1)
        saturation = np.concatenate([self._saturation(scene, k) for k in gaps])
        outputs = scene.snapshot.arrays["activation", len(self.x) - 1]
        near = np.exp(-((self.layer - wave) ** 2) / 0.2)
        every = np.concatenate([saturation, outputs])
        return Look(
            np.column_stack([SIGNS[sign], alpha]),
            0.4 + 2.0 * strength**1.3,
            np.clip(every * (0.8 + 0.2 * near), 0, 1),
            np.asarray(outputs),
            f"epoch {scene.epoch}/{scene.manifest.epochs}   "
            f"step {scene.snapshot.step}   snapshot {scene.snapshot.seq}",
        )

    def _saturation(self, scene: Scene, layer: int) -> Floats:
        drawn = self._detail.layers[layer]
        size = drawn.show(scene.snapshot.arrays["activation", layer])
        return np.asarray(size / max(float(size.max()), 1e-12))


def _wave(scene: Scene) -> float:
    """Where the signal is: forth until the loss, then back."""
    fraction = scene.cue.fraction
    return min(fraction / 0.46, 1 - (fraction - 0.54) / 0.4, 1.0)


def rows_of(count: int) -> Floats:
    return np.linspace(1, 0, count) if count > 1 else np.array([0.5])


def _curves(x: Floats, starts: Floats, ends: Floats) -> Floats:
    """S-curves between all pairs, shape (edges, POINTS, 2)."""
    t = np.linspace(0, 1, POINTS)
    bend = 6 * t**5 - 15 * t**4 + 10 * t**3
    rise = (ends[None, :] - starts[:, None])[..., None]
    y = (starts[:, None, None] + rise * bend).reshape(-1, POINTS)
    return np.stack([np.broadcast_to(x[0] + (x[1] - x[0]) * t, y.shape), y], axis=2)
