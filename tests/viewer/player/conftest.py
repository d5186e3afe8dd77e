"""What stands in for sources, a sink and a progress bar where a player is tested."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from protocol.events import Event
from protocol.messages import Manifest
from viewer.joint_player import JointPlayer
from viewer.pace import Counts
from viewer.player import Player
from viewer.progress import Silence
from viewer.receptions import Named

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


@pytest.fixture
def others(
    make_manifest: Callable[..., Manifest],
    make_events: Callable[[Manifest, int], list[Event]],
) -> list[Event]:
    """What is heard of another run: three snapshots, at epochs 0, 50 and 100."""
    return make_events(make_manifest((6, 8, 3), every=50), 3)


@pytest.fixture
def make(make_source: Callable[..., Any], painters: Any) -> Callable[..., JointPlayer]:
    """Build a player of sources that give these batches."""

    def build(*batches: Any, live: bool = False, **options: Any) -> JointPlayer:
        sources = [
            each if hasattr(each, "events") else make_source(*each) for each in batches
        ]
        named = [
            Named(source, f"source {number}", live)
            for number, source in enumerate(sources, start=1)
        ]
        return JointPlayer(named, seconds=2.0, make=painters, **options)

    return build
