import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import av
import pytest

from viewer import demo
from viewer.demo import Trainer
from viewer.display import DisplayError
from viewer.errors import UsageError, ViewerError
from viewer.opening import Look, Patience

ROOT = Path(__file__).parents[2]
# Says that it listens, where nobody does, and stays.
STAYS = """
import signal, sys, time
print("listening on 127.0.0.1:1", file=sys.stderr, flush=True)
signal.pause()
"""
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN){STAYS}"
FAILS = """
import sys
print("listening on 127.0.0.1:1", file=sys.stderr)
sys.exit("Error: the dog ate the data")
"""
FAILS_AT_ONCE = "import sys; sys.exit('Error: port 0 is in use')"


@pytest.fixture
def play(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Put a program in the trainer's place."""

    def put(program: str) -> None:
        monkeypatch.setattr(demo, "TRAINER", ("-c", program))

    return put


def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_trainer_tells_its_address_and_ends_with_the_block(
    play: Callable[[str], None],
) -> None:
    play(STAYS)

    with Trainer() as trainer:
        address, pid = trainer.address, trainer._process.pid

    assert address == "127.0.0.1:1"
    assert is_gone(pid)


def test_trainer_ends_even_if_it_does_not_want_to(
    play: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    play(STUBBORN)
    monkeypatch.setattr(demo, "STOP_S", 0.2)

    with Trainer() as trainer:
        pid = trainer._process.pid

    assert is_gone(pid)


def test_trainer_ends_when_watching_it_fails(play: Callable[[str], None]) -> None:
    play(STAYS)
    trainer = Trainer()

    with pytest.raises(ZeroDivisionError), trainer:
        raise ZeroDivisionError

    assert is_gone(trainer._process.pid)


def test_trainer_that_does_not_start_says_why(play: Callable[[str], None]) -> None:
    play(FAILS_AT_ONCE)

    with (
        pytest.raises(ViewerError, match="the trainer failed: port 0 is in use"),
        Trainer(),
    ):
        pass


def test_trainer_that_dies_is_to_blame(play: Callable[[str], None]) -> None:
    play(FAILS)

    with (
        Trainer() as trainer,
        pytest.raises(ViewerError, match="failed: the dog ate the data"),
        trainer.to_blame(),
    ):
        raise ViewerError("nobody is there")


def test_trainer_that_lives_is_not_to_blame(play: Callable[[str], None]) -> None:
    play(STAYS)

    with (
        Trainer() as trainer,
        pytest.raises(ViewerError, match="the disk is full"),
        trainer.to_blame(),
    ):
        raise ViewerError("the disk is full")


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was watched, and how; nothing really is."""
    calls: list[str] = []

    def record(names: list[str], path: Path, look: Look, patience: Patience) -> int:
        source = ", ".join(names)
        calls.append(f"record {source} to {path.name}, {look.seconds:g} s each")
        return 0

    def connect(names: list[str], look: Look, patience: Patience) -> int:
        calls.append(f"connect {', '.join(names)}, {look.seconds:g} s each")
        return 0

    monkeypatch.setattr(demo, "record", record)
    monkeypatch.setattr(demo, "connect", connect)
    return calls


def no_display() -> str:
    raise DisplayError("no display")


@pytest.mark.parametrize(
    ("path", "display", "expected"),
    [
        (None, lambda: "TkAgg", "connect 127.0.0.1:1, 2 s each"),
        (None, no_display, "record 127.0.0.1:1 to demo.mp4, 1.4 s each"),
        ("x.gif", lambda: "TkAgg", "record 127.0.0.1:1 to x.gif, 1.4 s each"),
    ],
)
def test_demo_opens_a_window_or_records(
    play: Callable[[str], None],
    watched: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    path: str | None,
    display: Callable[[], str],
    expected: str,
) -> None:
    play(STAYS)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(demo, "find_backend", display)

    code = demo.demo(None if path is None else Path(path), None)

    assert (code, watched) == (0, [expected])


def test_demo_refuses_a_file_before_it_starts_a_trainer(
    watched: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, "Trainer", None)

    with pytest.raises(UsageError, match="ends in"):
        demo.demo(tmp_path / "run.avi", None)

    assert watched == []


@pytest.fixture
def interrupted_demo(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """A demo of a trainer that stays for ever, and where its number is noted."""
    note = tmp_path / "pid"
    trainer = f"import os, pathlib; pathlib.Path({str(note)!r}).write_text(str(os.getpid())){STAYS}"
    program = (
        "import sys; from viewer import cli, demo; "
        f"demo.TRAINER = ('-c', {trainer!r}); "
        "sys.argv = ['viewer', 'demo', '-o', sys.argv[1]]; cli.main()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path / "x.mp4")],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        yield process, note
        process.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_demo_takes_its_trainer_with_it_when_interrupted(
    interrupted_demo: tuple[subprocess.Popen[str], Path], number: signal.Signals
) -> None:
    process, note = interrupted_demo
    deadline = time.monotonic() + 30
    assert process.stderr is not None
    while "training in another process" not in process.stderr.readline():
        assert time.monotonic() < deadline

    process.send_signal(number)
    _, error = process.communicate(timeout=30)

    assert process.returncode == 130
    assert "Traceback" not in error
    assert is_gone(int(note.read_text()))


@pytest.mark.slow
def test_demo_records_a_network_that_learns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    brief = (*demo.TRAINER, "--epochs", "20", "--every", "5", "--hidden", "8")
    monkeypatch.setattr(demo, "TRAINER", brief)
    path = tmp_path / "demo.mp4"

    code = demo.demo(path, 0.1)

    with av.open(path) as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.width, stream.codec_context.height) == (1280, 720)
        assert stream.frames == 4 * 6 + 3 + 60
    assert code == 0
