"""What a window shows: the picture of a watch, a tooltip over it, a bar below it.

How it works: all of it is put together in pixels of our own, because a painter only
repaints what changed of its picture; the picture stays as it is, to be saved or filmed.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from viewer.controls import Action, Playhead, Pointer
from viewer.paint.tooltip import paint_tooltip
from viewer.paints import Frame, Size
from viewer.palette import THEMES
from viewer.spot import Spot
from viewer.timeline_bar import (
    TICKS_FROM,
    BarView,
    Part,
    TimelineBar,
    bar_height,
    split,
)
from viewer.whereabouts import Whereabouts

WHEEL = (Pointer.SCROLL_UP, Pointer.SCROLL_DOWN)


class Watches(Protocol):
    """What a screen shows: one run, viewer.watching, or several, viewer.side_by_side.

    Attributes:
        size: (width, height) of the picture; may be set at any time.
    """

    size: Size

    @property
    def theme(self) -> str:
        """One of the themes."""

    @property
    def playhead(self) -> Playhead:
        """Where it is."""

    @property
    def picture(self) -> Frame | None:
        """The newest frame; None before there is one."""

    @property
    def spot(self) -> Spot | None:
        """What is where the mouse is; None where nothing."""

    def press(self, key: str) -> Action | None:
        """Do what a key says, give what is left to do."""

    def point(self, x: float, y: float, what: Pointer) -> None:
        """Do what the mouse says at column x, row y of the picture."""

    def whereabouts(self) -> Whereabouts:
        """Say where on the line it is."""

    def marks(self) -> tuple[float, ...]:
        """Place every snapshot on the line, 0 to 1."""

    def words_at(self, share: float) -> str:
        """Say what is at a place on the line; "" before there is anything."""

    def hold(self, share: float, *, whole: bool = False) -> None:
        """Drag the playhead to a place on the line, or to the nearest snapshot."""

    def let_go(self) -> None:
        """Go on from where the playhead was dragged to."""

    def change_speed(self) -> None:
        """Go on at the next speed."""

    def remark(self, text: str, now: float) -> None:
        """Show a word for a moment."""

    def frame(self, now: float) -> Frame | None:
        """Receive, let time pass and paint; None where nothing has changed."""


@dataclass(frozen=True, slots=True)
class Tooltip:
    """Words beside the mouse; `at` is (x, y) in the frame."""

    at: tuple[float, float]
    words: str


class Screen:
    """The picture with its bar, as large as the window.

    Attributes:
        size: (width, height) of the frames, bar included; may be set at any time.
        filming_s: How long a video has been made of the picture; None where none is.
    """

    def __init__(self, watch: Watches) -> None:
        """Show a watch; its size is that of the picture."""
        self.filming_s: float | None = None
        self._watch = watch
        self._pointer: tuple[float, float] | None = None
        self._is_dragging = False
        self._pixels: Frame = np.zeros((1, 1, 4), np.uint8)
        self._bar = TimelineBar(1, 1, THEMES[watch.theme])
        self._laid_out: tuple[Size, str] | None = None
        self._shown: tuple[BarView, Tooltip | None] | None = None
        width, height = watch.size
        self.size = width, height + bar_height(width, height)

    @property
    def theme(self) -> str:
        """That of the watch."""
        return self._watch.theme

    @property
    def picture(self) -> Frame | None:
        """The newest picture, without what is over and below it."""
        return self._watch.picture

    def press(self, key: str) -> Action | None:
        """Do what a key says, give what is left for the window to do."""
        return self._watch.press(key)

    def remark(self, text: str, now: float) -> None:
        """Show a word for a moment."""
        self._watch.remark(text, now)

    def point(self, x: float, y: float, what: Pointer) -> None:
        """Do what the mouse says at column x, row y of the frame."""
        self._pointer = None if what is Pointer.LEAVE else (x, y)
        part = self._part()
        if part is None:
            self._watch.point(x, y, what)
            return
        self._watch.point(x, y, Pointer.LEAVE)
        if what is Pointer.PRESS:
            self._click(part)
        elif what in WHEEL:
            self._roll(part, what)
        elif what is Pointer.RELEASE and self._is_dragging:
            self._is_dragging = False
            self._watch.let_go()
        if self._is_dragging and self._pointer is not None:
            self._drag(x)

    def frame(self, now: float) -> Frame | None:
        """Receive, let time pass and paint.

        Args:
            now: Seconds by a clock that never goes back.

        Returns:
            Shape (height, width, 4), RGBA, painted over by the next call; None where
            nothing has changed since the last one.
        """
        width, height = self.size
        self._watch.size = width, split(width, height)
        changed = self._watch.frame(now) is not None
        self._lay_out()
        shown = self._bar_view(), self._tooltip()
        if not changed and shown == self._shown:
            return None
        bar_changed = self._shown is None or self._shown[0] != shown[0]
        self._shown = shown
        if bar_changed:
            self._bar.paint(self._pixels[self._watch.size[1] :], shown[0])
        self._paint_picture(shown[1])
        return self._pixels

    def _lay_out(self) -> None:
        laid_out = self.size, self.theme
        if laid_out == self._laid_out:
            return
        self._laid_out, self._shown = laid_out, None
        width, height = self.size
        self._pixels = np.zeros((height, width, 4), np.uint8)
        bar = height - self._watch.size[1]
        self._bar = TimelineBar(width, bar, THEMES[self.theme])

    def _paint_picture(self, tooltip: Tooltip | None) -> None:
        top = self._watch.size[1]
        if self.picture is not None:
            self._pixels[:top] = self.picture
        if tooltip is not None:
            scale = min(self.size[0] / 1280, top / 720)
            above = self._pixels[:top]
            theme = THEMES[self.theme]
            paint_tooltip(above, tooltip.at, tooltip.words, theme, scale)

    def _part(self) -> Part | None:
        """Say what of the bar the mouse is at; what it drags, it stays at."""
        if self._is_dragging:
            return Part.TRACK
        if self._pointer is None:
            return None
        x, y = self._pointer
        return self._bar.part_at(x, y - self._watch.size[1])

    def _click(self, part: Part) -> None:
        watch = self._watch
        match part:
            case Part.PLAY:
                watch.press(" ")
            case Part.LIVE:
                watch.press("end")
            case Part.SPEED:
                watch.change_speed()
            case Part.TRACK:
                self._is_dragging = True

    def _roll(self, part: Part, what: Pointer) -> None:
        """Let the wheel change what it is over: the speed, or the place."""
        keys = "+-" if part is Part.SPEED else ",."
        self._watch.press(keys[WHEEL.index(what)])

    def _drag(self, x: float) -> None:
        share = self._bar.share_at(x)
        self._watch.hold(share, whole=not self._has_marks(self._watch.whereabouts()))

    def _tooltip(self) -> Tooltip | None:
        if self._pointer is None:
            return None
        x, y = self._pointer
        if self._part() is not Part.TRACK:
            spot = self._watch.spot
            return None if spot is None else Tooltip((x, y), spot.words)
        words = self._watch.words_at(self._bar.share_at(x))
        return Tooltip((x, self._watch.size[1]), words) if words else None

    def _bar_view(self) -> BarView:
        """Say what the bar has to say now."""
        watch, there, part = self._watch, self._watch.whereabouts(), self._part()
        share = self._bar.share_at(self._pointer[0]) if self._pointer else 0.0
        return BarView(
            first=there.first,
            newest=there.newest,
            now=self._bar.snap(there.now),
            marks=watch.marks() if self._has_marks(there) else (),
            is_playing=watch.playhead.playing,
            place=there.place,
            speed=watch.playhead.speed,
            behind=there.behind,
            button="LIVE" if there.goes_on else "END",
            is_lit=there.is_live,
            recorded=_clock(self.filming_s),
            pointed=part,
            pointed_share=share if part is Part.TRACK else 0.0,
        )

    def _has_marks(self, there: Whereabouts) -> bool:
        """Whether snapshots are far enough apart to see each of them on the line."""
        return self._bar.distance(there.spacing) >= TICKS_FROM


def _clock(seconds: float | None) -> str:
    """Write a time as "1:05"; "" for None."""
    if seconds is None:
        return ""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"
