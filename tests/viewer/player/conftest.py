"""What stands in for a sink and a progress bar where a player is tested."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from protocol.events import Event
from protocol.messages import Manifest
from viewer.pace import Counts
from viewer.player import Player
from viewer.progress import Silence

FPS = 10


class FakeSink:
    """Counts frames."""

    def __init__(self) -> None:
        self.path = Path("unused")
        self.notes: tuple[str, ...] = ()
        self.size, self.fps, self.still = (64, 36), float(FPS), False
        self.frames = self.closed = 0

    def write(self, frame: NDArray[np.uint8]) -> None:
        assert frame.shape == (36, 64, 4)
        self.frames += 1

    def close(self) -> None:
        self.closed += 1


class FakeReport(Silence):
    """Keeps all counts and lines."""

    def __init__(self) -> None:
        self.counts: list[Counts] = []
        self.lines: list[str] = []

    def count(self, counts: Counts) -> None:
        self.counts.append(counts)

    def say(self, text: str) -> None:
        self.lines.append(text)


@pytest.fixture
def events(
    make_manifest: Callable[..., Manifest],
    make_events: Callable[[Manifest, int], list[Event]],
) -> list[Event]:
    """What is heard of a run of four snapshots."""
    return make_events(make_manifest((6, 4, 3)), 4)


@pytest.fixture
def sink() -> FakeSink:
    """A sink that takes ten frames a second."""
    return FakeSink()


@pytest.fixture
def report() -> FakeReport:
    """Takes note of what a player tells."""
    return FakeReport()


@pytest.fixture
def make_player(painters: Any) -> Callable[..., Player]:
    """Build a player of a source whose painters only write down what is asked."""

    def make(source: Any, **options: Any) -> Player:
        return Player(source, seconds=2.0, make=painters, **options)

    return make
