"""Watching several runs by one clock: what a display shows now.

Time, keys and the mouse come in, frames go out; there is no window here and no clock but
that of the runs (clock.py).
"""

from collections.abc import Callable, Sequence

from protocol.events import Arrived, Event, Joined
from viewer.badge import joined
from viewer.budget import thin_together
from viewer.choosing import changed, focused
from viewer.clock import Clock
from viewer.composition import Composition
from viewer.controls import ACTIONS, Action, Playhead, Pointer
from viewer.joint_track import joint_track_of, whereabouts_of, words_at
from viewer.options import PLAIN, Options
from viewer.pages import help_page
from viewer.paints import Frame, MakePainter, Size, make_hurried_painter
from viewer.pane import Moment, Pane
from viewer.receptions import Named, Receptions
from viewer.spot import Spot
from viewer.standing import Standing
from viewer.watching import LONGEST_STEP_S, MOST_BYTES, REMARK_S, WHEEL
from viewer.whereabouts import Whereabouts


class SideBySide:
    """Several panes and their clock.

    Attributes:
        clock: Where the runs are.
        panes: One for each run, in the order of the sources.
        size: (width, height) of the frames; may be set at any time.
        theme: "dark" or "light"; may be set at any time.
    """

    def __init__(
        self,
        sources: Sequence[Named],
        *,
        size: Size = (1280, 720),
        theme: str = "dark",
        seconds: float | None = None,
        options: Options = PLAIN,
        most_bytes: int = MOST_BYTES,
        make: MakePainter = make_hurried_painter,
        say: Callable[[str], None] | None = None,
    ) -> None:
        """Begin at the first snapshot, or where the trainers are.

        Args:
            sources: Where the events come from.
            size: (width, height) of the frames.
            theme: "dark" or "light".
            seconds: Length of a cycle at normal speed; None for the usual one.
            options: How the same moment is drawn.
            most_bytes: What the snapshots of all runs may need.
            make: Makes the painters.
            say: Takes lines about the connections.
        """
        self.size = size
        self.theme = theme
        self._receptions = Receptions(sources, say)
        self._timelines = self._receptions.timelines
        self.clock = Clock(self._timelines, [each.is_live for each in sources])
        self.panes = [
            Pane(each.name, timeline, options, make)
            for each, timeline in zip(sources, self._timelines, strict=True)
        ]
        self._composition = Composition(self.panes)
        self._seconds = seconds
        self._most_bytes = most_bytes
        self._page: Frame | None = None
        self._page_shows: tuple[Size, str] | None = None
        self._is_helping = False
        self._pointer: tuple[float, float] | None = None
        self._remark = "", 0.0
        self._now: float | None = None

    @property
    def playhead(self) -> Playhead:
        """Where the clock is."""
        return self.clock.playhead

    @property
    def picture(self) -> Frame | None:
        """The newest frame; None before there is one."""
        return self._composition.picture if self._page is None else self._page

    @property
    def spot(self) -> Spot | None:
        """What is where the mouse is; None where nothing."""
        found = self._pointed
        if found is None or self._is_helping:
            return None
        pane, x, y = found
        return pane.spot(x, y)

    def press(self, key: str) -> Action | None:
        """Do what a key says; what concerns one run only, where the mouse is.

        Args:
            key: As matplotlib names it; a letter may be a capital.

        Returns:
            What is left for the display to do.
        """
        key = key.lower() if len(key) == 1 else key
        action, panes = ACTIONS.get(key), self._addressed
        match action:
            case Action.THEME:
                self.theme = "light" if self.theme == "dark" else "dark"
            case Action.HELP:
                self._is_helping = not self._is_helping
            case Action.CLEAR if self._is_helping:
                self._is_helping = False
            case None:
                self.clock.press(key, max(pane.layers for pane in panes))
            case _:
                for pane in panes:
                    pane.options, remark = changed(pane.options, action)
                    if remark:
                        self.remark(remark, self._now or 0.0)
        return action

    def point(self, x: float, y: float, what: Pointer) -> None:
        """Do what the mouse says at column x, row y of the picture."""
        self._pointer = None if what is Pointer.LEAVE else (x, y)
        if what in WHEEL:
            self.press(WHEEL[what])
        if what is Pointer.PRESS and self._pointed is not None:
            pane = self._pointed[0]
            pane.options = focused(pane.options, self.spot)

    def whereabouts(self) -> Whereabouts:
        """Say where on the line the clock is."""
        going = self._receptions.going
        return whereabouts_of(
            self.clock,
            self._timelines,
            goes_on=bool(going),
            is_heard=any(line.silent_s is None for line in going) or not going,
        )

    def marks(self) -> tuple[float, ...]:
        """Place every stop of the clock on the line."""
        stops = self.clock.stops
        if not stops:
            return ()
        track = joint_track_of(self._timelines, stops)
        return tuple(track.share(stop) for stop in stops)

    def words_at(self, share: float) -> str:
        """Say what is at a place on the line; "" before there is anything."""
        if not self.clock.stops:
            return ""
        track = joint_track_of(self._timelines, self.clock.stops)
        return words_at(self.clock, self._timelines, track.number(share))

    def hold(self, share: float, *, whole: bool = False) -> None:
        """Drag the clock.

        Args:
            share: Of the line, 0 to 1.
            whole: Whether to go to the nearest stop only.
        """
        if self.clock.stops:
            track = joint_track_of(self._timelines, self.clock.stops)
            self.clock.hold(track.number(share), whole=whole)

    def let_go(self) -> None:
        """Go on from where the clock was dragged to."""
        self.clock.let_go()

    def change_speed(self) -> None:
        """Go on at the next speed."""
        self.clock.change_speed()

    def remark(self, text: str, now: float) -> None:
        """Show a word for a moment."""
        self._remark = text, now + REMARK_S

    def frame(self, now: float) -> Frame | None:
        """Receive, let time pass and paint.

        Args:
            now: Seconds by a clock that never goes back.

        Returns:
            Shape (height, width, 4), RGBA, painted over by the next call; None where
            nothing has changed since the last one.

        Raises:
            ViewerError: There is no run at any of the sources.
        """
        for number, event in self._receptions.receive(now):
            self._take(number, event, now)
        step = 0.0 if self._now is None else min(now - self._now, LONGEST_STEP_S)
        self._now = now
        self.clock.advance(step / (self._seconds or self.clock.cycle.seconds))
        return self._paint_page() if self._is_helping else self._paint(now)

    def _take(self, number: int, event: Event, now: float) -> None:
        if isinstance(event, Joined) and event.fresh:
            if self._receptions.each[number].runs > 1:
                self.remark(f"new run at {self.panes[number].name}", now)
            self.panes[number].begin()
            self.clock.began(number)
        if isinstance(event, Arrived):
            self.clock.arrived(event.snapshot.epoch)
            shown = [self.clock.shown(each) or () for each in range(len(self.panes))]
            if thin_together(self._timelines, self._most_bytes, shown):
                self.clock.forgot()

    def _paint_page(self) -> Frame | None:
        """Paint the list of keys, unless it is there."""
        shown = self.size, self.theme
        if self._page is not None and self._page_shows == shown:
            return None
        self._page, self._page_shows = help_page(*shown), shown
        return self._page

    def _paint(self, now: float) -> Frame | None:
        was_page, self._page = self._page is not None, None
        moments = [
            Moment(self.clock.cue_of(number), self._standing(number, now))
            for number in range(len(self.panes))
        ]
        common = self._common_words(now)
        frame = self._composition.paint(moments, self.size, self.theme, common)
        return self.picture if was_page else frame

    def _standing(self, number: int, now: float) -> Standing:
        shown, stops = self.clock.shown(number), self.clock.stops
        stop = self.clock.stop if stops else 0
        index = 0 if shown is None else shown[0]
        return self._receptions.standing(number, now, stop, index)

    def _common_words(self, now: float) -> str:
        """Say what concerns all runs."""
        (remark, until), playhead = self._remark, self.clock.playhead
        words = [
            remark if now < until else "",
            "" if playhead.playing else "paused",
            "" if playhead.speed == 1 else f"{playhead.speed:g}x",
        ]
        return joined(words)

    @property
    def _pointed(self) -> tuple[Pane, float, float] | None:
        """Which pane the mouse is over, and where in its picture."""
        if self._pointer is None:
            return None
        return self._composition.at(*self._pointer)

    @property
    def _addressed(self) -> list[Pane]:
        """The panes that a key is meant for: that under the mouse, or all."""
        found = self._pointed
        return self.panes if found is None else [found[0]]
