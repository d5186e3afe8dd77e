"""One moment of a run, ready to be painted."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from protocol.messages import Manifest, Rows, Snapshot
from viewer.cue import Cue, Phase
from viewer.easing import ease
from viewer.options import PLAIN, Options
from viewer.timeline import Timeline


@dataclass(frozen=True, slots=True)
class Beside:
    """What is shown at the same time of another run.

    Attributes:
        timeline: Of that run; it has a manifest.
        count: How many of its metric rows are shown.
    """

    timeline: Timeline
    count: int

    @property
    def is_planned(self) -> bool:
        """Whether its end is known."""
        manifest = self.timeline.manifest
        return manifest is not None and manifest.epochs > 0

    @property
    def end(self) -> float:
        """Where its curves end, as far as is known."""
        manifest, rows = self.timeline.manifest, self.timeline.rows[: self.count]
        planned = 0 if manifest is None else manifest.epochs
        return max(float(planned), float(rows[-1, 0]) if len(rows) else 0.0)

    def metric(self, name: str) -> tuple[Rows, Rows]:
        """Give the epochs and values of one metric, both shape (n,)."""
        manifest = self.timeline.manifest
        metrics = () if manifest is None else manifest.metrics
        return metric_of(metrics, self.timeline.rows[: self.count], name)


@dataclass(frozen=True, slots=True)
class Scene:
    """What every panel is given to paint.

    Attributes:
        manifest: What the run is.
        snapshot: The one shown.
        previous: The one shown before it, or None.
        following: The one that the update leads to, or None.
        before_following: The one received before that, or None.
        history: All snapshots up to the one shown, oldest first.
        cue: Phase and progress.
        epoch: Shown on the counter: it runs on while the update runs back.
        rows: Metric rows up to that epoch, shape (n, metrics); of an example that is
            tried, from its decision on.
        badge: A short word about the stream, such as "paused"; may be empty.
        options: How the reader wants it drawn.
        beside: The other runs that are shown at the same time.
    """

    manifest: Manifest
    snapshot: Snapshot
    previous: Snapshot | None
    following: Snapshot | None
    before_following: Snapshot | None
    history: Sequence[Snapshot]
    cue: Cue
    epoch: int
    rows: Rows
    badge: str
    options: Options = PLAIN
    beside: tuple[Beside, ...] = ()

    @property
    def exchanged(self) -> float:
        """How far the following example has replaced this one, 0 to 1, in 64 steps."""
        if not self.cue.is_leaving or self.following is None:
            return 0.0
        return round(ease(self.cue.progress) * 64) / 64

    def metric(self, name: str) -> tuple[Rows, Rows]:
        """Give the epochs and values of one metric, both shape (n,)."""
        return metric_of(self.manifest.metrics, self.rows, name)

    def newest(self, name: str) -> float:
        """Give the newest value of a metric, NaN where there is none."""
        _, values = self.metric(name)
        return float(values[-1]) if len(values) else math.nan


def metric_of(metrics: Sequence[str], rows: Rows, name: str) -> tuple[Rows, Rows]:
    """Give the epochs and values of a metric in rows that have these columns."""
    if name not in metrics or not len(rows):
        return np.empty(0), np.empty(0)
    return rows[:, 0], rows[:, metrics.index(name)]


def scene_of(
    timeline: Timeline,
    cue: Cue,
    badge: str = "",
    options: Options = PLAIN,
    beside: tuple[Beside, ...] = (),
) -> Scene:
    """Pick what a cue shows out of a timeline that has at least one snapshot."""
    if timeline.manifest is None:
        raise ValueError("a scene needs a timeline that has a manifest")
    snapshot, following = _ends_of(timeline, cue)
    return Scene(
        manifest=timeline.manifest,
        snapshot=snapshot,
        previous=timeline.snapshots[cue.index - 1] if cue.index else None,
        following=following,
        before_following=timeline.snapshots[cue.following - 1]
        if cue.following
        else None,
        history=timeline.snapshots[: cue.index + 1],
        cue=cue,
        epoch=epoch_of(snapshot, following, cue),
        rows=timeline.rows[: rows_shown(timeline, cue)],
        badge=badge,
        options=options,
        beside=beside,
    )


def rows_shown(timeline: Timeline, cue: Cue) -> int:
    """Count the metric rows up to a moment; the timeline has a snapshot."""
    rows, epoch = timeline.rows, epoch_of(*_ends_of(timeline, cue), cue)
    side: Literal["left", "right"] = "right"
    if cue.phase is Phase.FORWARD and not cue.cycle.runs_back:
        side = "left"  # what is decided is not known before the light has arrived
    return int(np.searchsorted(rows[:, 0], epoch, side=side)) if len(rows) else 0


def _ends_of(timeline: Timeline, cue: Cue) -> tuple[Snapshot, Snapshot | None]:
    """Give the snapshot shown and the one that it leads to."""
    following = None if cue.following is None else timeline.snapshots[cue.following]
    return timeline.snapshots[cue.index], following


def epoch_of(snapshot: Snapshot, following: Snapshot | None, cue: Cue) -> int:
    """Run the epoch on from one snapshot to the next while the update runs back."""
    after = None if following is None else following.epoch
    return epoch_between(snapshot.epoch, after, cue)


def epoch_between(epoch: int, following: int | None, cue: Cue) -> int:
    """Say which epoch it is in a cycle that leads from one to another, or to none."""
    if following is None or cue.phase not in (Phase.BACKWARD, Phase.UPDATE):
        return epoch
    start = cue.cycle.rest
    share = (cue.fraction - start) / (1 - start)
    return epoch + int(share * (following - epoch))
