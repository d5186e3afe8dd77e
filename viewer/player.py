"""From a source to a sink: every snapshot frame by frame, one picture, or the stream.

How it works: a cycle is drawn as soon as the following snapshot is there, with the
timeline exactly as it was then. So a frame depends on what was received, never on
when, and a live recording looks like its replay.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from protocol.events import Arrived, Event
from protocol.messages import EndReason
from viewer.cue import Cue, Cycle, cue_of, cycle_of, frames_of
from viewer.hearing import PATIENCE_S, Hearing
from viewer.interrupt import never
from viewer.options import PLAIN, Options
from viewer.pace import Counts
from viewer.paints import MakePainter, Paints, make_painter
from viewer.progress import Progress, Silence
from viewer.sinks import PictureSink
from viewer.sinks.stream import StreamSink
from viewer.timeline import Timeline

if TYPE_CHECKING:
    from viewer.sources import Source

# The last snapshot stays on screen so long after its signal has run through.
HOLD_S = 1.0
# How long one look at the source waits; bounds how late an interrupt is seen.
POLL_S = 0.1
# A frame needs the snapshot shown, the one before and the one after it, and the film
# strip of a space run some older ones: a recording may have more than fit into memory.
MOST_BYTES = 2**28


def nothing() -> None:
    """Do nothing."""


@dataclass
class Outcome:
    """What came of a recording.

    Attributes:
        frames: Frames written.
        snapshots: Snapshots received.
        skipped: Snapshots left out on purpose.
        lost: Snapshots that should have come and did not.
        ended: Why the run ended; None where the end was not seen.
        trouble: Why the recording is not whole, "" where it is.
        interrupted: Whether the user stopped it.
    """

    frames: int = 0
    snapshots: int = 0
    skipped: int = 0
    lost: int = 0
    ended: EndReason | None = None
    trouble: str = ""
    interrupted: bool = False


class Player:
    """Plays one run of a source into a sink."""

    def __init__(
        self,
        source: "Source",
        *,
        theme: str = "dark",
        seconds: float | None = None,
        patience_s: float = PATIENCE_S,
        is_interrupted: Callable[[], bool] = never,
        options: Options = PLAIN,
        count: int = 0,
        report: Progress | None = None,
        most_bytes: int = MOST_BYTES,
        make: MakePainter = make_painter,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Prepare; nothing is read yet.

        Args:
            source: Where the events come from.
            theme: "dark" or "light".
            seconds: Length of the cycle of one snapshot; None for the usual one.
            patience_s: How long a trainer may be silent before the recording ends.
            is_interrupted: Asked between frames; True ends the recording.
            options: How the reader wants it drawn.
            count: How many snapshots there are; 0 where only the trainer knows.
            report: Is told how it comes on.
            most_bytes: What the snapshots kept may need.
            make: Makes the painter.
            clock: Seconds that never go back; for the patience only.
        """
        self._source = source
        self._theme = theme
        self._seconds = seconds
        self._hearing = Hearing(patience_s)
        self._is_interrupted = is_interrupted
        self._options = options
        self._count = count
        self._report = report or Silence()
        self._most_bytes = most_bytes
        self._make = make
        self._clock = clock
        self._timeline = Timeline()
        self._painter: Paints | None = None
        self._per_cycle = 0
        self._hold = 0
        self.outcome = Outcome()

    def record(self, sink: PictureSink) -> Outcome:
        """Draw every snapshot, frame by frame, until the run ends."""
        self._hold = round(HOLD_S * sink.fps)
        with closing(sink):
            for event in self._events():
                snapshots = self._timeline.snapshots
                seconds = self._seconds or self._cycle.seconds
                per_cycle = self._per_cycle = max(1, round(seconds * sink.fps))
                if isinstance(event, Arrived) and len(snapshots) > 1:
                    last = len(snapshots) - 1
                    cues = [
                        cue_of(last - 1, last, frame / per_cycle, self._cycle)
                        for frame in range(per_cycle)
                    ]
                    self._draw(cues, sink)
            self._draw(self._closing_cues(), sink)
        return self._finished()

    def photograph(self, sink: PictureSink, *, live: bool) -> Outcome:
        """Draw the newest snapshot once.

        Args:
            sink: Takes the one frame.
            live: Take the first snapshot that comes, which is the newest.
        """
        with closing(sink):
            for event in self._events():
                if live and isinstance(event, Arrived):
                    break
            if self._timeline.snapshots:
                newest = len(self._timeline.snapshots) - 1
                self._draw([cue_of(newest, None, 1.0, self._cycle)], sink)
        return self._finished()

    def copy(self, sink: StreamSink) -> Outcome:
        """Write the stream itself."""
        self._most_bytes = 0  # nothing is drawn
        with closing(sink):
            for event in self._events(sink.tick):
                sink.take(event)
                self._say(sink.remarks())
                self._tell()
        return self._finished()

    def _events(self, tick: Callable[[], None] = nothing) -> Iterator[Event]:
        """Give the events of one run, each taken into the timeline already.

        Args:
            tick: Called a few times a second while nothing comes.
        """
        while not (self._is_interrupted() or self._source.finished):
            now = self._clock()
            events = self._source.events(POLL_S)
            self._say(self._source.notes())
            tick()
            if not events and self._timeline.received:
                self._tell()  # what is left takes longer while nothing comes
            for event in events:
                self.outcome.trouble = self._hearing.hear(event, now)
                if self.outcome.trouble:
                    return
                self._take(event)
                yield event
                if isinstance(event, Arrived):
                    self._source.consumed(event.snapshot.seq)
                if self._is_interrupted():
                    return
            self.outcome.trouble = self._hearing.given_up(now)
            if self.outcome.trouble:
                return

    def _take(self, event: Event) -> None:
        self._timeline.absorb(event)
        newest = len(self._timeline.snapshots) - 1
        self._timeline.thin(self._most_bytes, (max(newest - 1, 0),))

    def _closing_cues(self) -> list[Cue]:
        """The last snapshot, then the hold; only the hold after an interrupt."""
        if not self._timeline.snapshots:
            return []
        newest = len(self._timeline.snapshots) - 1
        cycle = self._cycle
        start = round(self._per_cycle * cycle.rest)
        first = start if self._is_interrupted() else 0
        frames = range(first, start + self._hold)
        return [
            cue_of(newest, None, frame / self._per_cycle, cycle) for frame in frames
        ]

    @property
    def _cycle(self) -> Cycle:
        return cycle_of(self._timeline.manifest)

    def _draw(self, cues: list[Cue], sink: PictureSink) -> None:
        manifest = self._timeline.manifest
        if manifest is None or not cues:
            return
        if self._painter is None:
            self._painter = self._make(manifest, sink.size, self._theme)
        lost = self._timeline.lost
        badge = f"lost {lost}" if lost else ""
        was_interrupted = self._is_interrupted()
        for cue in cues:
            if self._is_interrupted() and not was_interrupted:
                return
            sink.write(self._painter.paint(self._timeline, cue, badge, self._options))
            self.outcome.frames += 1
            self._tell()

    def _tell(self) -> None:
        count, of = self._timeline.received, self._count or self._timeline.expected
        of = max(of, count) if of else 0
        draws = of and self._per_cycle
        self._report.count(
            Counts(
                snapshots=count,
                of_snapshots=of,
                frames=self.outcome.frames,
                of_frames=self._frames_of(of) if draws else 0,
            )
        )

    def _frames_of(self, count: int) -> int:
        return frames_of(count, self._per_cycle, self._hold, self._cycle)

    def _say(self, notes: list[str]) -> None:
        for note in notes:
            self._report.say(note)

    def _finished(self) -> Outcome:
        self._say(self._source.notes())
        self.outcome.snapshots = self._timeline.received
        self.outcome.skipped = self._timeline.skipped
        self.outcome.lost = self._timeline.lost
        self.outcome.ended = self._timeline.ended
        self.outcome.interrupted = self._is_interrupted()
        return self.outcome
