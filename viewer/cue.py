"""Which snapshot is shown, in which phase, how far; a pure function of a frame number.

A cycle shows one snapshot. In a training the signal runs forward, the loss is taken,
the update runs back to the weights of the following snapshot, and all comes to rest.
Where a trained network is tried, the signal runs forward, its decision stays to be
read, and the next example comes. Without a following snapshot a cycle stops where it
rests.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise

from protocol.messages import Manifest


class Phase(StrEnum):
    """What a moment of a cycle shows."""

    FORWARD = "forward"
    LOSS = "loss"
    BACKWARD = "backward"
    UPDATE = "update"
    DECISION = "decision"
    NEXT = "next"


@dataclass(frozen=True, slots=True)
class Cycle:
    """The phases in which a snapshot is shown.

    Attributes:
        phases: In their order.
        borders: Shares of the cycle at which they begin, and 1.
        in_turn: Whether a live viewer shows each snapshot that came, not the newest.
        seconds: How long it takes unless the reader wants it otherwise.
    """

    phases: tuple[Phase, ...]
    borders: tuple[float, ...]
    in_turn: bool = False
    seconds: float = 2.0

    @property
    def lit(self) -> float:
        """Share at which the signal has reached the last layer."""
        return self.borders[1]

    @property
    def rest(self) -> float:
        """Share at which it stops where no snapshot follows."""
        return self.borders[2]

    @property
    def updated(self) -> float:
        """Share at which an update has reached the first layer."""
        return self.borders[-2]

    @property
    def runs_back(self) -> bool:
        """Whether there is an update that runs back."""
        return Phase.BACKWARD in self.phases


TRAINING = Cycle(
    (Phase.FORWARD, Phase.LOSS, Phase.BACKWARD, Phase.UPDATE),
    (0.0, 0.46, 0.54, 0.94, 1.0),
)
TRIAL = Cycle(
    (Phase.FORWARD, Phase.DECISION, Phase.NEXT), (0.0, 0.46, 0.9, 1.0), in_turn=True
)
# Twenty layers a second, as in the video that planes of classes go back to.
LAYERS = replace(TRAINING, seconds=0.05)
CYCLES = {"example": TRIAL, "layer": LAYERS}


def cycle_of(manifest: Manifest | None) -> Cycle:
    """Choose the cycle in which the snapshots of a run are shown."""
    return TRAINING if manifest is None else CYCLES.get(manifest.axis, TRAINING)


@dataclass(frozen=True, slots=True)
class Cue:
    """One moment.

    Attributes:
        index: The snapshot shown, counted in the timeline from 0.
        following: The snapshot whose weights the update leads to, or None.
        phase: What is going on.
        progress: How far the phase is, 0 to 1.
        cycle: What the phase is part of.
    """

    index: int
    following: int | None
    phase: Phase
    progress: float
    cycle: Cycle = TRAINING

    @property
    def fraction(self) -> float:
        """How far the whole cycle is, 0 to 1."""
        order = self.cycle.phases.index(self.phase)
        start, end = self.cycle.borders[order], self.cycle.borders[order + 1]
        return start + (end - start) * self.progress

    @property
    def is_leaving(self) -> bool:
        """Whether the example gives way to that of the following snapshot."""
        return self.phase in (Phase.UPDATE, Phase.NEXT)


def cue_of(
    index: int, following: int | None, fraction: float, cycle: Cycle = TRAINING
) -> Cue:
    """Turn a fraction of a cycle, 0 to 1, into a phase and its progress."""
    fraction = min(max(fraction, 0.0), 1.0)
    if following is None and fraction >= cycle.rest:
        return Cue(index, None, cycle.phases[1], 1.0, cycle)
    for phase, (start, end) in zip(cycle.phases, pairwise(cycle.borders), strict=True):
        if fraction < end:
            progress = (fraction - start) / (end - start)
            return Cue(index, following, phase, progress, cycle)
    return Cue(index, following, cycle.phases[-1], 1.0, cycle)


def cue_at(
    frame: int, frames_per_snapshot: int, count: int, cycle: Cycle = TRAINING
) -> Cue:
    """Find the cue of one frame of a video that shows `count` snapshots in turn."""
    index = min(frame // frames_per_snapshot, count - 1)
    following = index + 1 if index + 1 < count else None
    within = frame - index * frames_per_snapshot
    return cue_of(index, following, within / frames_per_snapshot, cycle)


def frames_of(
    count: int, frames_per_snapshot: int, hold: int, cycle: Cycle = TRAINING
) -> int:
    """Count the frames of a video: the last snapshot stays `hold` frames longer."""
    last = round(frames_per_snapshot * cycle.rest)
    return (count - 1) * frames_per_snapshot + last + hold
