"""Recorders that are killed and started again: nothing is lost, nothing written over."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from protocol.events import Arrived, Ended
from protocol.index import Scan, scan
from protocol.recording import RecordingReader
from viewer.sources import FileSource
from viewer.timeline import Timeline

if TYPE_CHECKING:
    from tests.integration.conftest import Program, Start

ROOT = Path(__file__).parents[2]


def look(path: Path) -> Scan:
    with path.open("rb") as file:
        return scan(file, check=True)


def has_begun(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 100


def play(path: Path) -> tuple[Timeline, list[int]]:
    timeline, seqs = Timeline(), []
    with FileSource(path) as source:
        while not source.finished:
            for event in source.events():
                timeline.absorb(event)
                seqs += [event.snapshot.seq] if isinstance(event, Arrived) else []
    return timeline, seqs


def kill_at(recorder: "Program", path: Path, snapshots: int) -> Scan:
    """Kill a recorder as soon as its file holds so many snapshots."""
    while not has_begun(path) or len(look(path).index) < snapshots:
        assert recorder.process.poll() is None, recorder.lines
    recorder.signal(signal.SIGKILL)
    recorder.end()
    return look(path)


@pytest.mark.slow
def test_recorder_that_is_killed_and_started_again_gets_everything(
    start: "Start", train: "Start", tmp_path: Path
) -> None:
    path = tmp_path / "run.ncast"
    trainer = train("--epochs", "100000", "--every", "1", "--pace", "0.03")
    record = ("viewer", "record", trainer.address, "-o", path)

    for snapshots in (1, 30):
        found = kill_at(start(*record), path, snapshots)
        assert found.dropped_bytes == 0 or found.is_torn
        assert len(found.index) == found.index.seq
    last = start(*record)
    last.wait_for_line(f"continues {path} after snapshot {found.index.seq}")
    trainer.signal(signal.SIGINT)

    assert (trainer.end(), last.end()) == (130, 0)
    timeline, seqs = play(path)
    assert seqs == list(range(1, len(seqs) + 1))
    assert (timeline.lost, timeline.ended) == (0, "interrupted")
    assert timeline.rows[:, 0].tolist() == list(range(len(seqs)))
    assert last.out.startswith(f"{path}: {len(seqs)} snapshots, ")
    assert [each.name for each in tmp_path.glob("*.ncast")] == ["run.ncast"]


# Copies a recording again and again, as a recorder does; says what it has taken.
COPY = """
import sys
from pathlib import Path
from viewer.sinks.stream import StreamSink
from viewer.sources import FileSource

sink = StreamSink(Path(sys.argv[2]))
while True:
    with FileSource(Path(sys.argv[1])) as source:
        while not source.finished:
            for event in source.events():
                sink.take(event)
                print("taken", flush=True)
