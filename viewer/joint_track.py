"""The line of a bar that stands for several runs, in epochs. Pure."""

from bisect import bisect_right
from collections.abc import Sequence

from viewer.axis import axis_of
from viewer.clock import Clock
from viewer.cue import cue_of
from viewer.scene import epoch_between
from viewer.scrub import Track
from viewer.timeline import Timeline
from viewer.whereabouts import Whereabouts


def joint_track_of(timelines: Sequence[Timeline], stops: Sequence[int]) -> Track:
    """Say what the line stands for: all runs, from the first to begin to the last end.

    Args:
        timelines: Of the runs.
        stops: Of their clock, at least one.
    """
    starts, ends = [stops[0]], [stops[-1]]
    for line in timelines:
        if line.manifest is None or not line.snapshots:
            continue
        first = line.snapshots[0]
        starts.append(first.epoch - (first.seq - 1) * line.manifest.every)
        if line.ended is None:
            ends.append(line.manifest.epochs)
    return Track(stops[0], stops[-1], max(ends), max(min(starts), 0))


def whereabouts_of(
    clock: Clock, timelines: Sequence[Timeline], *, goes_on: bool, is_heard: bool
) -> Whereabouts:
    """Say where on the line a clock is.

    Args:
        clock: Of the runs.
        timelines: Of the runs.
        goes_on: Whether any trainer may still send more.
        is_heard: Whether any of those is heard.
    """
    is_live = clock.playhead.live and is_heard
    if not clock.stops:
        return Whereabouts(goes_on=goes_on, is_live=is_live)
    track = joint_track_of(timelines, clock.stops)
    following = clock.following
    ahead = 0 if following is None else following - clock.stop
    return Whereabouts(
        goes_on=goes_on,
        is_live=is_live,
        first=track.share(track.first),
        newest=track.share(track.newest),
        now=track.share(clock.stop + clock.cue.fraction * ahead),
        spacing=clock.spacing / max(track.planned - track.start, 1),
        place=f"{_axis(timelines)} {clock.epoch}",
        behind=clock.behind,
    )


def words_at(clock: Clock, timelines: Sequence[Timeline], epoch: float) -> str:
    """Say what there is at an epoch, in one short line."""
    stops, axis = clock.stops, _axis(timelines)
    if epoch > stops[-1]:
        return f"{axis} {int(epoch)}, to come"
    if epoch < stops[0]:
        return f"before {axis} {stops[0]}, not received"
    at = bisect_right(stops, epoch) - 1
    stop, following = stops[at], next(iter(stops[at + 1 : at + 2]), None)
    share = 0.0 if following is None else (epoch - stop) / (following - stop)
    cue = cue_of(0, None if following is None else 1, share, clock.cycle)
    return f"{axis} {epoch_between(stop, following, cue)}"


def _axis(timelines: Sequence[Timeline]) -> str:
    manifests = (line.manifest for line in timelines)
    return axis_of(next((m for m in manifests if m is not None), None))
