"""Words as masks of grey, made once for each word, and labels that hold them."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from viewer.layout import Box
from viewer.paint.fonts import file_of, font_of, pieces_of
from viewer.palette import Colour
from viewer.plain import plain

Align = Literal["left", "center", "right"]
_LONGEST = 400  # letters of a text that are looked at: no frame has room for more


@dataclass(frozen=True, slots=True)
class Style:
    """How a label looks: size in pixels of the frame, weight and width of letters."""

    size: float
    bold: bool = False
    mono: bool = False


def _font(style: Style) -> ImageFont.FreeTypeFont:
    return font_of(file_of(bold=style.bold, mono=style.mono), style.size)


@lru_cache(maxsize=64)
def _capital(style: Style) -> float:
    """Measure the height of a capital letter."""
    return -_font(style).getbbox("H", anchor="ls")[1]


@lru_cache(maxsize=64)
def _pitch(style: Style) -> float:
    """Measure from one letter to the next where all are equally wide."""
    return _font(style).getlength("0")


@lru_cache(maxsize=4096)
def mask(text: str, style: Style) -> tuple[NDArray[np.uint16], int]:
    """Render a text.

    Returns:
        Coverage, shape (height, width), 0 to 256, and the row of it that is the
        middle of a capital letter.
    """
    if style.mono and text.strip():
        coverage, line = _joined(text, style)
    else:
        coverage, line, _ = _rendered(text, style)
    return coverage, round(line - _capital(style) / 2)


def _joined(text: str, style: Style) -> tuple[NDArray[np.uint16], int]:
    """Put letters of one width in a row: numbers change in most frames, letters never.

    Returns:
        Coverage as of `mask`, and the row that the letters stand on.
    """
    pitch = _pitch(style)
    letters = [
        (_rendered(letter, style), round(pitch * number))
        for number, letter in enumerate(text)
        if letter != " "
    ]
    top = max(line for (_, line, _), _ in letters)
    below = max(len(coverage) - line for (coverage, line, _), _ in letters)
    start = min(x + left for (_, _, left), x in letters)
    end = max(x + left + each.shape[1] for (each, _, left), x in letters)
    image = np.zeros((top + below, end - start), np.uint16)
    for (coverage, line, left), x in letters:
        height, across = coverage.shape
        row, column = top - line, x + left - start
        region = image[row : row + height, column : column + across]
        np.maximum(region, coverage, out=region)
    return image, top


@lru_cache(maxsize=4096)
def _rendered(text: str, style: Style) -> tuple[NDArray[np.uint16], int, int]:
    """Give coverage, the row that the letters stand on, and the first column."""
    file = file_of(bold=style.bold, mono=style.mono)
    boxes, runs, x = [], [], 0.0
    for piece, found in pieces_of(plain(text), file):
        font = font_of(found, style.size)
        box = font.getbbox(piece, anchor="ls")
        boxes.append((box[0] + x, box[1], box[2] + x, box[3]))
        runs.append((x, piece, font))
        x += font.getlength(piece)
    left, top = (int(min(box[side] for box in boxes)) for side in (0, 1))
    right, bottom = (int(max(box[side] for box in boxes)) for side in (2, 3))
    size = max(right - left, 1) + 2, max(bottom - top, 1) + 2
    image = Image.new("L", size)
    for start, piece, font in runs:
        place = 1 - left + start, 1 - top
        ImageDraw.Draw(image).text(place, piece, 255, font, anchor="ls")
    coverage = np.asarray(image, np.uint16)
    return coverage + (coverage >> 7), 1 - top, left


def width(text: str, style: Style) -> int:
    """Measure a text in pixels."""
    return mask(text, style)[0].shape[1] if text else 0


def height(style: Style) -> int:
    """Measure a line in pixels, from the highest letter to the lowest."""
    return len(mask("Áy", style)[0])


@lru_cache(maxsize=1024)
def fit(text: str, style: Style, room: float) -> str:
    """Shorten a text with an ellipsis until it is at most `room` pixels wide."""
    if len(text) <= _LONGEST and width(text, style) <= room:
        return text
    cuts = [text[:kept].rstrip() + "…" for kept in range(1, len(text[:_LONGEST]))]
    fitting = bisect_right(cuts, room, key=lambda cut: width(cut, style))
    return cuts[fitting - 1] if fitting else ""


def longest_that_fits(texts: Sequence[str], style: Style, room: float) -> str:
    """Choose the first of several wordings that needs at most `room` pixels."""
    return next((text for text in texts if width(text, style) <= room), "")


class Label:
    """A place for a text: it repaints itself only when the text or colour changes.

    Attributes:
        box: Pixels that it covers now, None while empty.
        text: What it says now.
        colour: What it says it in.
    """

    def __init__(
        self,
        pixels: NDArray[np.uint8],
        at: tuple[float, float],
        style: Style,
        *,
        align: Align = "left",
        room: float = float("inf"),
    ) -> None:
        """Reserve a place.

        Args:
            pixels: The frame, shape (height, width, 4); painted into.
            at: Column of the left edge, middle or right edge, and the row of the
                middle of its capital letters.
            style: Size and weight; the weight can differ at each `show`.
            align: Which column `at` names.
            room: Width in pixels beyond which the text is cut with an ellipsis.
        """
        self._pixels = pixels
        self._at = at
        self._style = style
        self._align = align
        self._room = room
        self._behind: NDArray[np.uint8] | None = None
        self._shown: tuple[str, Colour, bool] | None = None
        self.box: Box | None = None
        self.text = ""
        self.colour: Colour = (0, 0, 0)

    def show(self, text: str, colour: Colour, *, bold: bool = False) -> None:
        """Replace what the label says; an empty text clears it."""
        if self._shown == (text, colour, bold):
            return
        self._shown, self.colour = (text, colour, bold), colour
        self._erase()
        style = Style(self._style.size, bold or self._style.bold, self._style.mono)
        self.text = fit(text, style, self._room)
        if self.text:
            self._paint(style, colour)

    def _paint(self, style: Style, colour: Colour) -> None:
        coverage, middle = mask(self.text, style)
        down, across = coverage.shape
        shift = {"left": 0.0, "center": across / 2, "right": across}[self._align]
        left, top = round(self._at[0] - shift), round(self._at[1]) - middle
        left = max(0, min(left, self._pixels.shape[1] - across))
        top = max(0, min(top, self._pixels.shape[0] - down))
        self.box = Box(left, top, left + across, top + down)
        region = self._pixels[self.box.slices][..., :3]
        self._behind = region.copy()
        alpha = coverage[: region.shape[0], : region.shape[1], None]
        ink = np.array(colour, np.uint16)
        region[...] = (self._behind * (256 - alpha) + ink * alpha) >> 8

    def _erase(self) -> None:
        if self.box is not None and self._behind is not None:
            self._pixels[self.box.slices][..., :3] = self._behind
        self.box = self._behind = None
