import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

from protocol.events import Ended, Event
from protocol.messages import EndReason, Manifest
from viewer.cli import main
from viewer.options import Normalisation, Options
from viewer.player import Player
from viewer.sinks.stream import StreamSink

ROOT = Path(__file__).parents[2]
SMALL = ("--size", "640x360", "--fps", "10", "--seconds", "0.5")


@dataclass
class Done:
    """What a command left."""

    code: int
    out: str
    error: str


Viewer = Callable[..., Done]


@pytest.fixture
def viewer(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Iterator[Viewer]:
    """Run a command as the shell does, with no display."""
    before = signal.getsignal(signal.SIGTERM)
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments: str | Path) -> Done:
        monkeypatch.setattr("sys.argv", ["viewer", *map(str, arguments)])
        with pytest.raises(SystemExit) as caught:
            main()
        out, error = capfd.readouterr()
        code = caught.value.code
        if isinstance(code, str):  # as the interpreter does at the very end
            code, error = 1, f"{error}{code}\n"
        return Done(code or 0, out, error)

    yield run
    signal.signal(signal.SIGTERM, before)


@pytest.fixture
def recording(
    tmp_path: Path,
    make_manifest: Callable[..., Manifest],
    make_events: Callable[[Manifest, int], list[Event]],
) -> Path:
    """A run of four snapshots in a file."""
    path = tmp_path / "run.ncast"
    sink = StreamSink(path)
    for event in make_events(make_manifest((16, 5, 3), (4, 4)), 4):
        sink.take(event)
    sink.take(Ended(reason=EndReason.DONE, text=""))
    sink.close()
    return path


def frames(path: Path) -> list[np.ndarray]:
    with av.open(path) as container:
        return [f.to_ndarray(format="rgb24") for f in container.decode(video=0)]


@pytest.mark.parametrize("name", ["", "connect", "record", "info", "demo"])
@pytest.mark.parametrize("option", ["-h", "--help"])
def test_help_ends_with_an_example(viewer: Viewer, name: str, option: str) -> None:
    done = viewer(*name.split(), option)

    assert done.code == 0
    assert f"Example: viewer {name}" in done.out


def test_help_loads_nothing_heavy() -> None:
    program = (
        "import sys, viewer.cli; "
        "print([m for m in ('numpy', 'matplotlib', 'zmq', 'av') if m in sys.modules])"
    )

    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.strip() == "[]"


def test_version_is_that_of_the_distribution(viewer: Viewer) -> None:
    try:
        expected = version("neurocast")
    except PackageNotFoundError:
        pytest.skip("needs neurocast installed")

    assert viewer("--version").out == f"viewer {expected}\n"


def test_record_writes_a_video_of_every_snapshot(
    viewer: Viewer, recording: Path, tmp_path: Path
) -> None:
    path = tmp_path / "run.mp4"

    done = viewer("record", recording, "-o", path, *SMALL)

    assert done.code == 0
    assert len(frames(path)) == 3 * 5 + 3 + 10
    assert done.out.startswith(f"{path}: 640x360, 2.8 s, 28 frames of 4 snapshots, ")


@pytest.mark.parametrize("ending", [".mp4", ".webm", ".gif"])
def test_record_gives_the_same_frames_twice(
    viewer: Viewer, recording: Path, tmp_path: Path, ending: str
) -> None:
    paths = [tmp_path / f"a{ending}", tmp_path / f"b{ending}"]

    for path in paths:
        viewer("record", recording, "-o", path, *SMALL)

    first, second = map(frames, paths)
    assert all(map(np.array_equal, first, second))


def test_record_makes_a_draft_that_is_smaller(
    viewer: Viewer, recording: Path, tmp_path: Path
) -> None:
    draft, good = tmp_path / "draft.mp4", tmp_path / "good.mp4"

    viewer("record", recording, "-o", draft, *SMALL, "--quality", "draft")
    viewer("record", recording, "-o", good, *SMALL)

    assert draft.stat().st_size < 0.8 * good.stat().st_size


def test_record_draws_what_the_reader_chose(
    viewer: Viewer, recording: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Options] = []

    class Spy(Player):
        def __init__(self, *given: Any, options: Options, **others: Any) -> None:
            seen.append(options)
            super().__init__(*given, options=options, **others)

    monkeypatch.setattr("viewer.programs.Player", Spy)
    chosen = ("--normalise", "network", "--reduced-motion")

    viewer("record", recording, "-o", tmp_path / "run.png", *chosen)
    viewer("record", recording, "-o", tmp_path / "run.png")

    assert seen == [Options(Normalisation.NETWORK, reduced_motion=True), Options()]


