"""What the colours mean."""

import numpy as np

from protocol.messages import Manifest
from viewer.layout import Box
from viewer.paint.canvas import Canvas
from viewer.paint.text import longest_that_fits, width
from viewer.scene import Scene


def wants(manifest: Manifest) -> bool:
    """Explain the colours of a drawn network."""
    return any(spec.kind == "weights" for spec in manifest.arrays)


class LegendPanel:
    """A wedge for weights and a ramp for saturation."""

    def __init__(self, canvas: Canvas, manifest: Manifest) -> None:
        self._canvas = canvas

    def prepare(self) -> None:
        """Paint all of it; nothing moves."""
        canvas, layout, theme = self._canvas, self._canvas.layout, self._canvas.theme
        left, right = layout.legend
        inset = round(layout.px(15))
        self._say(left, 0.892, "weight", "of an edge")
        self._say(left, 0.950, "saturation", "of a unit in its layer")
        ends = (0.922, "−", "+", theme.negative, theme.positive)
        ramp = (0.978, "0", "1", theme.dim, theme.dim)
        for y, low, high, low_colour, high_colour in (ends, ramp):
            style = canvas.style(10, bold=y == ends[0])
            canvas.label(left, layout.y(y), style).show(low, low_colour)
            label = canvas.label(right, layout.y(y), style, align="right")
            label.show(high, high_colour)
        self._wedge(Box(left + inset, 0, right - inset, 0), layout.y(0.922))
        self._ramp(left + inset, right - inset, layout.y(0.978))

    def paint(self, scene: Scene) -> None:
        """Nothing changes."""

    def _say(self, x: int, y: float, name: str, of_what: str) -> None:
        canvas = self._canvas
        row = canvas.layout.y(y)
        label = canvas.label(x, row, canvas.style(10))
        label.show(name, canvas.theme.dim)
        right = canvas.layout.legend[1]
        style = canvas.style(9)
        other = canvas.label(right, row, style, align="right")
        room = right - x - width(f"{name}  ", canvas.style(10))
        text = longest_that_fits([of_what], style, room)
        other.show(text, canvas.theme.faint)

    def _wedge(self, box: Box, y: int) -> None:
        layout, theme = self._canvas.layout, self._canvas.theme
        t = np.linspace(-1, 1, box.width)
        half = layout.px(0.3) + layout.px(3.2) * np.abs(t) ** 1.2
        reach = int(half.max()) + 2
        rows = np.arange(-reach, reach + 1)[:, None]
        cover = np.clip(half + 0.5 - np.abs(rows), 0, 1) * (0.25 + 0.75 * np.abs(t))
        ink = np.where(t[:, None] > 0, theme.positive, theme.negative)
        area = Box(box.left, y - reach, box.right, y + reach + 1)
        region = self._canvas.pixels[area.slices][..., :3]
        alpha = cover[..., None]
        region[...] = (region * (1 - alpha) + ink * alpha).astype(np.uint8)

    def _ramp(self, left: int, right: int, y: int) -> None:
        half = max(round(self._canvas.layout.px(3)), 1)
        colours = self._canvas.theme.saturation
        across = colours[np.linspace(0, 255, right - left).astype(int)]
        self._canvas.pixels[y - half : y + half + 1, left:right, :3] = across
