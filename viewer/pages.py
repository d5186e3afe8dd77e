"""Pages of text in place of a picture: what is being waited for, and the keys."""

import numpy as np
from numpy.typing import NDArray

from viewer.controls import HELP
from viewer.paint.canvas import Canvas
from viewer.palette import THEMES

LINE = 30  # pixels between two lines of a page at 720 lines


def message_page(text: str, size: tuple[int, int], theme: str) -> NDArray[np.uint8]:
    """Write one line in the middle of an empty frame.

    Returns:
        Shape (height, width, 4), uint8, RGBA.
    """
    canvas = Canvas(*size, THEMES[theme])
    middle, room = size[0] / 2, size[0] * 0.9
    label = canvas.label(
        middle, size[1] / 2, canvas.style(16), align="center", room=room
    )
    label.show(text, canvas.theme.dim)
    return canvas.pixels


def help_page(size: tuple[int, int], theme: str) -> NDArray[np.uint8]:
    """Write the list of keys on an empty frame.

    Returns:
        Shape (height, width, 4), uint8, RGBA.
    """
    canvas = Canvas(*size, THEMES[theme])
    line = canvas.layout.px(LINE)
    left, top = size[0] * 0.45, (size[1] - line * (len(HELP) - 1)) / 2
    for number, (keys, meaning) in enumerate(HELP):
        y = top + number * line
        key = canvas.label(left, y, canvas.style(15, bold=True), align="right")
        key.show(keys, canvas.theme.ink)
        does = canvas.label(left + line, y, canvas.style(15))
        does.show(meaning, canvas.theme.dim)
    return canvas.pixels
