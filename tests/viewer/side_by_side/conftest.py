"""Two made-up sources side by side, with a clock that only tests move."""

from collections.abc import Callable
from typing import Any

import pytest

from protocol.events import Event
from protocol.messages import Manifest
from viewer.paints import Frame
from viewer.receptions import Named
from viewer.screen import Screen
from viewer.side_by_side import SideBySide

SIZE = (1280, 720)


class Desk:
    """A pair of sources and their frames; cycles take 2 seconds."""

    def __init__(
        self, sources: list[Any], painters: Any, *, live: bool, **options: Any
    ) -> None:
        names = [f"{letter}.ncast" for letter in "abcd"]
        if live:
            names = [f"127.0.0.1:{5556 + k}" for k in range(4)]
        self.sources = sources
        self.painters = painters.made
        self.now = 100.0
        self.pair = SideBySide(
            [
                Named(source, name, live)
                for source, name in zip(sources, names, strict=False)
            ],
            size=SIZE,
            seconds=2.0,
            make=painters,
            **options,
        )
        self.screen = Screen(self.pair)

    def wait(self, seconds: float, *batches: list[Event]) -> Frame | None:
        """Let time pass, in steps of a frame, then hear of events at each source."""
        for _ in range(round(seconds * 50)):
            self.now += 0.02
            self.pair.frame(self.now)
        for source, events in zip(self.sources, batches, strict=False):
            source.batches.append(list(events))
        return self.pair.frame(self.now)

    @property
    def titles(self) -> list[str]:
        """What is said of each run."""
        mosaic = self.pair._composition._mosaic
        assert mosaic is not None
        return [words.text for _, words in mosaic._labels]

    @property
    def shown(self) -> list[int]:
        """Numbers of the snapshots that were painted last."""
        return [painter.shown[-1] for painter in self.painters]


@pytest.fixture
def events(
    make_manifest: Callable[..., Manifest],
    make_events: Callable[[Manifest, int], list[Event]],
) -> list[Event]:
    """Five snapshots, one every 25 epochs of 500."""
    return make_events(make_manifest((6, 4, 3)), 5)


@pytest.fixture
def others(
    make_manifest: Callable[..., Manifest],
    make_events: Callable[[Manifest, int], list[Event]],
) -> list[Event]:
    """Seven snapshots, one every 10 epochs, of another network."""
    return make_events(make_manifest((6, 8, 8, 3), every=10), 7)


@pytest.fixture
def make_desk(make_source: Callable[..., Any], painters: Any) -> Callable[..., Desk]:
    """Put sources that have said nothing yet side by side."""

    def make(count: int = 2, *, live: bool = False, **options: Any) -> Desk:
        sources = [make_source(ends=False) for _ in range(count)]
        return Desk(sources, painters, live=live, **options)

    return make


@pytest.fixture
def replay(make_desk: Callable[..., Desk]) -> Desk:
    return make_desk()


@pytest.fixture
def live(make_desk: Callable[..., Desk]) -> Desk:
    return make_desk(live=True)
