"""The bar below the picture of a window: where in the run it is, and buttons.

From left to right: pause or play; a line that is the whole planned run, with what is
there of it and the playhead; the epoch, the speed, and the button that goes live.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from viewer.layout import Box
from viewer.paint.shapes import bar, disc, triangle
from viewer.paint.text import Align, Label, Style, width
from viewer.palette import Colour, Theme

Pixels = NDArray[np.uint8]
HEIGHT = 34  # pixels at 720 lines, as all measures here
LOWEST = 22  # pixels that a mouse hits and words fit into
TICKS_FROM = 9  # so far apart, snapshots have a mark each
# The widest that can come; a line that changes its length could not be dragged.
WIDEST = ("picture 000000", "0.125×", "0000 behind", "LIVE")


class Part(StrEnum):
    """What can be clicked."""

    PLAY = "play"
    TRACK = "track"
    SPEED = "speed"
    LIVE = "live"


@dataclass(frozen=True, slots=True)
class BarView:
    """What the bar says; shares are of the planned run, 0 to 1.

    Attributes:
        first: The oldest snapshot.
        newest: The newest.
        now: The playhead.
        marks: Every snapshot, where they are far enough apart.
        is_playing: Whether time moves the playhead.
        place: Where that is, such as "epoch 25".
        speed: 1 is normal.
        behind: How many snapshots are newer.
        button: What the button on the right says.
        is_lit: Whether the display is already where that button goes.
        recorded: Time of the video that is being made, such as "0:12", or "".
        pointed: What the mouse is at.
        pointed_share: Where on the line, if there.
    """

    first: float = 0.0
    newest: float = 0.0
    now: float = 0.0
    marks: tuple[float, ...] = ()
    is_playing: bool = True
    place: str = ""
    speed: float = 1.0
    behind: int = 0
    button: str = "LIVE"
    is_lit: bool = False
    recorded: str = ""
    pointed: Part | None = None
    pointed_share: float = 0.0


def bar_height(width: int, height: int) -> int:
    """Choose the height of the bar below a picture of that size, in pixels."""
    return max(round(HEIGHT * min(width / 1280, height / 720)), LOWEST)


def split(width: int, height: int) -> int:
    """Find the height of the picture that, with its bar, is `height` pixels high."""
    most = bar_height(width, height)
    heights = range(most, 0, -1)
    found = (h for h in heights if bar_height(width, height - h) >= h)
    return height - next(found, 0)


class TimelineBar:
    """Paints the bar, and knows what of it is where."""

    def __init__(self, width: int, height: int, theme: Theme) -> None:
        """Lay the bar out; sizes are in pixels."""
        self._theme = theme
        self._scale = height / HEIGHT
        self._middle = height / 2
        self._box = Box(0, 0, width, height)
        self._words = Style(self._px(10.5))
        self._numbers = Style(self._px(10.5), bold=True, mono=True)
        margin, gap = 0.028 * width, self._px(18)
        self._play = margin + self._px(6), self._px(7)
        right = width - margin
        self._live = right - self._room(WIDEST[3], self._words, 26), right
        self._behind_at = self._live[0] - self._px(10)
        right = self._behind_at - self._room(WIDEST[2], self._words) - gap / 2
        self._speed = right - self._room(WIDEST[1], self._numbers), right
        self._place_at = self._speed[0] - gap
        left = margin + self._px(34)
        right = self._place_at - self._room(WIDEST[0], self._numbers) - gap
        self._line = left, max(right, left + 1)

    def part_at(self, x: float, y: float) -> Part | None:
        """Say what is at column x, row y of the bar."""
        if not 0 <= y < self._box.height:
            return None
        reach = self._px(8)
        parts = {
            Part.PLAY: (0, self._line[0] - 2 * reach),
            Part.TRACK: (self._line[0] - reach, self._line[1] + reach),
            Part.SPEED: (self._speed[0] - reach, self._speed[1] + reach / 2),
            Part.LIVE: (self._live[0] - reach / 2, self._box.width),
        }
        return next((p for p, (low, high) in parts.items() if low <= x < high), None)

    def share_at(self, x: float) -> float:
        """Say which share of the line is left of column x, 0 to 1."""
        left, right = self._line
        return min(max((x - left) / (right - left), 0.0), 1.0)

    def snap(self, share: float) -> float:
        """Move a share to the nearest whole pixel: the bar is not painted for less."""
        left, right = self._line
        return round(share * (right - left)) / (right - left)

    def distance(self, share: float) -> float:
        """Measure a share of the line in pixels at 720 lines."""
        return share * (self._line[1] - self._line[0]) / self._scale

    def paint(self, pixels: Pixels, view: BarView) -> None:
        """Paint all of the bar into pixels of its size, shape (height, width, 4)."""
        pixels[..., :3] = self._theme.background
        pixels[..., 3] = 255
        pixels[: max(round(self._px(1)), 1), :, :3] = self._theme.hairline
        self._paint_play(pixels, view)
        self._paint_line(pixels, view)
        self._paint_words(pixels, view)
        self._paint_live(pixels, view)

    def _px(self, size: float) -> float:
        return size * self._scale

    def _room(self, widest: str, style: Style, more: float = 0) -> float:
        return width(widest, style) + self._px(more)

    def _paint_play(self, pixels: Pixels, view: BarView) -> None:
        x, radius = self._play
        colour = self._bright(view, Part.PLAY)
        if not view.is_playing:
            triangle(pixels, (x - radius / 4, self._middle), radius, colour)
            return
        for shift in (-0.45, 0.45):
            centre, half = x + shift * radius, 0.2 * radius
            top, bottom = self._middle - 0.8 * radius, self._middle + 0.8 * radius
            bar(pixels, (centre - half, top, centre + half, bottom), colour)

    def _paint_line(self, pixels: Pixels, view: BarView) -> None:
        theme = self._theme
        self._stroke(pixels, 0, 1, theme.hairline)
        self._stroke(pixels, view.first, view.newest, theme.ring)
        self._stroke(pixels, view.first, max(view.now, view.first), theme.dim)
        for mark in view.marks:
            colour = theme.dim if mark <= view.now else theme.faint
            disc(pixels, (self._x(mark), self._middle), self._px(2.2), colour)
        radius = self._px(4.5)
        if view.pointed is Part.TRACK:
            radius = self._px(5.5)
            x = self._x(view.pointed_share)
            half, reach = self._px(0.6), self._px(7)
            rect = x - half, self._middle - reach, x + half, self._middle + reach
            bar(pixels, rect, theme.dim)
        disc(pixels, (self._x(view.now), self._middle), radius, theme.ink)

    def _paint_words(self, pixels: Pixels, view: BarView) -> None:
        theme = self._theme
        self._write(pixels, self._place_at, view.place, self._numbers, theme.dim)
        speed = f"{view.speed:g}×"
        colour = self._bright(view, Part.SPEED)
        self._write(pixels, self._speed[1], speed, self._numbers, colour)
        if view.recorded:
            self._paint_recorded(pixels, view.recorded)
        elif view.behind:
            words = f"{view.behind} behind"
            self._write(pixels, self._behind_at, words, self._words, theme.dim)

    def _paint_recorded(self, pixels: Pixels, recorded: str) -> None:
        """Say that a video is being made; more urgent than how old the picture is."""
        red, text = self._theme.wrong, f"rec {recorded}"
        self._write(pixels, self._behind_at, text, self._numbers, red)
        x = self._behind_at - width(text, self._numbers) - self._px(7)
        disc(pixels, (x, self._middle), self._px(3.5), red)

    def _paint_live(self, pixels: Pixels, view: BarView) -> None:
        theme, (left, right) = self._theme, self._live
        rim = theme.correct if view.is_lit else self._bright(view, Part.LIVE)
        if not view.is_lit and view.pointed is not Part.LIVE:
            rim = theme.ring
        half, thin = self._px(9), max(self._px(1), 1)
        top, bottom = self._middle - half, self._middle + half
        bar(pixels, (left, top, right, bottom), rim)
        inner = left + thin, top + thin, right - thin, bottom - thin
        bar(pixels, inner, theme.background)
        dot = theme.correct if view.is_lit else theme.faint
        disc(pixels, (left + self._px(10), self._middle), self._px(3), dot)
        at = (left + self._px(16) + right - self._px(6)) / 2
        word = theme.ink if view.is_lit else self._bright(view, Part.LIVE)
        self._write(pixels, at, view.button, self._words, word, "center")

    def _bright(self, view: BarView, part: Part) -> Colour:
        return self._theme.ink if view.pointed is part else self._theme.dim

    def _x(self, share: float) -> float:
        left, right = self._line
        return left + (right - left) * min(max(share, 0.0), 1.0)

    def _stroke(self, pixels: Pixels, start: float, end: float, colour: Colour) -> None:
        thin = self._px(1.2)
        left, right = self._x(start) - thin, self._x(end) + thin
        rect = left, self._middle - thin, right, self._middle + thin
        bar(pixels, rect, colour)

    def _write(
        self,
        pixels: Pixels,
        x: float,
        text: str,
        style: Style,
        colour: Colour,
        align: Align = "right",
    ) -> None:
        Label(pixels, (x, self._middle), style, align=align).show(text, colour)
