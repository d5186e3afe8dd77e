"""One class of a classifier: its name, probability and bar, and what became of it."""

from dataclasses import dataclass

import numpy as np

from viewer.layout import Box
from viewer.paint.canvas import Canvas
from viewer.paint.shapes import bar
from viewer.paint.text import Style, longest_that_fits, width
from viewer.palette import Colour

_LETTERS = 7  # pixels from the middle of the smallest letters to what is below


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a class came off.

    Attributes:
        words: Colour of its name.
        bar: Colour of its bar.
        told: Colour of what is told.
        glyph: Tells it to all eyes: "✓", "✗", "←" or "".
        text: Tells it in words; may be empty.
        brief: Follows the name where there is no room for the text below.
    """

    words: Colour
    bar: Colour
    told: Colour
    glyph: str = ""
    text: str = ""
    brief: str = ""

    @property
    def line(self) -> str:
        """Glyph and words."""
        return f"{self.glyph} {self.text}".strip()


class ClassRow:
    """Name and probability above a bar, the verdict below where there is room."""

    def __init__(
        self, canvas: Canvas, y: float, pitch: float, *, mark: float = 0.0
    ) -> None:
        """Lay out a row.

        Args:
            canvas: The frame.
            y: Row of its middle.
            pitch: Pixels to the next one.
            mark: Share of the bar at which it has a thin mark; 0 for none.
        """
        layout = canvas.layout
        left, right = layout.outputs
        unit = min(layout.scale, pitch / 52)
        size = 13.5 * unit / layout.scale
        self._canvas = canvas
        self._tight = pitch < 56 * unit  # no room for the verdict below the bar
        number = canvas.style(size, mono=True)
        widest = width("100.0%", Style(number.size, bold=True, mono=True))
        self._room = right - left - widest - layout.px(6)
        self._style = canvas.style(size)
        middle, half = y + 2.5 * unit, 3 * unit
        self._bar = left, middle - half, right, middle + half
        # The smallest letters do not shrink with the rows: they keep off the bar.
        above = min(y - 14 * unit, middle - half - _LETTERS)
        self._label = canvas.label(left, above, self._style, room=self._room)
        self._percent = canvas.label(right, above, number, align="right")
        style = canvas.style(10 * unit / layout.scale)
        self._verdict = canvas.label(left, y + 19 * unit, style, room=right - left)
        self._mark = round(left + mark * (right - left)) if 0 < mark < 1 else None
        self._stub = max(3 * unit, 2.0)
        self._shown: tuple[int, Colour] | None = None

    def prepare(self) -> None:
        """Paint the empty bar, and the mark down to a little below it."""
        bar(self._canvas.pixels, self._bar, self._canvas.theme.hairline)
        if self._mark is not None:
            _, top, _, bottom = self._bar
            self._paint_mark(top, bottom + self._stub, self._canvas.theme.faint)

    def _paint_mark(self, top: float, bottom: float, colour: Colour) -> None:
        assert self._mark is not None
        thick = max(round(self._canvas.layout.px(1.2)), 1)
        rows, columns = slice(round(top), round(bottom)), self._mark - thick // 2
        self._canvas.pixels[rows, columns : columns + thick, :3] = colour

    def _name(self, name: str, verdict: Verdict) -> str:
        if not self._tight:
            return name
        marked = f"{verdict.glyph} {name}".strip()
        wordings = [f"{marked} {verdict.brief}"] if verdict.brief else []
        return longest_that_fits(wordings, self._style, self._room) or marked

    def erase(self) -> None:
        """Take all words away: in crowded rows they reach the bar above."""
        for label in (self._label, self._percent, self._verdict):
            label.show("", self._canvas.theme.ink)

    def fill(self, share: float, verdict: Verdict) -> None:
        """Paint the bar of a class with this probability."""
        left, top, right, bottom = self._bar
        length = round((right - left) * share) if np.isfinite(share) else 0
        if (length, verdict.bar) == self._shown:
            return
        self._shown = length, verdict.bar
        area = Box(left - 1, int(top) - 1, right + 1, int(bottom) + 2)
        self._canvas.restore(area)
        if length > 0:
            end = left + max(float(length), bottom - top)
            bar(self._canvas.pixels, (left, top, end, bottom), verdict.bar)
            if self._mark is not None and end > self._mark + 1:
                self._paint_mark(top, bottom, self._canvas.theme.background)

    def write(self, name: str, number: str, verdict: Verdict, *, broken: bool) -> None:
        """Write the name of a class, its probability, and what became of it."""
        theme, words = self._canvas.theme, verdict.words
        bold = words == theme.ink
        self._label.show(self._name(name, verdict), words, bold=bold)
        self._percent.show(number, theme.wrong if broken else words, bold=bold)
        self._verdict.show("" if self._tight else verdict.line, verdict.told)
