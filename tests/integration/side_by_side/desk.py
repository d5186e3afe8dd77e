"""Scrubs a window of two live trainers; a program of its own, told what to do.

Run: python -m tests.integration.side_by_side.desk FOLDER ADDRESS ADDRESS

It drags and presses keys as a user does, says "scrubbed" and waits until a trainer is
lost and the other one goes on; then it prints what it has seen as one JSON object.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

from viewer.display import find_backend
from viewer.opening import Patience, open_all
from viewer.paints import Frame
from viewer.screen import Screen
from viewer.side_by_side import SideBySide
from viewer.sinks.window import Window

SIZE = (900, 500)


class Acting(Screen):
    """A screen on which a script is played, a step a frame."""

    def __init__(self, pair: SideBySide) -> None:
        super().__init__(pair)
        self.script: Iterator[object] = iter(())

    def frame(self, now: float) -> Frame | None:
        frame = super().frame(now)
        next(self.script, None)
        return frame


def main(names: list[str]) -> None:
    from protocol.messages import Want

    backend = find_backend()
    with ExitStack() as stack:
        sources = open_all(stack, names, Want.LIVE, Patience(), None)
        pair = SideBySide(sources, size=SIZE, seconds=0.3)
        screen = Acting(pair)
        window = Window(screen, backend=backend, title="two runs")
        screen.script = play(pair, screen, window)
        window.run()


def play(pair: SideBySide, screen: Screen, window: Window) -> Iterator[object]:
    """What the user does, and what is seen of it."""
    seen: dict[str, Any] = {}
    yield from until(lambda: min(counts(pair)) >= 10)
    held: list[list[int]] = []
    first = pair.clock.stops[0]
    for epoch in (first + 2, first + 6, first + 4):
        drag(pair, screen, window, epoch, "motion_notify_event" if held else "press")
        yield from steps(3)
        held.append([epoch, pair.clock.stop, *epochs(pair)])
    drag(pair, screen, window, first + 4, "release")
    seen["held"] = held
    key(window, " ")
    yield from steps(3)
    before = counts(pair), epochs(pair)
    yield from until(lambda: min(counts(pair)) > max(before[0]))
    seen["paused"] = before[1] == epochs(pair)
    key(window, "home")
    yield from steps(3)
    seen["home"] = epochs(pair)
    key(window, "l")
    yield from steps(3)
    seen["live"] = pair.playhead.live and titles(pair)
    sys.stderr.write("scrubbed\n")
    sys.stderr.flush()
    yield from until(lambda: titles(pair)[1].startswith(("stale", "trainer lost")))
    lost, stop = counts(pair), pair.clock.stop
    yield from until(lambda: counts(pair)[0] > lost[0] + 5 and pair.clock.stop > stop)
    seen["lost"] = [*titles(pair)[:1], counts(pair)[1] == lost[1]]
    print(json.dumps(seen))
    key(window, "s")
    yield from steps(1)
    key(window, "q")


def until(is_so: Callable[[], bool]) -> Iterator[None]:
    while not is_so():
        yield


def steps(count: int) -> Iterator[None]:
    for _ in range(count):
        yield


def counts(pair: SideBySide) -> list[int]:
    return [pane.timeline.received for pane in pair.panes]


def epochs(pair: SideBySide) -> list[int]:
    """Of the snapshots shown."""
    shown = [pair.clock.shown(number) for number in range(len(pair.panes))]
    return [
        pane.timeline.snapshots[at[0]].epoch
        for pane, at in zip(pair.panes, shown, strict=True)
        if at is not None
    ]


def titles(pair: SideBySide) -> list[str]:
    mosaic = pair._composition._mosaic
    assert mosaic is not None
    return [words.text for _, words in mosaic._labels]


def drag(
    pair: SideBySide, screen: Screen, window: Window, epoch: int, what: str
) -> None:
    """Use the mouse on the bar, at an epoch."""
    from matplotlib.backend_bases import MouseButton, MouseEvent

    from viewer.joint_track import joint_track_of

    lines = [pane.timeline for pane in pair.panes]
    share = joint_track_of(lines, pair.clock.stops).share(epoch)
    x = min(range(SIZE[0]), key=lambda x: abs(screen._bar.share_at(x) - share))
    name = what if what.endswith("event") else f"button_{what}_event"
    event = MouseEvent(name, window._canvas, x, 10, button=MouseButton.LEFT)
    window._canvas.callbacks.process(name, event)


def key(window: Window, name: str) -> None:
    from matplotlib.backend_bases import KeyEvent

    event = KeyEvent("key_press_event", window._canvas, name)
    window._canvas.callbacks.process("key_press_event", event)


if __name__ == "__main__":
    os.chdir(sys.argv[1])
    main(sys.argv[2:])
