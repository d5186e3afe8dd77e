"""Everything received so far: the manifest, all metric rows and the snapshots."""

import numpy as np

from protocol.events import Arrived, Ended, Event, Heard, Joined, Missing, Silent
from protocol.messages import EndReason, Manifest, Rows, Snapshot


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
    """

    def __init__(self) -> None:
        self.manifest: Manifest | None = None
        self.run = b""
        self.snapshots: list[Snapshot] = []
        self.ended: EndReason | None = None
        self.silent_s: float | None = None
        self.skipped = 0
        self.lost = 0
        self._blocks: list[Rows] = []

    def absorb(self, event: Event) -> None:
        """Take in one event; a new run clears what was there."""
        match event:
            case Joined():
                self._join(event)
            case Arrived():
                self._blocks.append(event.rows)
                self.snapshots.append(event.snapshot)
                self.skipped += event.skipped
                self.lost += event.lost
            case Missing():
                self.lost += event.last - event.first + 1
            case Ended():
                self.ended = event.reason
            case Silent():
                self.silent_s = event.since_s
            case Heard():
                self.silent_s = None
            case _:
                pass

    @property
    def rows(self) -> Rows:
        """All metric rows, shape (n, len(manifest.metrics)), float64."""
        if len(self._blocks) > 1:
            self._blocks = [np.concatenate(self._blocks)]
        return self._blocks[0] if self._blocks else np.empty((0, 0))

    def _join(self, event: Joined) -> None:
        if event.fresh:
            self.snapshots = []
            self.skipped = self.lost = 0
        self.run, self.manifest = event.run, event.manifest
        self._blocks = [event.rows]
        self.ended = event.ended
        self.silent_s = None
