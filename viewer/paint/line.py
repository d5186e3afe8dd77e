"""Lines of matplotlib that are drawn whole in every frame, and so must be quick.

How it works: each line keeps all its data, to be read back; Agg is given its points in
pixels, thinned out, without the general machinery of `Line2D.draw`.
"""

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.path import Path
from matplotlib.transforms import Bbox, IdentityTransform
from numpy.typing import NDArray

from viewer.layout import Box
from viewer.paint.canvas import Canvas
from viewer.palette import Colour

Floats = NDArray[np.float64]
_SPAN = 4  # pixels across within which the lowest and the highest point stay
_IDENTITY = IdentityTransform()


class Line(Line2D):
    """A line that grows to the right."""

    def __init__(
        self,
        canvas: Canvas,
        inside: Box,
        colour: Colour,
        width: float,
        dashes: tuple[float, ...] = (),
    ) -> None:
        """Choose how the line looks.

        Args:
            canvas: The frame.
            inside: What is out of this box is cut off.
            colour: Of the line.
            width: In pixels at 720 lines.
            dashes: Lengths of a dash and of a hole, in pixels at 720 lines.
        """
        super().__init__([], [], animated=True)
        self._renderer = canvas.agg.get_renderer()
        self._height = canvas.layout.height
        self._context = context = self._renderer.new_gc()
        context.set_foreground([channel / 255 for channel in colour])
        context.set_linewidth(canvas.layout.px(width))
        context.set_capstyle("round")
        context.set_joinstyle("bevel")
        context.set_snap(False)
        if dashes:
            context.set_dashes(0, [canvas.layout.px(length) for length in dashes])
        top, bottom = self._height - inside.top, self._height - inside.bottom
        corners = inside.left, bottom, inside.right, top
        context.set_clip_rectangle(Bbox.from_extents(*corners))

    def trace(self, x: Floats, y: Floats) -> None:
        """Draw it through points in pixels, y downwards; NaN breaks it."""
        path = Path(np.stack([x, self._height - y], axis=1))
        self._renderer.draw_path(self._context, path, _IDENTITY, None)


class Thinned:
    """The points of a line that matter; those before its newest few are kept."""

    def __init__(self) -> None:
        self._kept: Floats = np.empty((2, 0))
        self._done = self._count = 0
        self._scale = 0.0, 0.0

    def of(
        self, epochs: Floats, values: Floats, left: float, scale: float
    ) -> tuple[Floats, Floats]:
        """Thin out a line that has grown since the last call, or is another one.

        Args:
            epochs: Shape (n,), not falling, at least one.
            values: Shape (n,).
            left: Column of epoch 0.
            scale: Columns to an epoch.

        Returns:
            Columns and values, shape (m,); NaN is a gap, the newest is the last.
        """
        if (left, scale) != self._scale or len(epochs) < self._count:
            self._kept, self._done = self._kept[:, :0], 0
        self._scale, self._count = (left, scale), len(epochs)
        columns = left + epochs[self._done :] * scale
        thin, last = sparse(columns, values[self._done :])
        newest = [[columns[-1]], [values[-1] if np.isfinite(values[-1]) else np.nan]]
        points = np.concatenate([self._kept, thin, newest], axis=1)
        self._kept, self._done = points[:, :-3], self._done + last
        return points[0], points[1]


def sparse(x: Floats, y: Floats) -> tuple[Floats, int]:
    """Thin points out without losing a peak or a gap.

    Args:
        x: Shape (n,), pixels, not falling, at least one.
        y: Shape (n,); what is not finite is a gap.

    Returns:
        Shape (2, 2 * m), x and y of two points for each of m groups; and the number of
        the point at which the last group begins.
    """
    finite = np.isfinite(y)
    if not finite.all():
        y = np.where(finite, y, np.nan)
    group = 2 * (x // _SPAN) + finite
    starts = np.concatenate([[0], np.flatnonzero(group[1:] != group[:-1]) + 1])
    ends = np.concatenate([starts[1:], [len(x)]]) - 1
    low, high = np.minimum.reduceat(y, starts), np.maximum.reduceat(y, starts)
    falls = y[starts] > y[ends]
    thin = np.empty((2, 2 * len(starts)))
    thin[0, ::2], thin[0, 1::2] = x[starts], x[ends]
    thin[1, ::2], thin[1, 1::2] = np.where(falls, [high, low], [low, high])
    return thin, int(starts[-1])
