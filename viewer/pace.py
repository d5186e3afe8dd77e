"""How fast a recording comes on, and how long it will still take."""

from collections import deque
from dataclasses import dataclass

# The speed is that of the last minute: snapshots of a run that is joined late come
# faster at first.
PACE_S = 60.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Counts:
    """How far a recording is.

    Attributes:
        snapshots: How many have come.
        of_snapshots: How many there will be; 0 where that is not known.
        frames: How many are drawn.
        of_frames: How many there will be; 0 where that is not known.
    """

    snapshots: int = 0
    of_snapshots: int = 0
    frames: int = 0
    of_frames: int = 0

    @property
    def share(self) -> float:
        """What is done of the whole, 0 to 1; 0 where the end is not known."""
        if self.of_frames:
            return self.frames / self.of_frames
        return self.snapshots / self.of_snapshots if self.of_snapshots else 0.0


class Pace:
    """Measures the speed and says how long it will still take."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, Counts]] = deque()

    def __bool__(self) -> bool:
        """Whether there was anything to measure yet."""
        return bool(self._seen)

    def take(self, counts: Counts, now: float) -> None:
        """Take note of counts at a time in seconds."""
        seen = self._seen
        seen.append((now, counts))
        while len(seen) > 2 and now - seen[1][0] > PACE_S:
            seen.popleft()

    @property
    def frames_a_second(self) -> float:
        """How many frames are drawn a second; 0 where that is not known yet."""
        (start, first), (end, last) = self._seen[0], self._seen[-1]
        return (last.frames - first.frames) / (end - start) if end > start else 0.0

    @property
    def left_s(self) -> float | None:
        """Seconds to the end, None where that is not known."""
        (start, first), (end, last) = self._seen[0], self._seen[-1]
        gained = last.share - first.share
        if gained <= 0:
            return None
        return max(1 - last.share, 0) * (end - start) / gained
