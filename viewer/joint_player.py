"""From several sources to one video or picture, by one clock.

How it works: the snapshots of all sources are merged by epoch. The next stop of the
clock is known when every run that goes on has a snapshot beyond this one; then the
cycle that leads there is drawn, from what was read by then and nothing else. So frames
do not depend on who was faster, and a run that ends or falls silent holds nobody up.
"""

import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass

from protocol.events import Joined
from viewer.axis import objection
from viewer.badge import Stream
from viewer.budget import thin_together
from viewer.composition import Composition
from viewer.cue import Cycle, cycle_of
from viewer.hearing import PATIENCE_S
from viewer.interrupt import never
from viewer.lane import Lane
from viewer.options import PLAIN, Options
from viewer.pace import Counts
from viewer.paints import MakePainter, make_painter
from viewer.pane import Moment, Pane
from viewer.player import HOLD_S, MOST_BYTES, POLL_S, Outcome
from viewer.progress import Progress, Silence
from viewer.receptions import Named
from viewer.sharing import cue_beside, newest_at
from viewer.sinks import PictureSink
from viewer.standing import Standing, standing


@dataclass(frozen=True, slots=True)
class JointOutcome:
    """What came of recording several runs.

    Attributes:
        whole: All of them together.
        each: The name of each source, and what came of it.
    """

    whole: Outcome
    each: list[tuple[str, Outcome]]