def test_record_keeps_the_stream(
    viewer: Viewer, recording: Path, tmp_path: Path
) -> None:
    path = tmp_path / "copy.ncast"

    done = viewer("record", recording, "-o", path)

    assert done.code == 0
    again = json.loads(viewer("info", path, "--json").out)
    assert again == json.loads(viewer("info", recording, "--json").out)


def test_record_takes_a_picture_of_the_newest_snapshot(
    viewer: Viewer, recording: Path, tmp_path: Path
) -> None:
    path = tmp_path / "run.png"

    done = viewer("record", recording, "-o", path, "--size", "640x360")

    assert done.code == 0
    with Image.open(path) as picture:
        assert picture.size == (640, 360)


def test_record_says_how_much_of_a_cut_recording_is_missing(
    viewer: Viewer, recording: Path, tmp_path: Path
) -> None:
    recording.write_bytes(recording.read_bytes()[:-200])

    done = viewer("record", recording, "-o", tmp_path / "run.mp4", *SMALL)

    assert done.code == 0
    assert "bytes at its end are no whole message" in done.error
    assert "of 3 snapshots" in done.out


def test_info_is_one_object(viewer: Viewer, recording: Path) -> None:
    info = json.loads(viewer("info", recording, "--json").out)

    assert info["snapshots"] == 4
    assert info["layers"] == [16, 5, 3]
    assert info["ended"] == "done"


NOBODY = "127.0.0.1:1"


@pytest.mark.parametrize(
    ("arguments", "code", "text"),
    [
        (["connect", NOBODY], 2, "no display found; record instead"),
        (["connect", NOBODY, "--max-memory", "1"], 2, "expected --max-memory of 1M"),
        (["record", NOBODY, "-o", "run.avi"], 2, "ends in .mp4, .mkv"),
        (["record", NOBODY, "-o", "gone/run.mp4"], 2, "no such folder: 'gone'"),
        (["record", NOBODY, "-o", "run.svg"], 2, "write to 'run.png', sharper with"),
        (["record", NOBODY, "-o", "/"], 2, "expected a file, got a folder"),
        (["record", "run.ncast", "-o", "run.ncast"], 2, "expected two files"),
        (["record", "no:such:place", "-o", "run.mp4"], 2, "'no:such:place'"),
        (["record", NOBODY, NOBODY, "-o", "two.ncast"], 2, "expected one source for"),
        (["record", *[NOBODY] * 5, "-o", "run.mp4"], 2, "expected at most 4 sources"),
        (["connect", *[NOBODY] * 5], 2, "expected at most 4 sources, got 5"),
        (["record", "run.ncast", "gone.ncast", "-o", "r.mp4"], 2, "no such file"),
        (["record", NOBODY, "-o", "r.mp4", "--size", "2x2"], 2, "--size from 640x360"),
        (["record", NOBODY, "-o", "r.mp4", "--size", "big"], 2, "got 'big'"),
        (
            ["record", NOBODY, "-o", "r.mp4", "--timeout", "0.3"],
            1,
            f"no run on {NOBODY}",
        ),
        (["info", NOBODY, "--timeout", "0.3"], 1, "is 'trainer run --port 1' running?"),
        (["info", "gone.ncast"], 2, "no such file: 'gone.ncast'"),
        (["info", "gone.mp4"], 2, "no such file: 'gone.mp4'"),
        (["info", __file__], 1, "not a recording|expected a recording"),
        (["info", f"{'x' * 300}.ncast"], 1, "cannot use 'xxx"),
    ],
)
def test_command_says_in_one_line_what_is_wrong(
    viewer: Viewer,
    recording: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    code: int,
    text: str,
) -> None:
    monkeypatch.chdir(recording.parent)

    done = viewer(*arguments)

    last = done.error.splitlines()[-1]
    assert done.code == code
    assert last.startswith("Error: ")
    assert any(part in last for part in text.split("|"))
    assert [path.name for path in recording.parent.iterdir()] == ["run.ncast"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_record_finishes_its_file_when_interrupted(
    recording: Path, tmp_path: Path, number: signal.Signals
) -> None:
    path = tmp_path / "run.mp4"
    slow = ("--size", "640x360", "--fps", "60", "--seconds", "100")
    with subprocess.Popen(
        [sys.executable, "-m", "viewer", "record", recording, "-o", path, *slow],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        wait_until(lambda: path.exists() and path.stat().st_size > 0)
        process.send_signal(number)
        out, error = process.communicate(timeout=30)

    assert process.returncode == 130
    assert "Traceback" not in error
    assert out.startswith(f"{path}: ")
    assert (count := len(frames(path))) >= 60
    assert f" s, {count} frames of " in out
    assert b"moof" not in path.read_bytes()


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)
