"""Which line of a curve is which: solid for training, dashed for held out."""

import numpy as np

from viewer.layout import Box
from viewer.paint.canvas import Canvas
from viewer.paint.text import width
from viewer.scene import Scene

_SAMPLE, _GAP = 15, 6  # pixels at 720 lines: a piece of the line, and space after it


class CurveKey:
    """A piece of each line and its name, in a row of its own."""

    def __init__(
        self, canvas: Canvas, box: Box, row: float, held_out: tuple[str, ...]
    ) -> None:
        """Reserve the row.

        Args:
            canvas: The frame.
            box: Axes that are as long.
            row: Its middle.
            held_out: Metrics of the dashed lines.
        """
        px, style = canvas.layout.px, canvas.style(9)
        self._canvas, self._held_out = canvas, held_out
        self._y = round(row)
        self._shown = False
        second = box.left + px(_SAMPLE + _GAP) + width("training", style) + px(14)
        self._starts = round(box.left), round(second)
        self._fits = self._end("held-out", second) <= box.right + px(30)
        self._labels = [
            canvas.label(start + px(_SAMPLE + _GAP), self._y, style)
            for start in self._starts
        ]

    def _is_measured(self, scene: Scene) -> bool:
        held_out = (scene.metric(name)[1] for name in self._held_out)
        return any(bool(np.isfinite(values).any()) for values in held_out)

    def hide(self) -> None:
        """Leave nothing of it."""
        self._shown = False
        for label in self._labels:
            label.show("", self._canvas.theme.faint)
        thick = max(round(self._canvas.layout.px(1.4)), 1)
        rows = slice(self._y - thick // 2, self._y - thick // 2 + thick)
        left, right = self._starts
        right += 2 * round(self._canvas.layout.px(_SAMPLE))
        self._canvas.pixels[rows, left:right, :3] = self._canvas.theme.background

    def _end(self, name: str, start: float) -> float:
        sample = self._canvas.layout.px(_SAMPLE + _GAP)
        return start + sample + width(name, self._canvas.style(9))

    def paint(self, scene: Scene) -> None:
        """Explain the lines once there are two of them."""
        if self._shown or not self._fits or not self._is_measured(scene):
            return
        self._shown = True
        canvas, theme, px = self._canvas, self._canvas.theme, self._canvas.layout.px
        thick = max(round(px(1.4)), 1)
        length, dash = round(px(_SAMPLE)), max(round(px(4)), 2)
        solid, dashed = self._starts
        gap = max(dash // 2, 1)
        pieces = [(solid, length)]
        for at in range(0, length, dash + gap):
            pieces.append((dashed + at, min(dash, length - at)))
        for start, long in pieces:
            rows = slice(self._y - thick // 2, self._y - thick // 2 + thick)
            canvas.pixels[rows, start : start + long, :3] = theme.dim
        for label, name in zip(self._labels, ("training", "held-out"), strict=True):
            label.show(name, theme.faint)
