"""How fast videos are made, beside the encoder alone on the same frames in one run.

Run: python -m tests.benchmarks.encode [ENDING]

Every round is one cycle of a new snapshot, 120 frames at 1280x720, into a file of its
own that is opened and closed: .mp4 unless another ending is given. The encoder alone
gets the frames of that cycle from memory. Frames a second are by the clock on the wall
and need two idle cores; CPU is that of all threads.
"""

import sys
import tempfile
import time
from collections.abc import Iterable
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.interleaved import print_table
from tests.benchmarks.runs import timeline_of
from viewer.cue import cue_of
from viewer.painter import Painter
from viewer.sinks.video import VideoSink
from viewer.timeline import Timeline

CYCLE, ROUNDS, SIZE = 120, 6, (1280, 720)
HEAD = ("720p, 2500-12-12-12-4", "frames a second", "CPU ms a frame", "share")
Frame = NDArray[np.uint8]


def main(ending: str = ".mp4") -> None:
    """Measure and print."""
    timeline = timeline_of((2500, 12, 12, 12, 4), ROUNDS + 2, (50, 50))
    assert timeline.manifest is not None
    first, second = (Painter(timeline.manifest, SIZE, "dark") for _ in range(2))
    taken: dict[str, list[tuple[float, float]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"run{ending}"
        for number in range(ROUNDS + 1):
            kept: list[Frame] = []
            drawn, again = (
                _cycle(first, timeline, number),
                _cycle(second, timeline, number),
            )
            ways = {
                "drawn only": partial(_keep, drawn, kept),
                "encoded only": partial(_write, path, kept),
                "drawn and encoded": partial(_write, path, again),
            }
            for name, way in ways.items():
                wall, cpu = time.perf_counter(), time.process_time()
                way()
                spent = time.perf_counter() - wall, time.process_time() - cpu
                if number:  # the first warms up
                    taken.setdefault(name, []).append(spent)
    _report(taken)


def _cycle(painter: Painter, timeline: Timeline, number: int) -> Iterable[Frame]:
    for frame in range(CYCLE):
        yield painter.paint(timeline, cue_of(number, number + 1, frame / CYCLE))


def _keep(frames: Iterable[Frame], kept: list[Frame]) -> None:
    kept.extend(frame.copy() for frame in frames)


def _write(path: Path, frames: Iterable[Frame]) -> None:
    sink = VideoSink(path, size=SIZE, fps=60)
    for frame in frames:
        sink.write(frame)
    sink.close()


def _report(taken: dict[str, list[tuple[float, float]]]) -> None:
    fps = {
        name: CYCLE / float(np.median([wall for wall, _ in spent]))
        for name, spent in taken.items()
    }
    rows = [
        (
            name,
            f"{fps[name]:.0f}",
            f"{np.median([cpu for _, cpu in spent]) / CYCLE * 1e3:.1f}",
            f"{fps[name] / fps['encoded only']:.0%}",
        )
        for name, spent in taken.items()
    ]
    print_table(HEAD, rows)


if __name__ == "__main__":
    main(*sys.argv[1:])
