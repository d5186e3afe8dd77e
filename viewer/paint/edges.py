"""The edges between two layers, as light or ink added up pixel by pixel.

How it works: every edge crosses each column of its gap once, at a height that is a
closed formula, a quintic S-curve. So an edge is a thickness at one height a column,
and all edges are added with a few `bincount` calls, one for each row they touch
around that height. The geometry stays; only weights change.
"""

import numpy as np
from numpy.typing import NDArray

from viewer.easing import ease

Floats = NDArray[np.float32]
_MOST_TAPS = 12  # rows on each side of an edge's middle that it may cover


class EdgeBundle:
    """All edges of one gap between two layers.

    Attributes:
        left: First column that the edges cross.
        columns: How many columns they cross.
    """

    def __init__(
        self,
        span: tuple[float, float],
        starts: NDArray[np.floating],
        ends: NDArray[np.floating],
        rows: int,
    ) -> None:
        """Lay out a curve for each pair of units.

        Args:
            span: Columns where the edges begin and end.
            starts: Shape (fan_in,), rows where they begin.
            ends: Shape (fan_out,), rows where they end.
            rows: Height of the picture.
        """
        self.left = int(np.ceil(span[0]))
        self.columns = max(int(np.floor(span[1])) - self.left + 1, 1)
        self.rows = rows
        t = (np.arange(self.columns) + self.left - span[0]) / max(span[1] - span[0], 1)
        t = np.clip(t, 0, 1)
        rise = (ends[None, :] - starts[:, None]).reshape(-1, 1)  # (edges, 1)
        start = np.repeat(starts, len(ends))[:, None]
        self._middle = (start + rise * ease(t)).astype(np.float32)  # (edges, columns)
        slope = rise * (30 * t * t * (t - 1) ** 2) / max(span[1] - span[0], 1)
        self._stretch = np.sqrt(1 + slope * slope).astype(np.float32)

    def density(self, edges: NDArray[np.intp], width: Floats, light: Floats) -> Floats:
        """Add up edges.

        Args:
            edges: Indices into the (fan_in * fan_out) pairs, n of them.
            width: Shape (n,), pixels.
            light: Shape (n, kinds): one picture is made for each kind.

        Returns:
            Shape (kinds, rows, columns): light of all edges together at each pixel.
        """
        kinds, pad = light.shape[1], _MOST_TAPS + 1
        size = (self.rows + 2 * pad) * self.columns
        total = np.zeros((kinds, size))
        if len(edges):
            middle = self._middle[edges]
            thick = np.maximum(width[:, None] * self._stretch[edges], 0.35)
            row = np.floor(middle)
            offset = middle - row
            at = (row.astype(np.int32) + pad) * self.columns
            at += np.arange(self.columns, dtype=np.int32)
            reach, most = (thick + 1) / 2, np.minimum(thick, 1)
            taps = min(int(np.ceil(thick.max() / 2)) + 1, _MOST_TAPS)
            for tap in range(-taps, taps + 1):
                covered = np.minimum(reach - np.abs(tap - offset), most)
                edge, column = np.nonzero(covered > 0)
                if not len(edge):
                    continue
                share = covered[edge, column]
                pixel = at[edge, column] + tap * self.columns
                for kind in range(kinds):
                    total[kind] += np.bincount(
                        pixel, share * light[edge, kind], minlength=size
                    )
        image = total.reshape(kinds, -1, self.columns)[:, pad : pad + self.rows]
        return image.astype(np.float32)
