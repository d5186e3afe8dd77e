"""A few words in a box beside the mouse."""

import numpy as np
from numpy.typing import NDArray

from viewer.paint.shapes import bar
from viewer.paint.text import Label, Style, fit, width
from viewer.palette import Theme

# At 720 lines, in pixels: the text, what is around it, and the way from the mouse.
TEXT, PADDING, HEIGHT, AWAY = 11.5, 10.0, 25.0, 14.0


def paint_tooltip(
    pixels: NDArray[np.uint8],
    at: tuple[float, float],
    words: str,
    theme: Theme,
    scale: float,
) -> None:
    """Paint a tooltip above or below a place, inside the frame.

    Args:
        pixels: The frame, shape (height, width, 4); painted over.
        at: (x, y) of the mouse.
        words: One short line.
        theme: The colours.
        scale: 1 at 720 lines.
    """
    rows, columns = pixels.shape[:2]
    style, edge = Style(TEXT * scale), max(scale, 1.0)
    padding, height = PADDING * scale, HEIGHT * scale
    words = fit(words, style, columns - 2 * (padding + 2 * edge) - 2)
    across = width(words, style) + 2 * padding
    left = min(max(at[0] - across / 2, 2), columns - across - 2)
    top = at[1] - AWAY * scale - height
    if top < 2:
        top = min(at[1] + AWAY * scale, rows - height - 2)
    left, top = round(left), round(top)
    rect = left, top, left + across, top + height
    bar(pixels, rect, theme.ring, radius=6 * scale)
    inner = left + edge, top + edge, left + across - edge, top + height - edge
    bar(pixels, inner, theme.panel, radius=6 * scale - edge)
    label = Label(pixels, (left + padding, top + height / 2), style)
    label.show(words, theme.ink)
