"""Pausing, stepping, dragging and going live while a trainer streams.

Keys and the mouse come in where a window puts them in; pictures are really painted.
"""

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from protocol import address
from viewer.controls import Playhead, Pointer
from viewer.live import LiveSource
from viewer.screen import Screen
from viewer.scrub import track_of
from viewer.watching import Watch

if TYPE_CHECKING:
    from tests.integration.conftest import Start

PATIENCE_S = 30.0
FRAME_S = 1 / 60
STREAM = ("--epochs", "500", "--every", "1", "--pace", "0.02")
SIZE = (640, 360)


class Desk:
    """A screen of a live trainer; its clock goes on by a frame each frame."""

    def __init__(self, source: LiveSource) -> None:
        self.watch = Watch(source, name="x", live=True, size=SIZE, seconds=0.5)
        self.screen = Screen(self.watch)
        self.now = 0.0
        self.frames = 0

    @property
    def playhead(self) -> Playhead:
        return self.watch.playhead

    @property
    def received(self) -> int:
        return self.watch.timeline.received

    def show(self) -> None:
        self.now += FRAME_S
        self.frames += self.screen.frame(self.now) is not None

    def receive(self, count: int) -> int:
        """Show frames until so many more snapshots have come; give how many."""
        before, until = self.received, time.monotonic() + PATIENCE_S
        while self.received < before + count:
            assert time.monotonic() < until, f"only {self.received - before} came"
            self.show()
        return self.received - before

    def mouse(self, number: float, what: Pointer) -> None:
        """Use the mouse on the line, at a snapshot."""
        bar, share = self.screen._bar, track_of(self.watch.timeline).share(number)
        x = min(range(SIZE[0]), key=lambda x: abs(bar.share_at(x) - share))
        self.screen.point(x, SIZE[1] + 10, what)


@pytest.fixture
def desk(train: "Start") -> Iterator[Desk]:
    trainer = train(*STREAM)
    with LiveSource(address.parse(trainer.address)) as source:
        desk = Desk(source)
        desk.receive(5)
        yield desk


def test_reception_goes_on_while_paused_and_stepping(desk: Desk) -> None:
    desk.screen.press(" ")
    paused = desk.playhead
    while_paused = desk.receive(8)
    still = desk.playhead
    counts = []
    for key in ("right", "left", ".", ",", "shift+right", "home"):
        desk.screen.press(key)
        counts.append(desk.receive(2))

    assert still == paused
    assert not paused.playing
    assert while_paused >= 8
    assert min(counts) >= 2
    assert (desk.playhead.index, desk.playhead.live) == (0, False)
    assert_nothing_is_missing(desk)


def test_reception_goes_on_while_dragging(desk: Desk) -> None:
    desk.receive(15)
    desk.mouse(3, Pointer.PRESS)
    counts, shown = [], []
    for number in (3, 5, 8, 12, 6):
        desk.mouse(number, Pointer.MOVE)
        counts.append(desk.receive(2))
        snapshots = desk.watch.timeline.snapshots
        shown.append(snapshots[desk.playhead.index].seq)
    held = desk.playhead
    desk.mouse(6, Pointer.RELEASE)
    desk.receive(20)

    assert min(counts) >= 2
    assert shown == pytest.approx([3, 5, 8, 12, 6], abs=2)
    assert held.held
    assert desk.playhead.playing
    assert held.index < desk.playhead.index < desk.received - 1
    assert_nothing_is_missing(desk)


def test_reception_goes_on_at_any_speed_and_live(desk: Desk) -> None:
    desk.screen.press("home")
    desk.screen.press("+")
    desk.receive(10)
    fast = desk.playhead
    desk.screen.press("l")
    desk.show()
    live = desk.playhead
    newest = len(desk.watch.timeline.snapshots) - 1
    desk.receive(10)
    later = len(desk.watch.timeline.snapshots) - 1 - desk.playhead.index

    assert (fast.speed, fast.live) == (2, False)
    assert (live.live, live.playing) == (True, True)
    assert newest - live.index <= 1
    assert later < newest
    assert_nothing_is_missing(desk)


def assert_nothing_is_missing(desk: Desk) -> None:
    """Every snapshot came or was skipped on purpose, and frames were shown."""
    timeline = desk.watch.timeline
    seqs = [snapshot.seq for snapshot in timeline.snapshots]
    assert timeline.lost == 0
    assert seqs == sorted(set(seqs))
    assert seqs[-1] - seqs[0] + 1 <= timeline.received + timeline.skipped
    assert desk.frames > 20
