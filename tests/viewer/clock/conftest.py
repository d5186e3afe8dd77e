"""Runs with snapshots at given epochs, and their clock."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest

from protocol.events import Arrived, Ended, Event, Joined
from protocol.messages import EndReason, Manifest
from viewer.clock import Clock
from viewer.cue import Phase
from viewer.timeline import Timeline

Make = Callable[[Sequence[int]], list[Event]]


class Runs:
    """Timelines with snapshots at given epochs, and their clock."""

    def __init__(self, make: Make, *epochs: Sequence[int], live: bool = False) -> None:
        self._make = make
        self.timelines = [Timeline() for _ in epochs]
        self.clock = Clock(self.timelines, [live] * len(epochs))
        for number, each in enumerate(epochs):
            self.begin(number)
            self.receive(number, *each)

    def begin(self, number: int) -> None:
        [joined] = [e for e in self._make([0]) if isinstance(e, Joined)]
        self.timelines[number].absorb(joined)
        self.clock.began(number)

    def receive(self, number: int, *epochs: int) -> None:
        """Let snapshots arrive that are numbered on."""
        line = self.timelines[number]
        count = line.received
        for event in self._make([0] * count + list(epochs))[count + 1 :]:
            line.absorb(event)
        for epoch in epochs:
            self.clock.arrived(epoch)

    def end(self, number: int) -> None:
        self.timelines[number].absorb(Ended(reason=EndReason.DONE, text=""))

    def wait(self, cycles: float) -> None:
        """Let time pass in small steps."""
        for _ in range(round(cycles * 50)):
            self.clock.advance(0.02)

    @property
    def epochs(self) -> list[int | None]:
        """Of the snapshots shown."""
        found: list[int | None] = []
        for number, line in enumerate(self.timelines):
            shown = self.clock.shown(number)
            found.append(None if shown is None else line.snapshots[shown[0]].epoch)
        return found

    @property
    def coming(self) -> list[int | None]:
        """Of the snapshots that the cycle leads to."""
        found: list[int | None] = []
        for number, line in enumerate(self.timelines):
            cue = self.clock.cue_of(number)
            at = None if cue is None else cue.following
            found.append(None if at is None else line.snapshots[at].epoch)
        return found

    @property
    def phases(self) -> list[Phase | None]:
        cues = [self.clock.cue_of(number) for number in range(len(self.timelines))]
        return [None if cue is None else cue.phase for cue in cues]


@pytest.fixture
def make(
    make_manifest: Callable[..., Manifest],
    make_events: Callable[[Manifest, int], list[Event]],
) -> Make:
    """Make what is heard of a run that has snapshots at these epochs."""

    def build(epochs: Sequence[int]) -> list[Event]:
        joined, *arrivals = make_events(make_manifest((6, 4, 3)), len(epochs))
        events = [joined]
        for event, epoch in zip(arrivals, epochs, strict=True):
            assert isinstance(event, Arrived)
            snapshot = replace(event.snapshot, epoch=epoch)
            rows = np.full((1, 5), float(epoch))
            events.append(replace(event, snapshot=snapshot, rows=rows))
        return events

    return build


@pytest.fixture
def runs(make: Make) -> Callable[..., Runs]:
    """Begin runs with snapshots at these epochs."""

    def begin(*epochs: Sequence[int], live: bool = False) -> Runs:
        return Runs(make, *epochs, live=live)

    return begin
