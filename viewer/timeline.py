"""Everything received so far: the manifest, all metric rows and the snapshots.

How it works: when the snapshots need more memory than they may, every second of them is
forgotten, later every fourth is kept and so on. The first, the newest and those on
screen always stay; so do the newer ones for as long as there is room.
"""

from collections.abc import Sequence

from protocol.events import (
    Arrived,
    Dropped,
    Ended,
    Event,
    Heard,
    Joined,
    Missing,
    Silent,
)
from protocol.messages import EndReason, Manifest, Rows, Snapshot
from protocol.rows import RowLog
from viewer.footprint import footprint


class Timeline:
    """What a viewer knows of a run, in the order it happened.

    Attributes:
        manifest: What the run is; None before the trainer answered.
        run: 16 bytes that name the run; empty before.
        snapshots: Oldest first.
        ended: Why the run ended, None while it goes on.
        silent_s: Seconds since the trainer was last heard, None while it is heard.
        skipped: Snapshots left out on purpose because this viewer was slow.
        lost: Snapshots that should have come and did not.
        dropped: Snapshots that the trainer could not publish.
        received: Snapshots that came, those forgotten since included.
        stride: 1, or of how many old snapshots one is kept: 2, 4, 8 ...
        ended_text: What the trainer said of its end; may be empty.
    """

    def __init__(self) -> None:
        self.manifest: Manifest | None = None
        self.run = b""
        self.snapshots: list[Snapshot] = []
        self.ended: EndReason | None = None
        self.silent_s: float | None = None
        self.skipped = 0
        self.lost = 0
        self.dropped = 0
        self.received = 0
        self.stride = 1
        self.ended_text = ""
        self._numbers: list[int] = []  # of each snapshot, counted as they came
        self._bytes = 0
        self._rows = RowLog(0)

    def absorb(self, event: Event) -> None:
        """Take in one event; a new run clears what was there."""
        match event:
            case Joined():
                self._join(event)
            case Arrived():
                self._arrive(event)
            case Missing():
                self.lost += event.last - event.first + 1
            case Dropped():
                self.dropped = event.count
            case Ended():
                self.ended, self.ended_text = event.reason, event.text
                self.lost += event.lost
            case Silent():
                self.silent_s = event.since_s
            case Heard():
                self.silent_s = None
            case _:
                pass

    @property
    def size(self) -> int:
        """Bytes that the snapshots kept need."""
        return self._bytes

    @property
    def expected(self) -> int:
        """How many snapshots the trainer means to make; 0 where that is not known."""
        manifest, count = self.manifest, self.received
        if manifest is None or not (count and manifest.epochs and manifest.every):
            return 0
        if self.ended is not None:
            return count
        newest = self.snapshots[-1].epoch
        return count + max(-((newest - manifest.epochs) // manifest.every), 0)

    @property
    def rows(self) -> Rows:
        """Metric rows, shape (n, len(manifest.metrics)), float64; see RowLog."""
        return self._rows.between(0, len(self._rows))

    def thin(self, most_bytes: int, shown: Sequence[int] = ()) -> bool:
        """Forget snapshots until the others fit.

        Args:
            most_bytes: What all of them may need.
            shown: Places in `snapshots` that must stay, beside the first and the last;
                so do those before them, on which depends how they are drawn.

        Returns:
            Whether any was forgotten: places in `snapshots` have changed.
        """
        if self._bytes <= most_bytes:
            return False
        before = len(self.snapshots)
        pinned = {0, before - 1, *shown, *(max(place - 1, 0) for place in shown)}
        kept = {self._numbers[place] for place in pinned if place < before}
        self._keep(kept)
        # A quarter of room more, or the next arrival would make it all begin again.
        while self._bytes > 0.75 * most_bytes and len(self.snapshots) > len(kept):
            self.stride *= 2
            self._keep(kept)
        return len(self.snapshots) < before

    def _arrive(self, event: Arrived) -> None:
        self._rows.append(event.rows)
        self.snapshots.append(event.snapshot)
        self._numbers.append(self.received)
        self._bytes += footprint(event.snapshot)
        self.received += 1
        self.skipped += event.skipped
        self.lost += event.lost

    def _keep(self, kept: set[int]) -> None:
        """Forget what is neither in the stride nor of these numbers."""
        stays = [
            (number, snapshot)
            for number, snapshot in zip(self._numbers, self.snapshots, strict=True)
            if number % self.stride == 0 or number in kept
        ]
        self._numbers = [number for number, _ in stays]
        self.snapshots = [snapshot for _, snapshot in stays]
        self._bytes = sum(footprint(snapshot) for snapshot in self.snapshots)

    def _join(self, event: Joined) -> None:
        if event.fresh:
            self.snapshots, self._numbers = [], []
            self.skipped = self.lost = self.dropped = self.received = self._bytes = 0
            self.stride = 1
        self.run, self.manifest = event.run, event.manifest
        self._rows = RowLog(len(event.manifest.metrics))
        self._rows.append(event.rows)
        self.ended, self.ended_text = event.ended, ""
        self.silent_s = None
