"""Pictures of the edges of each gap, made when they are first needed and kept.

A gap has a picture of its idle edges for a snapshot, one that is lit by the signal
(|weight * activation|) and one lit by the update (|change of weight|).
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from protocol.messages import Snapshot
from viewer.detail import STRONGEST_EDGES, Detail
from viewer.geometry import NetworkGeometry
from viewer.paint.canvas import Canvas
from viewer.paint.edges import EdgeBundle
from viewer.paint.light import Image, shine

Floats = NDArray[np.float32]
_KEPT = 3  # pictures of one kind and gap: the last snapshot, this one, the following
_CLEAR = 300  # so many edges can be told apart; more of them shine less each
_FAINTEST = 0.03  # edges below this share of the strong ones are not drawn


class EdgePictures:
    """The pictures of all gaps.

    Attributes:
        bundles: The geometry of each gap.
    """

    def __init__(
        self, canvas: Canvas, detail: Detail, geometry: NetworkGeometry
    ) -> None:
        self._theme = canvas.theme
        self._scale = canvas.layout.scale
        self._detail = detail
        self._kept: dict[tuple[str, int], dict[tuple[int, int], Image]] = {}
        self.bundles = [
            EdgeBundle(
                geometry.span(gap),
                geometry.unit_rows[gap] - geometry.top,
                geometry.unit_rows[gap + 1] - geometry.top,
                geometry.rows,
            )
            for gap in range(len(detail.layers) - 1)
        ]

    def idle(self, gap: int, snapshot: Snapshot) -> Image:
        """Edges at rest, shape (rows, columns, 4), uint8, RGBA."""
        return self._kept_or(
            ("idle", gap),
            (snapshot.seq, 0),
            lambda: (self._detail.weights_of(snapshot, gap), None),
        )

    def signal(self, gap: int, snapshot: Snapshot, saturation: Floats) -> Image:
        """Edges lit by |weight * activation| of the snapshot's example."""

        def drive() -> tuple[Floats, Floats]:
            weights = self._detail.weights_of(snapshot, gap)
            return weights, np.abs(weights) * saturation[:, None]

        return self._kept_or(("signal", gap), (snapshot.seq, 0), drive)

    def update(self, gap: int, snapshot: Snapshot, following: Snapshot) -> Image:
        """Edges of the following snapshot lit by how much each weight changed."""

        def drive() -> tuple[Floats, Floats]:
            weights = self._detail.weights_of(following, gap)
            return weights, np.abs(weights - self._detail.weights_of(snapshot, gap))

        return self._kept_or(("update", gap), (snapshot.seq, following.seq), drive)

    def _kept_or(
        self,
        place: tuple[str, int],
        key: tuple[int, int],
        content: Callable[[], tuple[Floats, Floats | None]],
    ) -> Image:
        """Give the picture kept for `key`, or draw the weights and their drive."""
        kept = self._kept.setdefault(place, {})
        if key not in kept:
            while len(kept) >= _KEPT:
                del kept[next(iter(kept))]
            weights, drive = content()
            kept[key] = self._draw(self.bundles[place[1]], weights.ravel(), drive)
        return kept[key]

    def _draw(self, bundle: EdgeBundle, weights: Floats, drive: Floats | None) -> Image:
        """Draw the strongest edges.

        Width 0.55 + 2.9 s^1.3 pixels and light 0.10 + 0.55 s^1.4 for s = |weight| as
        a share of the 98th percentile, so that one outlier does not dim the rest.
        """
        size = np.abs(weights)
        strength = np.clip(size / max(np.percentile(size, 98), 1e-12), 0, 1)
        edges = np.flatnonzero(strength > _FAINTEST)
        if len(edges) > STRONGEST_EDGES:
            order = np.argpartition(size[edges], -STRONGEST_EDGES)
            edges = np.sort(edges[order[-STRONGEST_EDGES:]])
        s = strength[edges]
        width = ((0.55 + 2.9 * s**1.3) * self._scale).astype(np.float32)
        light = 0.10 + 0.55 * s**1.4
        if drive is not None:
            excited = drive.ravel()[edges]
            excited = excited / max(float(np.max(excited, initial=0)), 1e-12)
            light = 0.65 * light + 0.10 + 1.7 * excited**1.1
        light *= min(1.0, _CLEAR / max(len(edges), 1)) ** 0.7
        above = weights[edges] > 0
        both = np.stack([light * above, light * ~above], axis=1).astype(np.float32)
        positive, negative = bundle.density(edges, width, both)
        bloom = round(5 * self._scale) if drive is not None else 0
        return shine(positive, negative, self._theme, bloom=bloom)
