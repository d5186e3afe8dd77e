"""A watch on a made-up source, with a clock that only tests move."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from protocol.events import Event
from protocol.messages import Manifest
from viewer.cue import Cue
from viewer.watching import Watch


class Desk:
    """A watch, its source and its clock; cycles take 2 seconds."""

    def __init__(self, source: Any, painters: Any, *, live: bool) -> None:
        self.source = source
        self.painters = painters.made
        self.now = 100.0
        self.watch = Watch(
            source,
            name="127.0.0.1:5556",
            live=live,
            size=(640, 360),
            seconds=2.0,
            make=painters,
        )

    def wait(self, seconds: float, *events: Event) -> NDArray[np.uint8] | None:
        """Let time pass, in steps of a frame, then hear of events."""
        for _ in range(round(seconds * 50)):
            self.now += 0.02
            self.watch.frame(self.now)
        self.source.batches.append(list(events))
        return self.watch.frame(self.now)

    @property
    def cue(self) -> Cue:
        cue: Cue = self.painters[-1].cues[-1]
        return cue

    @property
    def badge(self) -> str:
        badge: str = self.painters[-1].badges[-1]
        return badge


@pytest.fixture
def events(
    make_manifest: Callable[..., Manifest],
    make_events: Callable[[Manifest, int], list[Event]],
) -> list[Event]:
    return make_events(make_manifest((6, 4, 3)), 5)


@pytest.fixture
def live(make_source: Callable[..., Any], painters: Any) -> Desk:
    return Desk(make_source(ends=False), painters, live=True)


@pytest.fixture
def replay(make_source: Callable[..., Any], painters: Any) -> Desk:
    return Desk(make_source(ends=False), painters, live=False)