class JointPlayer:
    """Plays one run of each source into a sink."""

    def __init__(
        self,
        sources: Sequence[Named],
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
            sources: Where the events come from.
            theme: "dark" or "light".
            seconds: Length of the cycle of one stop; None for the usual one.
            patience_s: How long a trainer may be silent before it is given up.
            is_interrupted: Asked between frames; True ends the recording.
            options: How the reader wants it drawn.
            count: How many snapshots there are; 0 where that is not known.
            report: Is told how it comes on.
            most_bytes: What the snapshots kept may need.
            make: Makes the painters.
            clock: Seconds that never go back; for the patience only.
        """
        self._lanes = [Lane(each, patience_s, self._objection) for each in sources]
        self._timelines = [lane.timeline for lane in self._lanes]
        panes = [Pane(x.name, x.timeline, options, make) for x in self._lanes]
        self._composition = Composition(panes)
        self._theme = theme
        self._seconds = seconds
        self._is_interrupted = is_interrupted
        self._count = count
        self._report = report or Silence()
        self._most_bytes = most_bytes
        self._clock = clock
        self._frames = 0
        self._stop = 0

    def record(self, sink: PictureSink) -> JointOutcome:
        """Draw every snapshot of every run, frame by frame, until all have ended."""
        with closing(sink):
            self._read_until(lambda lane: bool(lane.timeline.snapshots))
            following = self._first_stop()
            while following is not None:
                self._stop = following
                self._read_until(lambda lane: lane.is_ahead_of(self._stop))
                following = self._next_stop()
                self._draw_cycle(sink, following)
        return self._finished()

    def photograph(self, sink: PictureSink) -> JointOutcome:
        """Draw the newest snapshot of each run once.

        Of a trainer that is the first that comes, of a recording the last.
        """
        with closing(sink):
            self._read_until(
                lambda lane: lane.is_live and bool(lane.timeline.snapshots)
            )
            newest = [x.snapshots[-1].epoch for x in self._timelines if x.snapshots]
            if newest:
                self._stop = max(newest)
                self._draw(sink, None, 1.0)
        return self._finished()

    def _read_until(self, is_enough: Callable[[Lane], bool]) -> None:
        """Read from every source until that is enough, or it gives no more."""
        while not self._is_interrupted():
            waiting = [x for x in self._lanes if not (is_enough(x) or x.is_over)]
            if not waiting:
                break
            for lane in waiting:
                event = lane.read(POLL_S / len(waiting), self._clock())
                self._say(lane)
                if event is None:
                    self._tell()  # what is left takes longer while nothing comes
                shown = [self._shown(lane, self._stop) for lane in self._lanes]
                thin_together(self._timelines, self._most_bytes, shown)

    @property
    def _cycle(self) -> Cycle:
        found = (x.manifest for x in self._timelines if x.manifest is not None)
        return cycle_of(next(found, None))

    def _first_stop(self) -> int | None:
        return min(
            (x.snapshots[0].epoch for x in self._timelines if x.snapshots), default=None
        )

    def _next_stop(self) -> int | None:
        """Find the next epoch of which any run has a snapshot; None where that was all."""
        if self._is_interrupted():
            return None
        newest = [x.snapshots[-1].epoch for x in self._timelines if x.snapshots]
        return min((epoch for epoch in newest if epoch > self._stop), default=None)

    def _draw_cycle(self, sink: PictureSink, following: int | None) -> None:
        """Draw what leads to the following stop; after the last one the hold."""
        cycle, was_interrupted = self._cycle, self._is_interrupted()
        per_cycle = max(1, round((self._seconds or cycle.seconds) * sink.fps))
        frames = range(per_cycle)
        if following is None:
            rest = round(per_cycle * cycle.rest)
            hold = round(HOLD_S * sink.fps)
            frames = range(rest if was_interrupted else 0, rest + hold)
        for frame in frames:
            if self._is_interrupted() and not was_interrupted:
                return
            self._draw(sink, following, frame / per_cycle)

    def _draw(self, sink: PictureSink, following: int | None, fraction: float) -> None:
        moments = [self._moment(lane, following, fraction) for lane in self._lanes]
        self._composition.paint(moments, sink.size, self._theme)
        picture = self._composition.picture
        assert picture is not None, "it was painted"
        sink.write(picture)
        self._frames += 1
        self._tell()

    def _moment(self, lane: Lane, following: int | None, fraction: float) -> Moment:
        snapshots, shown = lane.timeline.snapshots, self._shown(lane, following)
        if not snapshots:
            return Moment(None, self._standing(lane, 0))
        index, coming = shown
        is_new = snapshots[index].epoch == self._stop
        cue = cue_beside(index, coming, fraction, self._cycle, is_new=is_new)
        return Moment(cue, self._standing(lane, index))

    def _shown(self, lane: Lane, following: int | None) -> tuple[int, ...]:
        """Find the snapshots that a run shows and that it is led to."""
        snapshots = lane.timeline.snapshots
        if not snapshots:
            return ()
        index = newest_at(snapshots, self._stop)
        return index, index if following is None else newest_at(snapshots, following)

    def _standing(self, lane: Lane, index: int) -> Standing:
        """Say how a run stands, as of a recording: a video knows no now."""
        line = lane.timeline
        stream = Stream(lane.name, is_live=False, silent_s=None, finished=lane.is_over)
        missing = [f"lost {line.lost}"] if line.lost else []
        return standing(stream, line, self._stop, index, missing, recording="")

    def _objection(self, lane: Lane, joined: Joined) -> str:
        others = {
            each.name: each.timeline.manifest
            for each in self._lanes
            if each is not lane and each.timeline.manifest is not None
        }
        return objection(lane.name, joined.manifest, others)

    def _tell(self) -> None:
        count = sum(line.received for line in self._timelines)
        expected = [line.expected for line in self._timelines]
        of = self._count or (sum(expected) if all(expected) else 0)
        of = max(of, count) if of else 0
        counts = Counts(snapshots=count, of_snapshots=of, frames=self._frames)
        self._report.count(counts)

    def _say(self, lane: Lane) -> None:
        for note in lane.notes():
            self._report.say(note)

    def _finished(self) -> JointOutcome:
        for lane in self._lanes:
            self._say(lane)
        each = [(lane.name, lane.outcome) for lane in self._lanes]
        troubles = [f"{x.name}: {x.trouble}" for x in self._lanes if x.trouble]
        whole = Outcome(
            frames=self._frames,
            snapshots=sum(outcome.snapshots for _, outcome in each),
            lost=sum(outcome.lost for _, outcome in each),
            trouble="; ".join(troubles),
            interrupted=self._is_interrupted(),
        )
        return JointOutcome(whole, each)
