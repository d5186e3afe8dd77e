"""Start a trainer of our own and watch it; it never outlives us."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import viewer
from viewer.display import find_backend
from viewer.errors import UsageError, ViewerError
from viewer.opening import Look, Patience
from viewer.programs import connect, record
from viewer.saying import say
from viewer.sinks import check_output

# It ends with us, however we end: its stdin is a pipe that only we hold.
TRAINER = ("-m", "trainer", "run", "--wait", "1", "--port", "0", "--until-eof")
VIDEO = Path("demo.mp4")
# Length of a cycle in the video: 21 snapshots make about half a minute.
VIDEO_SECONDS = 1.4
# In the window the training is slowed down to it: one cycle for each snapshot.
WINDOW_SECONDS = 2.0
# Reading Python and numpy from a cold disk takes a while.
START_S = 60.0
PATIENCE = Patience(begin_s=START_S, silence_s=6.0)
# A trainer that was asked to stop says goodbye to its viewers first.
STOP_S = 5.0
# A process that dies takes a moment to be gone.
GRACE_S = 0.5
LAST_LINES = 3
# Where our own packages lie, so that it is our trainer that starts.
HOUSE = Path(viewer.__file__).parents[1]
LISTENING = re.compile(r"^listening on (\S+)$")


def demo(path: Path | None, seconds: float | None) -> int:
    """Train and watch; without a display, or with a path, record.

    Args:
        path: The file to record; None chooses a window, or demo.mp4 without a display.
        seconds: For one snapshot; None chooses.

    Returns:
        The exit code.

    Raises:
        UsageError: The file cannot be written.
        ViewerError: The trainer did not start, or died.
    """
    path = path or _file_without_display()
    if path is None:
        return _in_a_window(seconds or WINDOW_SECONDS)
    return _into_a_file(path, seconds or VIDEO_SECONDS)


def _file_without_display() -> Path | None:
    try:
        find_backend()
    except UsageError:
        say(f"no display here: recording {VIDEO} instead of opening a window")
        return VIDEO
    return None


def _in_a_window(seconds: float) -> int:
    with Trainer("--pace", f"{seconds:g}") as trainer:
        say(f"training in another process, watching {trainer.address} in a window")
        with trainer.to_blame():
            return connect([trainer.address], Look(seconds=seconds), PATIENCE)


def _into_a_file(path: Path, seconds: float) -> int:
    check_output(path)
    with Trainer() as trainer:
        say(f"training in another process, recording {trainer.address}")
        with trainer.to_blame():
            code = record([trainer.address], path, Look(seconds=seconds), PATIENCE)
    say(f"the recording is {path.resolve()}")
    return code


class Trainer:
    """A `trainer run` in a process group of its own; a context manager.

    Attributes:
        address: Where it listens, HOST:PORT.
    """

    def __init__(self, *options: str) -> None:
        """Prepare.

        Args:
            options: More options of `trainer run`.
        """
        self.address = ""
        self._options = options
        self._said: deque[str] = deque(maxlen=LAST_LINES)
        self._listens_or_ended = threading.Event()

    def __enter__(self) -> Self:
        """Start it.

        Raises:
            ViewerError: It ended before it listened.
        """
        self._process = subprocess.Popen(
            [sys.executable, *TRAINER, *self._options],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            cwd=HOUSE,
            start_new_session=True,
        )
        try:
            self._listen = threading.Thread(target=self._read, daemon=True)
            self._listen.start()
            self._listens_or_ended.wait(START_S)
            if not self.address:
                raise ViewerError(self._cause() or "the trainer does not start")
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop()

    @contextlib.contextmanager
    def to_blame(self) -> Iterator[None]:
        """Where watching fails because the trainer died, say what it died of."""
        try:
            yield
        except ViewerError as error:
            raise ViewerError(self._cause() or str(error)) from error

    def _cause(self) -> str:
        """Why it ended, in one line; "" where it did not fail."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(GRACE_S)
        if not self._process.returncode:
            return ""
        self._listen.join(GRACE_S)
        return f"the trainer failed: {'; '.join(self._said) or 'it said nothing'}"

    def _read(self) -> None:
        """Find the address in what it says, keep its last lines."""
        assert self._process.stderr is not None
        for line in self._process.stderr:
            if found := LISTENING.match(line.strip()):
                self.address = found[1]
                self._listens_or_ended.set()
            elif line.strip():
                self._said.append(line.strip().removeprefix("Error: "))
        self._listens_or_ended.set()

    def _stop(self) -> None:
        """End it, politely first."""
        self._signal(signal.SIGTERM)
        try:
            self._process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self._signal(signal.SIGKILL)
            self._process.wait()
        self._listen.join(GRACE_S)
        for pipe in (self._process.stdin, self._process.stderr):
            if pipe is not None:
                pipe.close()

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)
