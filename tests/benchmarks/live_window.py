"""How fast a window is: frames without a pause, keys at sixty a second, memory.

Run: xvfb-run -a -s "-screen 0 1920x1200x24 -dpi 96 -noreset" \\
         python -m tests.benchmarks.live_window

Each toolkit that works runs in a process of its own. The picture is 1280x720, the run
plays all the time: every frame is another one. A key is put where the toolkit puts it;
what counts is the time until the first frame that shows what the key did is on screen.
Without -noreset the display is gone for a moment between two processes.
"""

import json
import os
import subprocess
import sys
import threading
import time
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from matplotlib.backend_bases import KeyEvent

from protocol.events import Arrived, Event, Joined
from tests.benchmarks.interleaved import print_table, spread
from tests.benchmarks.runs import RUN, timeline_of
from viewer.controls import Action, Pointer
from viewer.display import BACKENDS, PROGRAMS, attempt
from viewer.paints import Frame, Size
from viewer.screen import Screen
from viewer.sinks.window import Window
from viewer.watching import Watch

SIZES, SHAPE = (2500, 12, 12, 12, 4), (50, 50)
SNAPSHOTS, WARM, UNCAPPED = 12, 300, 1500
KEYS = 60
FRAMES = 10_000
HEAD = (
    "toolkit", "fps", "CPU ms a frame", "key ms median", "p95", "max",
    "RSS MB", f"after {FRAMES:,} frames", "after as many again",
)  # fmt: skip


class Replay:
    """Gives a run made up in memory, all at once."""

    dropped_bytes = 0
    finished = False

    def __init__(self) -> None:
        timeline = timeline_of(SIZES, SNAPSHOTS, SHAPE)
        assert timeline.manifest is not None
        joined = Joined(
            run=RUN,
            manifest=timeline.manifest,
            rows=timeline.rows,
            fresh=True,
            ended=None,
            viewers=1,
        )
        none = timeline.rows[:0]
        arrived = [
            Arrived(snapshot=snapshot, rows=none, skipped=0, lost=0)
            for snapshot in timeline.snapshots
        ]
        self._events: list[Event] = [joined, *arrived]

    def events(self, timeout_s: float = 0.0) -> list[Event]:
        events, self._events = self._events, []
        return events

    def consumed(self, seq: int) -> None:
        pass

    def notes(self) -> list[str]:
        return []


class Bench:
    """A screen that counts its frames, begins anew at the end, and quits in time."""

    def __init__(self, frames: int) -> None:
        self.watch = Watch(Replay(), name="x", live=False, size=(1280, 720))  # type: ignore[arg-type]
        self.screen = Screen(self.watch)
        self.left = frames
        self.shown = 0
        self.filming_s: float | None = None

    @property
    def size(self) -> Size:
        return self.screen.size

    @size.setter
    def size(self, size: Size) -> None:
        self.screen.size = size

    @property
    def theme(self) -> str:
        return self.screen.theme

    @property
    def picture(self) -> Frame | None:
        return self.screen.picture

    def press(self, key: str) -> Action | None:
        return self.screen.press(key)

    def point(self, x: float, y: float, what: Pointer) -> None:
        self.screen.point(x, y, what)

    def remark(self, text: str, now: float) -> None:
        self.screen.remark(text, now)

    def frame(self, now: float) -> Frame | None:
        self.left -= 1
        if self.watch.playhead.index >= SNAPSHOTS - 2:
            self.watch.press("home")
        frame = self.screen.frame(now)
        self.shown += frame is not None
        return frame

    @property
    def is_over(self) -> bool:
        return self.left <= 0


