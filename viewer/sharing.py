"""What one run shows in a cycle that it shares with others. Pure."""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from protocol.messages import Snapshot
from viewer.cue import Cue, Cycle, cue_of


@dataclass(frozen=True, slots=True)
class Showing:
    """What one run shows in a cycle; snapshots are named by their `seq`.

    Attributes:
        shown: The snapshot.
        is_new: Whether the cycle before showed another one.
        coming: What the cycle leads to, once that is chosen.
    """

    shown: int
    is_new: bool
    coming: int | None = None


def newest_at(snapshots: Sequence[Snapshot], epoch: int) -> int:
    """Find the newest snapshot of an epoch or before it; the first where all are later.

    Returns:
        Its place among the snapshots, of which there is at least one.
    """
    return max(bisect_right(snapshots, epoch, key=lambda each: each.epoch) - 1, 0)


def cue_beside(
    index: int, coming: int, fraction: float, cycle: Cycle, *, is_new: bool
) -> Cue:
    """Say what to paint of a run in a cycle that it shares with others.

    Args:
        index: Place of the snapshot shown.
        coming: Place of the one that the cycle leads to; the same where it does not.
        fraction: How far the cycle is.
        cycle: Its phases.
        is_new: Whether another snapshot was shown before; else the run rests, until
            there is an update.
    """
    if not is_new:
        fraction = max(fraction, math.nextafter(cycle.rest, 0))
    return cue_of(index, coming if coming > index else None, fraction, cycle)


def place_of(snapshots: Sequence[Snapshot], seq: int) -> int:
    """Find the place of a snapshot by its number, or where it was."""
    at = bisect_left(snapshots, seq, key=lambda each: each.seq)
    return min(at, len(snapshots) - 1)
