"""Dragging through a run: from a place on a line to a moment, and back. Pure.

How it works: the line stands for the whole planned run and each snapshot, by its
number, has its place on it. Between two snapshots lies the cycle that leads from one to
the other, so that dragging on runs its signal and dragging back runs it backwards.
Where snapshots are so close that this would only flicker, a place is the nearest
snapshot, all of it lit.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from viewer.axis import axis_of
from viewer.controls import Playhead
from viewer.cue import Cue, Cycle, cue_of, cycle_of
from viewer.scene import epoch_of
from viewer.timeline import Timeline


@dataclass(frozen=True, slots=True)
class Track:
    """What a line stands for, in numbers of snapshots; of several runs, in epochs.

    Attributes:
        first: The oldest snapshot that there is.
        newest: The newest.
        planned: The last one that the run will have, as far as is known.
        start: Where the line begins.
    """

    first: int
    newest: int
    planned: int
    start: int = 1

    def share(self, number: float) -> float:
        """Place a number on the line, 0 to 1."""
        return (number - self.start) / max(self.planned - self.start, 1)

    def number(self, share: float) -> float:
        """Find the number at a place on the line."""
        return self.start + share * max(self.planned - self.start, 1)


def track_of(timeline: Timeline) -> Track:
    """Say what a line stands for; the timeline has a manifest and a snapshot."""
    manifest, newest = timeline.manifest, timeline.snapshots[-1]
    to_come = 0
    if manifest is not None and manifest.every and timeline.ended is None:
        to_come = -((newest.epoch - manifest.epochs) // manifest.every)
    planned = newest.seq + max(to_come, 0)
    return Track(timeline.snapshots[0].seq, newest.seq, planned)


def number_of(timeline: Timeline, cue: Cue) -> float:
    """Place a moment: a number of a snapshot, or between two of them."""
    number = timeline.snapshots[cue.index].seq
    if cue.following is None:
        return number
    return number + cue.fraction * (timeline.snapshots[cue.following].seq - number)


def place_of(timeline: Timeline, cue: Cue) -> str:
    """Name a moment as the counter of the picture does, such as "epoch 25"."""
    here, following = timeline.snapshots[cue.index], None
    if cue.following is not None:
        following = timeline.snapshots[cue.following]
    return f"{axis_of(timeline.manifest)} {epoch_of(here, following, cue)}"


def words_at(timeline: Timeline, number: float) -> str:
    """Say what there is at a place on the line, in one short line."""
    manifest, snapshots = timeline.manifest, timeline.snapshots
    newest, index, axis = snapshots[-1], _at(timeline, number), axis_of(manifest)
    if manifest is not None and number > newest.seq:
        epoch = newest.epoch + int((number - newest.seq) * manifest.every)
        return f"{axis} {epoch}, to come"
    if number < snapshots[0].seq:
        return f"before {axis} {snapshots[0].epoch}, not received"
    following = index + 1 if index + 1 < len(snapshots) else None
    share = _share(timeline, index, number)
    cue = cue_of(index, following, share, cycle_of(manifest))
    return f"{place_of(timeline, cue)}, snapshot {snapshots[index].seq}"


def hold(
    playhead: Playhead, timeline: Timeline, number: float, *, whole: bool
) -> Playhead:
    """Drag the playhead to a place.

    Args:
        playhead: Where it was.
        timeline: What there is to move in.
        number: Of a snapshot; a fraction is a place in its cycle.
        whole: Whether to go to the nearest snapshot only.
    """
    places = [each.seq for each in timeline.snapshots]
    return hold_among(
        playhead, places, number, cycle_of(timeline.manifest), whole=whole
    )


def hold_among(
    playhead: Playhead,
    places: Sequence[int],
    number: float,
    cycle: Cycle,
    *,
    whole: bool,
) -> Playhead:
    """Drag the playhead to a number among those of the places where it can rest.

    Args:
        playhead: Where it was.
        places: In their order, at least one.
        number: Between two places it is a place in the cycle from one to the other.
        cycle: How each place is shown.
        whole: Whether to go to the nearest place only.
    """
    index, last = max(bisect_right(places, number) - 1, 0), len(places) - 1
    held = replace(playhead, held=True, live=False, target=None)
    if index == last:
        return replace(held, index=last, fraction=cycle.rest)
    here, after = places[index : index + 2]
    share = max((number - here) / (after - here), 0.0)
    if whole:
        index += share > 0.5
        fraction = cycle.rest if index == last else cycle.lit
        return replace(held, index=index, fraction=fraction)
    target = index + 1 if share >= cycle.rest else None
    return replace(held, index=index, fraction=share, target=target)


def let_go(playhead: Playhead) -> Playhead:
    """Go on as before the playhead was dragged, but not live."""
    return replace(playhead, held=False)


def _at(timeline: Timeline, number: float) -> int:
    """Find the snapshot at a place, or the one before it."""
    index = bisect_right(timeline.snapshots, number, key=lambda each: each.seq) - 1
    return max(index, 0)


def _share(timeline: Timeline, index: int, number: float) -> float:
    """Say how far a place is from one snapshot to the next."""
    if index + 1 == len(timeline.snapshots):
        return 0.0
    here, after = timeline.snapshots[index : index + 2]
    return max((number - here.seq) / (after.seq - here.seq), 0.0)
