"""Watching live: what a display shows now, whatever kind of display it is.

Time and keys come in, frames go out; there is no window here and no clock.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from protocol.events import Arrived, Event, Heard, Joined, Silent
from protocol.messages import EndReason
from viewer import controls
from viewer.controls import ACTIONS, Action, Extent, Playhead
from viewer.cue import Cue
from viewer.options import PLAIN, Options
from viewer.pages import help_page, message_page
from viewer.paints import Frame, MakePainter, Paints, Size, make_painter
from viewer.timeline import Timeline

if TYPE_CHECKING:
    from viewer.sources import Source

# A display that was held up for longer goes on where it was.
LONGEST_STEP_S = 0.25
# Messages of a file that are read between two frames; a few milliseconds.
MOST_AT_ONCE = 32
# Room for the snapshots: 8,700 of a network of 2500-12-12-12-4.
MOST_BYTES = 2**30
# So long a remark such as "saved x.png" stays.
REMARK_S = 2.0
ENDED = {
    EndReason.DONE: "ended",
    EndReason.INTERRUPTED: "ended, interrupted",
    EndReason.ERROR: "ended by an error",
}


@dataclass(frozen=True, slots=True)
class View:
    """What a frame depends on: two equal views give the same frame."""

    cue: Cue | None
    badge: str
    received: tuple[int, int]
    size: Size
    theme: str
    is_helping: bool
    options: Options


class Watch:
    """A source, a timeline, a playhead and a painter.

    Attributes:
        timeline: Everything received so far.
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
        seconds: float = 2.0,
        options: Options = PLAIN,
        most_bytes: int = MOST_BYTES,
        make: MakePainter = make_painter,
        say: Callable[[str], None] | None = None,
    ) -> None:
        """Begin at the first snapshot that comes.

        Args:
            source: Where the events come from.
            name: What the user calls the source.
            live: Go on to the newest snapshot after each cycle.
            size: (width, height) of the frames.
            theme: "dark" or "light".
            seconds: Length of a cycle at normal speed.
            options: How the same moment is drawn.
            most_bytes: What the snapshots kept may need.
            make: Makes the painter.
            say: Takes lines about the connection.
        """
        self.timeline = Timeline()
        self.playhead = Playhead(live=live)
        self.size = size
        self.theme = theme
        self.options = options
        self._most_bytes = most_bytes
        self._source = source
        self._live = live
        self._name = name
        self._seconds = seconds
        self._make = make
        self._say = say
        self._painter: tuple[object, Paints] | None = None
        self._is_helping = False
        self._silent_since: float | None = None
        self._remark = "", 0.0
        self._shown: View | None = None
        self._now: float | None = None

    @property
    def extent(self) -> Extent:
        """What there is to move in."""
        manifest = self.timeline.manifest
        layers = len(manifest.layers) if manifest is not None else 1
        return Extent(max(1, len(self.timeline.snapshots)), layers)

    def press(self, key: str) -> Action | None:
        """Do what a key says.

        Returns:
            What is left for the display to do.
        """
        action = ACTIONS.get(key)
        if action is Action.THEME:
            self.theme = "light" if self.theme == "dark" else "dark"
        elif action is Action.HELP:
            self._is_helping = not self._is_helping
        elif action is None:
            self.playhead = controls.press(self.playhead, key, self.extent)
        return action

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
        self._receive(now)
        step = 0.0 if self._now is None else min(now - self._now, LONGEST_STEP_S)
        self._now = now
        if self.timeline.snapshots:
            cycles = step / self._seconds
            self.playhead = controls.advance(self.playhead, cycles, self.extent)
        view = self._view(now)
        if view == self._shown:
            return None
        self._shown = view
        return self._paint(view)

    def _receive(self, now: float) -> None:
        """Take in what has come: a trainer gives all at once, a file bit by bit."""
        for _ in range(MOST_AT_ONCE):
            events = self._source.events(0)
            for event in events:
                self._take(event, now)
            if not events:
                break
        for note in self._source.notes():
            if self._say is not None:
                self._say(note)

    def _take(self, event: Event, now: float) -> None:
        if isinstance(event, Joined) and event.fresh:
            self.playhead = Playhead(live=self._live, speed=self.playhead.speed)
            self._painter = None
        if isinstance(event, Silent):
            self._silent_since = now - event.since_s
        elif isinstance(event, Heard | Joined | Arrived):
            self._silent_since = None
        self.timeline.absorb(event)
        if isinstance(event, Arrived):
            self._thin()
            self._source.consumed(event.snapshot.seq)

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
        has_snapshots = bool(self.timeline.snapshots)
        return View(
            cue=controls.cue(self.playhead, self.extent) if has_snapshots else None,
            badge=self._badge(now),
            received=(len(self.timeline.snapshots), len(self.timeline.rows)),
            size=self.size,
            theme=self.theme,
            is_helping=self._is_helping,
            options=self.options,
        )

    def _paint(self, view: View) -> Frame:
        if view.is_helping:
            return help_page(view.size, view.theme)
        manifest = self.timeline.manifest
        if view.cue is None or manifest is None:
            return message_page(view.badge, view.size, view.theme)
        made_for = view.size, view.theme
        if self._painter is None or self._painter[0] != made_for:
            self._painter = made_for, self._make(manifest, view.size, view.theme)
        return self._painter[1].paint(self.timeline, view.cue, view.badge, view.options)

    def _badge(self, now: float) -> str:
        """Say how the stream is doing, most urgent first."""
        timeline, playhead = self.timeline, self.playhead
        remark, until = self._remark
        words = [
            remark if now < until else "",
            "" if playhead.playing else "paused",
            self._stream_word(now),
            "" if playhead.speed == 1 else f"{playhead.speed:g}x",
            f"skipped {timeline.skipped}" if timeline.skipped else "",
            f"lost {timeline.lost}" if timeline.lost else "",
            _thinned(timeline.stride),
        ]
        return "  ·  ".join(word for word in words if word)

    def _stream_word(self, now: float) -> str:
        timeline = self.timeline
        if self._silent_since is not None and timeline.ended is None:
            if not timeline.snapshots:
                return f"waiting for the trainer at {self._name}"
            return f"stale {int(now - self._silent_since)} s"
        if not timeline.snapshots:
            return f"waiting for the trainer at {self._name}"
        if not controls.is_waiting(self.playhead, self.extent):
            return ""
        if timeline.ended is not None:
            return ENDED[timeline.ended]
        if self._source.finished:
            return "the recording stops here"
        return "waiting for the trainer"


def _thinned(stride: int) -> str:
    """Say which snapshots are kept; a stride is a power of two."""
    if stride == 1:
        return ""
    ending = "nd" if stride % 10 == 2 and stride % 100 != 12 else "th"
    return f"thinned: every {stride}{ending} snapshot"
