"""One clock for several runs, by epoch. Pure: time, keys and snapshots are told to it.

How it works: the epochs of which any run has a snapshot are the stops of the clock. Its
playhead goes from stop to stop as that of one run does from snapshot to snapshot
(controls.py). At a stop each run shows its newest snapshot of that epoch or before it;
where that is none but the one of the stop before, the run rests. What the runs show,
and what the cycle leads them to, is chosen once for each cycle: what comes later waits
for the next one, also where a run is slower and only now reaches the stop.

Live, the clock is where the newest snapshot of those trainers is that still go on, and
never goes back by itself.
"""

from collections.abc import Sequence
from dataclasses import replace

from viewer import controls, scrub
from viewer.controls import Extent, Playhead
from viewer.cue import Cue, Cycle, cycle_of
from viewer.scene import epoch_between
from viewer.sharing import Showing, cue_beside, newest_at, place_of
from viewer.stops import Stops
from viewer.timeline import Timeline


class Clock:
    """Moves several runs by one playhead.

    Attributes:
        playhead: Where it is; `index` and `target` are places in `stops`.
    """

    def __init__(self, timelines: Sequence[Timeline], live: Sequence[bool]) -> None:
        """Begin before any snapshot.

        Args:
            timelines: Of the runs; read whenever the clock moves.
            live: Which of them come from a trainer.
        """
        self.playhead = Playhead(live=any(live))
        self._stops = Stops()
        self._timelines = timelines
        self._live = live
        self._showings: list[Showing | None] = [None] * len(timelines)

    # What is told to it

    def arrived(self, epoch: int) -> None:
        """Take note that a run has a snapshot of an epoch."""
        at = self._stops.add(epoch)
        if at is not None and any(self._showings):
            self._shift(at)

    def forgot(self) -> None:
        """Take note that snapshots were forgotten, other than those shown."""
        target = self.playhead.target
        epochs = [self.stops[at] for at in (self.playhead.index, target or 0)]
        lines = self._timelines
        self._stops.renew(each.epoch for line in lines for each in line.snapshots)
        index, led = map(self._stops.at, epochs)
        self.playhead = replace(
            self.playhead, index=index, target=None if target is None else led
        )

    def began(self, number: int) -> None:
        """Take note that another run has begun in the place of one."""
        self._showings[number] = None
        if self.stops:
            self.forgot()
        if not self.stops:
            self.playhead = Playhead(live=any(self._live), speed=self.playhead.speed)

    def advance(self, cycles: float) -> None:
        """Let time pass, in cycles at normal speed."""
        if not self.stops:
            return
        self._join()
        extent = self._extent()
        playhead = controls.advance(self.playhead, cycles, extent)
        is_free = playhead.playing and not playhead.held
        if is_free and controls.is_waiting(playhead, extent) and self._is_behind():
            playhead = replace(playhead, target=playhead.index)  # the same stop again
        self._go(playhead, by_itself=True)

    def press(self, key: str, layers: int) -> None:
        """Do what a key says.

        Args:
            key: See controls.press.
            layers: How many stops a cycle has for single steps, see Extent.
        """
        extent = replace(self._extent(all_stops=True), layers=layers)
        playhead = controls.press(self.playhead, key, extent)
        has_moved = (playhead.index, playhead.fraction) != (
            self.playhead.index,
            self.playhead.fraction,
        )
        if playhead.live and has_moved:
            playhead = replace(playhead, index=self._live_stop())
        self._go(playhead)

    def change_speed(self) -> None:
        """Go on at the next speed; after the fastest comes the slowest."""
        self.playhead = controls.next_speed(self.playhead)

    def hold(self, epoch: float, *, whole: bool) -> None:
        """Drag the playhead to an epoch, see scrub.hold."""
        if self.stops:
            self._join()
            held = (self.playhead, self.stops, epoch, self.cycle)
            self._go(scrub.hold_among(*held, whole=whole))

    def let_go(self) -> None:
        """Go on from where the playhead was dragged to."""
        self.playhead = scrub.let_go(self.playhead)

    # What it says

    @property
    def stops(self) -> list[int]:
        """Epochs of which any run has a snapshot, in their order."""
        return self._stops.epochs

    @property
    def spacing(self) -> int:
        """Epochs between the closest two stops; 0 where there are not two."""
        return self._stops.spacing

    @property
    def cycle(self) -> Cycle:
        """How each stop is shown."""
        manifests = (line.manifest for line in self._timelines)
        return cycle_of(next((m for m in manifests if m is not None), None))

    @property
    def stop(self) -> int:
        """The epoch of the stop; there is one."""
        return self.stops[self.playhead.index]

    @property
    def cue(self) -> Cue:
        """The moment; its snapshots are places in `stops`, of which there is one."""
        return controls.cue(self.playhead, self._extent())

    @property
    def following(self) -> int | None:
        """The epoch of the stop that the cycle leads to, or None."""
        at = self.cue.following
        return None if at is None else self.stops[at]

    @property
    def epoch(self) -> int:
        """The epoch now: it runs on while the update runs back."""
        return epoch_between(self.stop, self.following, self.cue)

    @property
    def behind(self) -> int:
        """How many stops there are after this one; live they are not waited for."""
        last = len(self.stops) - 1
        return 0 if self.playhead.live else max(last - self.playhead.index, 0)

    def shown(self, number: int) -> tuple[int, int] | None:
        """Say what a run shows and what that leads to: places in its snapshots."""
        showing, snapshots = self._showings[number], self._timelines[number].snapshots
        if showing is None or not snapshots:
            return None
        here = place_of(snapshots, showing.shown)
        if self.playhead.target is None:
            following = self.following
            epoch = self.stop if following is None else following
            return here, newest_at(snapshots, epoch)
        coming = showing.shown if showing.coming is None else showing.coming
        return here, place_of(snapshots, coming)

    def cue_of(self, number: int) -> Cue | None:
        """Say what to paint of a run; None before it has a snapshot."""
        shown, showing = self.shown(number), self._showings[number]
        if shown is None or showing is None:
            return None
        fraction = self.playhead.fraction
        return cue_beside(*shown, fraction, self.cycle, is_new=showing.is_new)

    # How it goes on

    def _extent(self, *, all_stops: bool = False) -> Extent:
        """Say how far it may go by itself, or at all."""
        count = len(self.stops)
        if self.playhead.live and not all_stops:
            playhead = self.playhead
            count = max(self._live_stop(), playhead.index, playhead.target or 0) + 1
        return Extent(max(count, 1), 0, self.cycle)

    def _live_stop(self) -> int:
        """Find the newest stop of the trainers that go on; the last where none does."""
        newest = [
            line.snapshots[-1].epoch
            for line, is_live in zip(self._timelines, self._live, strict=True)
            if is_live and line.ended is None and line.snapshots
        ]
        last = len(self.stops) - 1
        return self._stops.at(max(newest)) if newest else max(last, 0)

    def _is_behind(self) -> bool:
        """Whether a run has something newer for this stop than it shows."""
        pairs = zip(self._timelines, self._showings, strict=True)
        return any(
            line.snapshots[newest_at(line.snapshots, self.stop)].seq > showing.shown
            for line, showing in pairs
            if showing is not None and line.snapshots
        )

    def _join(self) -> None:
        """Let those take part that have their first snapshot."""
        if self.playhead.live and not any(self._showings):
            self.playhead = replace(self.playhead, index=self._live_stop())
        for number, line in enumerate(self._timelines):
            if self._showings[number] is None and line.snapshots:
                self._settle(number, by_itself=False)

    def _go(self, playhead: Playhead, *, by_itself: bool = False) -> None:
        before, self.playhead = self.playhead, playhead
        is_over = before.target is not None and playhead.target is None
        is_back = playhead.fraction == 0 < before.fraction
        if playhead.index != before.index or is_over or is_back:
            for number in range(len(self._showings)):
                self._settle(number, by_itself=by_itself)
        if playhead.target is not None and playhead.target != before.target:
            self._choose(self.stops[playhead.target])

    def _settle(self, number: int, *, by_itself: bool) -> None:
        """Choose what a run shows at this stop."""
        snapshots, before = self._timelines[number].snapshots, self._showings[number]
        if not snapshots:
            return
        snapshot = snapshots[newest_at(snapshots, self.stop)]
        is_new = snapshot.epoch == self.stop
        if by_itself and before is not None:
            is_new = before.shown != snapshot.seq
        self._showings[number] = Showing(snapshot.seq, is_new)

    def _choose(self, epoch: int) -> None:
        """Choose what the cycle leads each run to."""
        for number, (line, showing) in enumerate(
            zip(self._timelines, self._showings, strict=True)
        ):
            if showing is not None and line.snapshots:
                coming = line.snapshots[newest_at(line.snapshots, epoch)].seq
                self._showings[number] = replace(showing, coming=coming)

    def _shift(self, at: int) -> None:
        """Stay where it is though there is another stop before."""
        index, target = self.playhead.index, self.playhead.target
        self.playhead = replace(
            self.playhead,
            index=index + (at <= index),
            target=target if target is None else target + (at <= target),
        )
