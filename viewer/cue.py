"""Which snapshot is shown, in which phase, how far; a pure function of a frame number.

A cycle shows one snapshot: the signal runs forward, the loss is taken, the update
runs back to the weights of the following snapshot, and all comes to rest. Without
a following snapshot the cycle stops at the end of the loss phase.
"""

from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise


class Phase(StrEnum):
    """What a moment of the cycle shows."""

    FORWARD = "forward"
    LOSS = "loss"
    BACKWARD = "backward"
    UPDATE = "update"


# Shares of one cycle at which the phases begin and the last one ends.
BOUNDARIES = (0.0, 0.46, 0.54, 0.94, 1.0)


@dataclass(frozen=True, slots=True)
class Cue:
    """One moment.

    Attributes:
        index: The snapshot shown, counted in the timeline from 0.
        following: The snapshot whose weights the update leads to, or None.
        phase: What is going on.
        progress: How far the phase is, 0 to 1.
    """

    index: int
    following: int | None
    phase: Phase
    progress: float

    @property
    def fraction(self) -> float:
        """How far the whole cycle is, 0 to 1."""
        order = list(Phase).index(self.phase)
        start, end = BOUNDARIES[order], BOUNDARIES[order + 1]
        return start + (end - start) * self.progress


def cue_of(index: int, following: int | None, fraction: float) -> Cue:
    """Turn a fraction of a cycle, 0 to 1, into a phase and its progress."""
    fraction = min(max(fraction, 0.0), 1.0)
    if following is None and fraction >= BOUNDARIES[2]:
        return Cue(index, None, Phase.LOSS, 1.0)
    for phase, (start, end) in zip(Phase, pairwise(BOUNDARIES), strict=True):
        if fraction < end:
            return Cue(index, following, phase, (fraction - start) / (end - start))
    return Cue(index, following, Phase.UPDATE, 1.0)


def cue_at(frame: int, frames_per_snapshot: int, count: int) -> Cue:
    """Find the cue of one frame of a video that shows `count` snapshots in turn."""
    index = min(frame // frames_per_snapshot, count - 1)
    following = index + 1 if index + 1 < count else None
    within = frame - index * frames_per_snapshot
    return cue_of(index, following, within / frames_per_snapshot)


def frames_of(count: int, frames_per_snapshot: int, hold: int) -> int:
    """Count the frames of a video: the last snapshot stays `hold` frames longer."""
    last = round(frames_per_snapshot * BOUNDARIES[2])
    return (count - 1) * frames_per_snapshot + last + hold