"""


@pytest.fixture
def short_run(start: "Start", train: "Start", tmp_path: Path) -> Path:
    """A recording of six messages: a welcome, four snapshots and the end."""
    path = tmp_path / "short.ncast"
    trainer = train("--epochs", "3", "--every", "1", "--wait", "1")
    assert start("viewer", "record", trainer.address, "-o", path).end() == 0
    return path


def test_recorder_that_is_killed_loses_only_what_it_is_writing(
    short_run: Path, tmp_path: Path
) -> None:
    for moment in (1, 100, 1000):
        path = tmp_path / f"{moment}.ncast"
        copying = subprocess.Popen(
            [sys.executable, "-c", COPY, short_run, path],
            cwd=ROOT,
            stdout=subprocess.PIPE,
        )
        assert copying.stdout is not None
        for _ in range(moment):
            copying.stdout.readline()
        copying.kill()
        taken = moment + copying.stdout.read().count(b"\n")
        copying.wait()
        copying.stdout.close()

        with path.open("rb") as file:
            reader = RecordingReader(file)
            whole = len(list(reader))
        assert taken <= whole <= taken + 1
        assert reader.dropped_bytes == 0 or reader.is_torn


def test_recorder_keeps_the_recording_of_another_run(
    start: "Start", train: "Start", tmp_path: Path
) -> None:
    path = tmp_path / "run.ncast"
    options = ("--epochs", "4", "--every", "2", "--wait", "1")
    for _ in range(2):
        trainer = train(*options)
        recorder = start("viewer", "record", trainer.address, "-o", path)
        assert (trainer.end(), recorder.end()) == (0, 0)

    kept = tmp_path / "run.1.ncast"
    assert f"what was {path} is kept as {kept}" in recorder.lines
    first, second = play(kept), play(path)
    assert first[0].run != second[0].run
    assert first[1] == second[1] == [1, 2, 3]


def test_recorder_that_has_everything_already_says_so(
    start: "Start", train: "Start", tmp_path: Path
) -> None:
    path = tmp_path / "run.ncast"
    trainer = train("--epochs", "4", "--every", "2", "--hold")
    record = ("viewer", "record", trainer.address, "-o", path)
    assert start(*record).end() == 0
    before = path.read_bytes()

    again = start(*record)

    assert again.end() == 0
    assert f"{path} holds all of this run already" in again.lines
    assert again.out.startswith(f"{path}: 3 snapshots, ")
    assert path.read_bytes() == before


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a named pipe")
def test_trainer_waits_until_a_recorder_has_written_what_it_got(
    start: "Start", train: "Start", tmp_path: Path
) -> None:
    pipe = tmp_path / "run.ncast"
    os.mkfifo(pipe)
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    trainer = train("--epochs", "200", "--every", "1", "--wait", "1")
    recorder = start("viewer", "record", trainer.address, "-o", pipe)

    trainer.wait_for_line("viewers fetch what they still want")
    os.set_blocking(reading, True)
    with os.fdopen(reading, "rb") as file:
        messages = list(RecordingReader(file))

    assert (trainer.end(), recorder.end()) == (0, 0)
    assert len(messages) == 1 + 201 + 1
    assert "in time" not in "\n".join(trainer.lines)


def test_recording_can_be_looked_at_while_it_is_written(
    start: "Start", train: "Start", tmp_path: Path
) -> None:
    path = tmp_path / "run.ncast"
    trainer = train("--epochs", "100000", "--every", "1", "--pace", "0.02")
    recorder = start("viewer", "record", trainer.address, "-o", path)

    seen = 0
    while seen < 20:
        assert recorder.process.poll() is None, recorder.lines
        if path.exists() and path.stat().st_size > 10_000:  # the welcome is whole
            _, seqs = play(path)
            assert seqs == list(range(1, len(seqs) + 1))
            assert len(seqs) >= seen
            seen = len(seqs)
    trainer.signal(signal.SIGINT)

    assert recorder.end() == 0
    assert isinstance(list(_events(path))[-1], Ended)


def test_recording_of_a_trainer_that_is_killed_is_whole(
    train: "Start", tmp_path: Path
) -> None:
    path = tmp_path / "run.ncast"
    trainer = train("--epochs", "100000", "--every", "1", "--record", path)

    found = kill_at(trainer, path, 30)

    assert found.dropped_bytes == 0 or found.is_torn
    timeline, seqs = play(path)
    assert seqs == list(range(1, len(seqs) + 1))
    assert timeline.rows[:, 0].tolist() == list(range(len(seqs)))


def test_viewer_does_not_write_into_the_recording_of_a_trainer(
    start: "Start", train: "Start", tmp_path: Path
) -> None:
    path = tmp_path / "run.ncast"
    trainer = train("--epochs", "4", "--every", "2", "--record", path, "--hold")

    viewer = start("viewer", "record", trainer.address, "-o", path)

    assert viewer.end() == 2
    assert viewer.lines == [
        f"Error: another program is writing {str(path)!r}; choose another name with -o"
    ]


def _events(path: Path) -> list[object]:
    found: list[object] = []
    with FileSource(path) as source:
        while not source.finished:
            found += source.events()
    return found
