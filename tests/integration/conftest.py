"""Real processes, real sockets, pictures small enough for a run of a second."""

import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from protocol import address
from protocol.events import Arrived, Event
from protocol.messages import Want
from trainer.keygen import make_folder
from viewer.live import LiveSource

ROOT = Path(__file__).parents[2]
LISTENING = re.compile(r"listening on (\S+)")

# The machine may be busy with other things.
PATIENCE_S = 30.0


class Program:
    """A process whose words are read while it runs."""

    def __init__(self, *arguments: str | Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", *map(str, arguments)],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        self.lines: list[str] = []
        self.out = ""
        self._has_said = threading.Condition()
        self._readers = [
            threading.Thread(target=self._read_error, daemon=True),
            threading.Thread(target=self._read_out, daemon=True),
        ]
        for reader in self._readers:
            reader.start()

    @property
    def address(self) -> str:
        """Where the trainer says that it listens."""
        return self.wait_for_line(LISTENING)[1]

    def wait_for_line(self, pattern: str | re.Pattern[str]) -> re.Match[str]:
        """Wait until a line on stderr holds this."""
        deadline = time.monotonic() + PATIENCE_S
        with self._has_said:
            while True:
                for line in self.lines:
                    if found := re.search(pattern, line):
                        return found
                left_s = deadline - time.monotonic()
                assert left_s > 0, f"no {pattern!r} in {self.lines}"
                assert self._readers[0].is_alive(), f"no {pattern!r} in {self.lines}"
                self._has_said.wait(min(left_s, 0.5))

    def end(self) -> int:
        """Wait until it has ended by itself; give the exit code."""
        code = self.process.wait(PATIENCE_S)
        for reader in self._readers:
            reader.join(PATIENCE_S)
        return code

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self.process.send_signal(number)

    def close(self) -> None:
        """Leave nothing running."""
        self.process.kill()
        self.end()
        for stream in (self.process.stdout, self.process.stderr):
            assert stream is not None
            stream.close()

    def _read_error(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            with self._has_said:
                self.lines.append(line.rstrip("\n"))
                self._has_said.notify_all()

    def _read_out(self) -> None:
        assert self.process.stdout is not None
        self.out = self.process.stdout.read()


class Viewer:
    """A live source and all that it has given."""

    def __init__(self, where: str, want: Want) -> None:
        self.source = LiveSource(address.parse(where), want)
        self.events: list[Event] = []

    def look(self, wait_s: float = 0.05) -> None:
        """Take what has come and be done with it."""
        for event in self.source.events(wait_s):
            self.events.append(event)
            if isinstance(event, Arrived):
                self.source.consumed(event.snapshot.seq)

    def wait_for(self, kind: type[Event], count: int = 1) -> list[Event]:
        """Look until so many events of this kind have come; give them."""
        wait_until(lambda: len(self.of(kind)) >= count, self.look)
        return self.of(kind)

    def of(self, kind: type[Event]) -> list[Event]:
        """Give the events of one kind."""
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def seqs(self) -> list[int]:
        """Numbers of the snapshots that came."""
        return [e.snapshot.seq for e in self.events if isinstance(e, Arrived)]


def wait_until(is_so: Callable[[], bool], look: Callable[[], None]) -> None:
    """Look again and again until something is so."""
    deadline = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < deadline
        look()


Start = Callable[..., Program]
Watch = Callable[..., Viewer]


@pytest.fixture
def start() -> Iterator[Start]:
    """Start `python -m ...`; ended with the test."""
    programs: list[Program] = []

    def start(*arguments: str | Path) -> Program:
        programs.append(Program(*arguments))
        return programs[-1]

    yield start
    for program in programs:
        program.close()


@pytest.fixture
def train(start: Start, pictures: Path) -> Start:
    """Start a small run on a port of its own choice."""

    def train(*options: str | Path, data: Path = pictures) -> Program:
        small = ("--data", data, "--hidden", "5", "--port", "0")
        return start("trainer", "run", *small, *options)

    return train


@pytest.fixture
def watch() -> Iterator[Watch]:
    """Connect to an address; closed with the test."""
    viewers: list[Viewer] = []

    def watch(where: str, want: Want = Want.LIVE) -> Viewer:
        viewers.append(Viewer(where, want))
        return viewers[-1]

    yield watch
    for viewer in viewers:
        viewer.source.close()


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    """The keys of a trainer and its viewer."""
    make_folder(tmp_path / "keys")
    return tmp_path / "keys"


@pytest.fixture
def others(tmp_path: Path) -> Path:
    """The keys of another trainer and its viewer."""
    make_folder(tmp_path / "others")
    return tmp_path / "others"


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """A folder of bars and dots, 8x8, twelve of each."""
    rng = np.random.default_rng(0)
    folder = tmp_path / "pictures"
    for name, across in (("bar", slice(1, 7)), ("dot", slice(3, 5))):
        (folder / name).mkdir(parents=True)
        for number in range(12):
            paper = rng.integers(200, 256, (8, 8)).astype(np.uint8)
            paper[across, 3:5] = rng.integers(0, 60, paper[across, 3:5].shape)
            Image.fromarray(paper).save(folder / name / f"{number}.png")
    return folder
