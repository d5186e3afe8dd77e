"""Watching live: what a display shows now, whatever kind of display it is.

Time, keys and the mouse come in, frames go out; there is no window here and no clock.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from protocol.events import Arrived, Event, Joined
from viewer import controls, scrub
from viewer.badge import badge, behind, joined
from viewer.choosing import changed, focused
from viewer.controls import ACTIONS, Action, Extent, Playhead, Pointer
from viewer.cue import cycle_of
from viewer.easel import Easel, View
from viewer.options import PLAIN, Options
from viewer.paints import Frame, MakePainter, Size, make_hurried_painter
from viewer.reception import Reception
from viewer.spot import Spot
from viewer.timeline import Timeline
from viewer.whereabouts import Whereabouts

if TYPE_CHECKING:
    from viewer.sources import Source

# A display that was held up for longer goes on where it was.
LONGEST_STEP_S = 0.25
# Room for the snapshots: 8,700 of a network of 2500-12-12-12-4.
MOST_BYTES = 2**30
# So long a remark such as "saved x.png" stays.
REMARK_S = 3.0
# The wheel does what these keys do.
WHEEL = {Pointer.SCROLL_UP: ",", Pointer.SCROLL_DOWN: "."}


class Watch:
    """A reception, a playhead and an easel.

    Attributes:
        playhead: Where it is.
        size: (width, height) of the frames; may be set at any time.
        theme: "dark" or "light"; may be set at any time.
        options: How the same moment is drawn.
    """

    def __init__(
        self,
        source: "Source",
        *,
        name: str,
        live: bool,
        size: Size = (1280, 720),
        theme: str = "dark",
        seconds: float | None = None,
        options: Options = PLAIN,
        most_bytes: int = MOST_BYTES,
        make: MakePainter = make_hurried_painter,
        say: Callable[[str], None] | None = None,
    ) -> None:
        """Begin at the first snapshot that comes.

        Args:
            source: Where the events come from.
            name: What the user calls the source.
            live: The source is a trainer: after each cycle go on to its newest snapshot.
            size: (width, height) of the frames.
            theme: "dark" or "light".
            seconds: Length of a cycle at normal speed; None for the usual one.
            options: How the same moment is drawn.
            most_bytes: What the snapshots kept may need.
            make: Makes the painter.
            say: Takes lines about the connection.
        """
        self.playhead = Playhead(live=live)
        self.size = size
        self.theme = theme
        self.options = options
        self._reception = Reception(source, name=name, live=live, say=say)
        self._most_bytes = most_bytes
        self._seconds = seconds
        self._easel = Easel(make)
        self._is_helping = False
        self._pointer: tuple[float, float] | None = None
        self._remark = "", 0.0
        self._now: float | None = None

    @property
    def timeline(self) -> Timeline:
        """Everything received so far."""
        return self._reception.timeline

    @property
    def extent(self) -> Extent:
        """What there is to move in."""
        manifest = self.timeline.manifest
        layers = 0
        if manifest is not None and manifest.axis != "layer":
            layers = len(manifest.layers)
        count = max(1, len(self.timeline.snapshots))
        return Extent(count, layers, cycle_of(manifest))

    @property
    def picture(self) -> Frame | None:
        """The newest frame; None before there is one."""
        return self._easel.picture

    @property
    def spot(self) -> Spot | None:
        """What is where the mouse is; None where nothing."""
        return None if self._pointer is None else self._easel.spot(*self._pointer)

    def press(self, key: str) -> Action | None:
        """Do what a key says.

        Args:
            key: As matplotlib names it; a letter may be a capital.

        Returns:
            What is left for the display to do.
        """
        key = key.lower() if len(key) == 1 else key
        action = ACTIONS.get(key)
        match action:
            case Action.THEME:
                self.theme = "light" if self.theme == "dark" else "dark"
            case Action.HELP:
                self._is_helping = not self._is_helping
            case Action.CLEAR if self._is_helping:
                self._is_helping = False
            case None:
                self.playhead = controls.press(self.playhead, key, self.extent)
            case _:
                self.options, remark = changed(self.options, action)
                if remark:
                    self.remark(remark, self._now or 0.0)
        return action

    def point(self, x: float, y: float, what: Pointer) -> None:
        """Do what the mouse says at column x, row y of the picture."""
        self._pointer = None if what is Pointer.LEAVE else (x, y)
        if what in WHEEL:
            self.press(WHEEL[what])
        if what is Pointer.PRESS:
            self.options = focused(self.options, self.spot)

    def hold(self, share: float, *, whole: bool = False) -> None:
        """Drag the playhead.

        Args:
            share: Of the planned run, 0 to 1; see scrub.py.
            whole: Whether to go to the nearest snapshot only.
        """
        if self.timeline.snapshots:
            number = scrub.track_of(self.timeline).number(share)
            self.playhead = scrub.hold(
                self.playhead, self.timeline, number, whole=whole
            )

    def let_go(self) -> None:
        """Go on from where the playhead was dragged to."""
        self.playhead = scrub.let_go(self.playhead)

    def whereabouts(self) -> Whereabouts:
        """Say where on the line it is."""
        timeline, playhead = self.timeline, self.playhead
        goes_on = self._reception.is_live and timeline.ended is None
        is_live = playhead.live and timeline.silent_s is None
        if not timeline.snapshots:
            return Whereabouts(goes_on=goes_on, is_live=is_live)
        track, cue = scrub.track_of(timeline), controls.cue(playhead, self.extent)
        return Whereabouts(
            goes_on=goes_on,
            is_live=is_live,
            first=track.share(track.first),
            newest=track.share(track.newest),
            now=track.share(scrub.number_of(timeline, cue)),
            spacing=track.share(2),
            place=scrub.place_of(timeline, cue),
            behind=behind(timeline, playhead, self.extent),
        )

    def marks(self) -> tuple[float, ...]:
        """Place every snapshot on the line."""
        if not self.timeline.snapshots:
            return ()
        track = scrub.track_of(self.timeline)
        return tuple(track.share(each.seq) for each in self.timeline.snapshots)

    def words_at(self, share: float) -> str:
        """Say what is at a place on the line; "" before there is anything."""
        if not self.timeline.snapshots:
            return ""
        number = scrub.track_of(self.timeline).number(share)
        return scrub.words_at(self.timeline, number)

    def change_speed(self) -> None:
        """Go on at the next speed; after the fastest comes the slowest."""
        self.playhead = controls.next_speed(self.playhead)

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
        """
        for event in self._reception.receive(now):
            self._take(event, now)
        step = 0.0 if self._now is None else min(now - self._now, LONGEST_STEP_S)
        self._now = now
        if self.timeline.snapshots:
            extent = self.extent
            cycles = step / (self._seconds or extent.cycle.seconds)
            self.playhead = controls.advance(self.playhead, cycles, extent)
        return self._easel.paint(self.timeline, self._view(now))

    def _take(self, event: Event, now: float) -> None:
        if isinstance(event, Joined) and event.fresh:
            self._begin(now)
        if isinstance(event, Arrived):
            self._thin()

    def _begin(self, now: float) -> None:
        """Begin a run; what was chosen in another one means nothing in this one."""
        if self._reception.runs > 1:
            self.remark("new run", now)
        self.playhead = Playhead(
            live=self._reception.is_live, speed=self.playhead.speed
        )
        self.options = replace(self.options, focus=None)
        self._easel.start_anew()

    def _thin(self) -> None:
        """Forget snapshots that do not fit; those on screen stay."""
        timeline, playhead = self.timeline, self.playhead
        target = playhead.index if playhead.target is None else playhead.target
        shown = [timeline.snapshots[at] for at in (playhead.index, target)]
        if timeline.thin(self._most_bytes, (playhead.index, target)):
            index, target = (timeline.snapshots.index(each) for each in shown)
            self.playhead = replace(
                playhead,
                index=index,
                target=None if playhead.target is None else target,
            )

    def _view(self, now: float) -> View:
        timeline, is_page = self.timeline, self._is_helping
        has_cue = bool(timeline.snapshots) and not is_page
        return View(
            cue=controls.cue(self.playhead, self.extent) if has_cue else None,
            badge="" if is_page else self._badge(now),
            received=(0, 0) if is_page else (timeline.received, len(timeline.rows)),
            size=self.size,
            theme=self.theme,
            is_helping=self._is_helping,
            options=self.options,
        )

    def _badge(self, now: float) -> str:
        remark, until = self._remark
        stream = self._reception.stream(now)
        words = badge(stream, self.timeline, self.playhead, self.extent)
        return joined([remark if now < until else "", words])
