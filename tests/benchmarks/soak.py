"""Whether memory stays what it is over a long run with viewers that come and go.

Run: python -m tests.benchmarks.soak [MINUTES] [FOLDER]

A real `trainer run` publishes ten snapshots a second. One viewer stays from beginning to
end: a live source and a timeline that may take 64 MB, as a window has them, without the
window. Others come every few seconds, half of them for all snapshots, and leave, are
killed, or stand still for a while before. Every five seconds the memory and the open
files of both are written down, in FOLDER/soak.csv; a picture of it is FOLDER/soak.png.
What the ring takes at first is memory, too: slopes are over the last two thirds.
"""

import csv
import json
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from protocol import address
from protocol.events import Arrived, Ended
from protocol.messages import Want
from tests.benchmarks.audience import Audience, audience
from tests.benchmarks.interleaved import print_table
from viewer.live import LiveSource
from viewer.timeline import Timeline

MINUTES, SAMPLE_S = 30.0, 5.0
MOST_VISITORS, MOST_S = 6, 20.0
TIMELINE_BYTES = 64 << 20
LEAST_RATE = 5  # snapshots a second
COMMAND = ("trainer", "run", "--port", "0", "--every", "1", "--pace", "0.1")
COLUMNS = ("seconds", "trainer MB", "viewer MB", "trainer files", "viewer files")
HEAD = (
    "process",
    "MB at 1/3",
    "MB at end",
    "MB an hour",
    "MB highest - lowest",
    "files",
)
Child = subprocess.Popen[str]


@dataclass
class Visitor:
    """A viewer that will leave.

    Attributes:
        process: It.
        until: When.
        fate: What is done to it then; a viewer that is stopped is killed later.
    """

    process: Child
    until: float
    fate: signal.Signals


class Visitors:
    """Viewers that come and go."""

    def __init__(self, where: address.Address, there: Audience) -> None:
        self.came = 0
        self._where, self._audience = where, there
        self._rng = random.Random(0)
        self._present: list[Visitor] = []
        self._next_at = time.monotonic()

    def see_to(self) -> None:
        """Let those come and go whose time it is."""
        now, rng = time.monotonic(), self._rng
        for visitor in [each for each in self._present if each.until < now]:
            visitor.process.send_signal(visitor.fate)
            if visitor.fate is signal.SIGSTOP:
                visitor.until = now + rng.uniform(1, MOST_S)
                visitor.fate = rng.choice((signal.SIGCONT, signal.SIGKILL))
            elif visitor.fate is signal.SIGCONT:
                visitor.until, visitor.fate = now + 5, signal.SIGTERM
            else:
                self._present.remove(visitor)
                visitor.process.communicate(timeout=30)
                self._audience.processes.remove(visitor.process)
        if now > self._next_at and len(self._present) < MOST_VISITORS:
            self._next_at = now + rng.uniform(1, 6)
            process = self._audience.admit(self._where, rng.choice(list(Want)))
            fates = (signal.SIGTERM, signal.SIGKILL, signal.SIGSTOP)
            stays = now + rng.uniform(1, MOST_S)
            self._present.append(Visitor(process, stays, rng.choice(fates)))
            self.came += 1


@contextmanager
def trainer(epochs: int) -> Iterator[tuple[Child, address.Address]]:
    """Start a training; interrupted when the block is left."""
    command = [sys.executable, "-m", *COMMAND, "--epochs", str(epochs)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    found = None
    while found is None:
        found = re.search(r"listening on (\S+)", process.stderr.readline())
    # Nobody trains who cannot say how far it is.
    reader = threading.Thread(target=deque, args=(process.stderr, 0), daemon=True)
    reader.start()
    try:
        yield process, address.parse(found[1])
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)
        reader.join()


def stay(where: str) -> None:
    """Be the viewer that stays."""
    timeline, ended = Timeline(), False
    with LiveSource(address.parse(where), Want.LIVE) as source:
        while not ended:
            for event in source.events(0.5):
                timeline.absorb(event)
                ended = ended or isinstance(event, Ended)
                if isinstance(event, Arrived):
                    source.consumed(event.snapshot.seq)
            timeline.thin(TIMELINE_BYTES)
    names = ("received", "skipped", "lost")
    got = {name: getattr(timeline, name) for name in names}
    print(json.dumps({**got, "rows": len(timeline.rows)}))


def sample(process: Child) -> tuple[float, int]:
    """Look how many MB of memory and how many files a process has."""
    pages = int(Path(f"/proc/{process.pid}/statm").read_text().split()[1])
    files = len(list(Path(f"/proc/{process.pid}/fd").iterdir()))
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6, files


def watch(minutes: float) -> tuple[list[list[float]], dict[str, int], int]:
    """Let it run; give the samples, what the viewer that stays got, and who came."""
    epochs = int(minutes * 60 * 100)  # more than there can be
    with trainer(epochs) as (training, where), audience() as there:
        command = [sys.executable, "-m", __spec__.name, "stay", str(where)]
        viewer = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        visitors = Visitors(where, there)
        samples: list[list[float]] = []
        began = time.monotonic()
        while (spent := time.monotonic() - began) < minutes * 60:
            if spent >= len(samples) * SAMPLE_S:
                (mb, files), (viewer_mb, viewer_files) = (
                    sample(training),
                    sample(viewer),
                )
                samples.append([spent, mb, viewer_mb, files, viewer_files])
            visitors.see_to()
            time.sleep(0.1)
    return samples, json.loads(viewer.communicate()[0]), visitors.came


def draw(samples: list[list[float]], path: Path) -> None:
    """Draw memory over time."""
    figure = Figure(figsize=(8, 4), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    seconds, *memory = np.transpose(samples)[:3]
    for name, values in zip(COLUMNS[1:3], memory, strict=True):
        axes.plot(seconds / 60, values, label=name)
    axes.set(xlabel="minutes", ylabel="RSS, MB", ylim=(0, None))
    axes.legend()
    figure.savefig(path, dpi=120)


def main(minutes: float = MINUTES, folder: str = ".") -> None:
    """Let it run, write down, draw and print."""
    samples, got, came = watch(minutes)
    with (Path(folder) / "soak.csv").open("w", newline="") as file:
        csv.writer(file).writerows([COLUMNS, *samples])
    draw(samples, Path(folder) / "soak.png")
    late = np.array(samples[len(samples) // 3 :])
    rows = []
    for number, name in enumerate(("trainer", "viewer"), start=1):
        memory, files = late[:, number], late[:, number + 2]
        slope = np.polyfit(late[:, 0] / 3600, memory, 1)[0]
        sizes = (memory[0], memory[-1], slope, np.ptp(memory))
        counts = f"{files.min():.0f} to {files.max():.0f}"
        rows.append([name, *(f"{size:.1f}" for size in sizes), counts])
    print_table(HEAD, rows)
    print(f"\n{came} viewers came and went; the one that stayed: {got}")
    if got["received"] + got["skipped"] < minutes * 60 * LEAST_RATE:
        sys.exit("the trainer stood still: this says nothing about its memory")


if __name__ == "__main__":
    if sys.argv[1:2] == ["stay"]:
        stay(sys.argv[2])
    else:
        main(
            *(
                kind(each)
                for kind, each in zip((float, str), sys.argv[1:], strict=False)
            )
        )