class Keys:
    """Presses space at odd moments and waits for the frame that shows the pause.

    A key waits in the toolkit's queue until the window asks for events: a thread says
    when one arrives, and it is handed over as soon as events are asked for.
    """

    def __init__(self, bench: Bench, window: Window) -> None:
        self.waits: list[float] = []
        self._bench, self._canvas = bench, window._canvas
        self._arrived_at = self._handed_over = 0.0
        self._is_over = threading.Event()
        self._flush, self._put_up = self._canvas.flush_events, window._put_up
        self._canvas.flush_events = self._hand_over
        window._put_up = self._show  # type: ignore[method-assign]
        self._finger = threading.Thread(target=self._press_often, daemon=True)
        self._finger.start()

    def is_over(self) -> bool:
        if len(self.waits) >= KEYS:
            self._is_over.set()
            self._finger.join()
        return self._is_over.is_set()

    def _press_often(self) -> None:
        rng = np.random.default_rng(0)
        while not self._is_over.wait(rng.uniform(0.1, 0.2)):
            self._arrived_at = self._arrived_at or time.perf_counter()

    def _hand_over(self) -> None:
        self._flush()
        if self._arrived_at > self._handed_over:
            self._handed_over = self._arrived_at
            event = KeyEvent("key_press_event", self._canvas, " ")
            self._canvas.callbacks.process("key_press_event", event)

    def _show(self) -> None:
        self._put_up()
        if self._arrived_at and not self._bench.watch.playhead.playing:
            self.waits.append((time.perf_counter() - self._arrived_at) * 1e3)
            self._arrived_at = 0.0
            self._bench.watch.press(" ")


def frames_per_second(backend: str) -> dict[str, float]:
    """Show frames without a pause."""
    bench = Bench(WARM)
    window = Window(bench, backend=backend, title="x", frames_per_second=None)
    began: list[tuple[float, float]] = []

    def is_over() -> bool:
        if bench.is_over and not began:
            began.append((time.perf_counter(), time.process_time()))
            bench.left, bench.shown = UNCAPPED, 0
        return bench.is_over

    window.run(is_over)
    wall = time.perf_counter() - began[0][0]
    cpu = time.process_time() - began[0][1]
    return {"fps": bench.shown / wall, "cpu_ms": cpu / bench.shown * 1e3}


def key_times(backend: str) -> dict[str, float]:
    """Press keys in a window that shows sixty frames a second."""
    bench = Bench(sys.maxsize)
    window = Window(bench, backend=backend, title="x")
    keys = Keys(bench, window)
    window.run(keys.is_over)
    median, high, most = spread(keys.waits)
    return {"median": median, "p95": high, "max": most}


def memory(backend: str) -> dict[str, float]:
    """Look at the memory before and after many frames."""
    bench, sizes = Bench(WARM), []

    def is_over() -> bool:
        if bench.is_over:
            sizes.append(resident_mb())
            bench.left = FRAMES
        return len(sizes) == 3

    Window(bench, backend=backend, title="x", frames_per_second=None).run(is_over)
    return dict(zip(("before", "after", "again"), sizes, strict=True))


def resident_mb() -> float:
    """Read how much memory this process has, in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


MEASURED = {"fps": frames_per_second, "keys": key_times, "memory": memory}


def main() -> None:
    """Measure each toolkit, each figure in a process of its own, and print."""
    rows = []
    for toolkit, backend in BACKENDS.items():
        if find_spec(toolkit) is None or attempt(PROGRAMS[toolkit]) != 0:
            print(f"{toolkit} does not work here")
            continue
        got: dict[str, float] = {}
        for what in MEASURED:
            command = [sys.executable, "-m", __spec__.name, backend, what]
            got |= json.loads(subprocess.check_output(command))
        rows.append(_row(backend, got))
    print_table(HEAD, rows)


def _row(backend: str, got: dict[str, float]) -> tuple[str, ...]:
    fps, cpu = f"{got['fps']:.0f}", f"{got['cpu_ms']:.1f}"
    keys = [f"{got[name]:.1f}" for name in ("median", "p95", "max")]
    sizes = [f"{got[name]:.0f}" for name in ("before", "after", "again")]
    return backend, fps, cpu, *keys, *sizes


if __name__ == "__main__":
    if len(sys.argv) == 3:
        print(json.dumps(MEASURED[sys.argv[2]](sys.argv[1])))
    else:
        main()
