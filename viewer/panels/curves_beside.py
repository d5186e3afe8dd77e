"""The same measure of the runs that are shown beside this one, as fainter lines."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from viewer.layout import Box
from viewer.paint.canvas import Canvas
from viewer.paint.line import Line
from viewer.palette import Colour
from viewer.panels.points import Points, points_of
from viewer.scene import Beside

Floats = NDArray[np.float64]
_STRENGTH = 0.42  # of the colour of this run's own line


class CurvesBeside:
    """A line for each other run.

    Attributes:
        values: Of each of these runs, what its line and that of its held-out examples
            go through, so that all of it fits between the same ends of the axis.
    """

    def __init__(
        self, canvas: Canvas, around: Box, metrics: tuple[str, str], colour: Colour
    ) -> None:
        """Begin without other runs.

        Args:
            canvas: The frame.
            around: What is out of this box is cut off.
            metrics: Names of the measure, and of the same for held-out examples.
            colour: Of this run's own line.
        """
        self._canvas, self._around, self._metrics = canvas, around, metrics
        behind = canvas.theme.background
        red, green, blue = (
            round(own * _STRENGTH + paper * (1 - _STRENGTH))
            for own, paper in zip(colour, behind, strict=True)
        )
        self._colour = red, green, blue
        self._lines: list[tuple[Line, Points, Points]] = []
        self._told: list[tuple[Line, Points]] = []
        self.values: list[Floats] = []

    def take(self, beside: tuple[Beside, ...], left: float, scale: float) -> list[Line]:
        """Take what is shown of the other runs.

        Args:
            beside: The other runs.
            left: Column of epoch 0.
            scale: Columns to an epoch.

        Returns:
            Lines that are new.
        """
        before = len(self._lines)
        for _ in beside[before:]:
            line = Line(self._canvas, self._around, self._colour, 1.7)
            self._lines.append((line, points_of(self._metrics[0]), Points()))
        self._told, self.values = [], []
        for each, (line, points, other) in zip(beside, self._lines, strict=False):
            epochs, own = each.metric(self._metrics[0])
            if not len(epochs):
                continue
            points.take(epochs, own, left, scale)
            self._told.append((line, points))
            self.values.append(points.y)
            line.set_data(points.epochs, points.values)
            epochs, held_out = each.metric(self._metrics[1])
            if np.isfinite(held_out).any():
                other.take(epochs, held_out, left, scale)
                self.values[-1] = np.concatenate([points.y, other.y])
        return [line for line, _, _ in self._lines[before:]]

    def trace(self, rows: Callable[[Floats], Floats]) -> None:
        """Draw the lines; `rows` finds the rows of values."""
        for line, points in self._told:
            line.trace(points.x, rows(points.y))
