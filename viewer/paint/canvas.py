"""The frame: a matplotlib figure on an Agg canvas whose pixels are painted over.

How it works: matplotlib rasterises what rarely changes (axes, curves); everything
that moves is composited with numpy straight into the same buffer. `base` is the
frame with nothing moving on it, to restore from.
"""

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from numpy.typing import NDArray

from viewer.layout import Box, Layout
from viewer.paint.text import Align, Label, Style
from viewer.palette import Theme

_DPI = 100


class Canvas:
    """A frame of `width` x `height` pixels to paint on.

    Attributes:
        layout: Where the panels are.
        theme: The colours.
        figure: The matplotlib figure; its axes are the curves.
        pixels: Shape (height, width, 4), uint8, RGBA: the canvas's own buffer.
        base: What `pixels` were when `freeze` was called.
        labels: Every label, for those who check that none overlap.
    """

    def __init__(
        self, width: int, height: int, theme: Theme, layout: Layout | None = None
    ) -> None:
        self.layout = layout or Layout(width, height)
        self.theme = theme
        # A hundredth of a pixel more, or the size in inches may round down.
        inches = (width + 0.01) / _DPI, (height + 0.01) / _DPI
        red, green, blue = (channel / 255 for channel in theme.background)
        self.figure = Figure(figsize=inches, dpi=_DPI, facecolor=(red, green, blue))
        self.agg = FigureCanvasAgg(self.figure)
        self.agg.draw()
        self.pixels: NDArray[np.uint8] = np.asarray(self.agg.buffer_rgba())
        self.base = self.pixels.copy()
        self.labels: list[Label] = []

    def label(
        self,
        x: float,
        y: float,
        style: Style,
        *,
        align: Align = "left",
        room: float = float("inf"),
    ) -> Label:
        """Reserve a place for a text; x and y in pixels, y is mid-capital."""
        label = Label(self.pixels, (x, y), style, align=align, room=room)
        self.labels.append(label)
        return label

    def style(self, size: float, *, bold: bool = False, mono: bool = False) -> Style:
        """Make a style from a size given in pixels at 720 lines."""
        return Style(self.layout.px(size), bold, mono)

    def rasterise(self) -> None:
        """Draw the figure, all axes included, and forget what was painted over."""
        self.agg.draw()

    def freeze(self) -> None:
        """Take what is painted now as the base."""
        self.base[...] = self.pixels

    def restore(self, box: Box) -> None:
        """Paint the base over a box."""
        self.pixels[box.slices] = self.base[box.slices]
