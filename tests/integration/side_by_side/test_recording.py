"""Two trainers in one video."""

import signal
from pathlib import Path
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest
from numpy.typing import NDArray

if TYPE_CHECKING:
    from tests.integration.conftest import Start

FPS = 30
SMALL = ("--size", "640x360", "--fps", str(FPS), "--seconds", "0.3")
CYCLE = 9  # frames


def frames(path: Path) -> list[NDArray[np.generic]]:
    with av.open(path) as container:
        return [f.to_ndarray(format="rgb24") for f in container.decode(video=0)]


def test_two_live_runs_are_one_video_whoever_is_faster(
    start: "Start", train: "Start", tmp_path: Path
) -> None:
    first, second = tmp_path / "first.mp4", tmp_path / "second.mp4"
    waiting = ("--epochs", "12", "--wait", "2")
    one = train(*waiting, "--every", "2")
    other = train(*waiting, "--every", "3", "--pace", "0.2")
    both = one.address, other.address

    recorders = [
        start("viewer", "record", *both, "-o", path, *SMALL) for path in (first, second)
    ]
    assert [recorder.end() for recorder in recorders] == [0, 0]

    stops = 9  # epochs 0, 2, 3, 4, 6, 8, 9, 10 and 12
    pictures, again = frames(first), frames(second)
    assert len(pictures) == len(again) == (stops - 1) * CYCLE + 5 + FPS
    assert all(map(np.array_equal, pictures, again))
    left, right = (slice(0, 318), slice(322, 640))
    assert not np.array_equal(pictures[0][:, left], pictures[-1][:, left])
    assert not np.array_equal(pictures[0][:, right], pictures[-1][:, right])
    assert recorders[0].lines[-2:] == [
        f"{one.address}: 7 snapshots, 0 skipped, 0 lost",
        f"{other.address}: 5 snapshots, 0 skipped, 0 lost",
    ]


def test_video_goes_on_when_one_trainer_is_killed(
    start: "Start", train: "Start", tmp_path: Path
) -> None:
    path = tmp_path / "both.mp4"
    killed = train("--epochs", "100000", "--every", "1", "--pace", "0.05")
    other = train("--epochs", "60", "--every", "20", "--wait", "1")

    recorder = start(
        *("viewer", "record", killed.address, other.address, "-o", path, *SMALL),
        *("--patience", "1"),
    )
    other.wait_for_line("listening")
    recorder.wait_for_line(f"connected to {other.address}")
    killed.signal(signal.SIGKILL)

    assert recorder.end() == 1
    assert recorder.lines[-1] == (
        f"Error: {killed.address}: the trainer has been silent for 1 s; {path} holds "
        "what came before"
    )
    assert f"{other.address}: 4 snapshots, 0 skipped, 0 lost" in recorder.lines
    assert len(frames(path)) >= 3 * CYCLE + 5 + FPS


@pytest.mark.parametrize("ending", [".gif", ".webm", ".mkv", ".png"])
def test_two_recordings_are_drawn_into_any_file(
    start: "Start", train: "Start", tmp_path: Path, ending: str
) -> None:
    one, other = tmp_path / "one.ncast", tmp_path / "other.ncast"
    for path, every in ((one, "2"), (other, "3")):
        assert train("--epochs", "6", "--every", every, "--record", path).end() == 0

    path = tmp_path / f"both{ending}"
    small = ("--size", "640x360", "--fps", "10", "--seconds", "0.2")
    drawn = start("viewer", "record", one, other, "-o", path, *small)

    assert drawn.end() == 0, drawn.lines
    assert path.stat().st_size > 5_000
    assert drawn.out.startswith(f"{path}: 640x360")


def test_run_and_plane_are_refused_in_one_line(
    start: "Start", train: "Start", tmp_path: Path
) -> None:
    run, plane = tmp_path / "run.ncast", tmp_path / "plane.ncast"
    assert train("--epochs", "2", "--every", "1", "--record", run).end() == 0
    small = ("--layers", "3", "--size", "20", "--port", "0")
    assert start("trainer", "space", *small, "--record", plane).end() == 0

    path = tmp_path / "both.mp4"
    refused = start("viewer", "record", run, plane, "-o", path, *SMALL)

    assert refused.end() == 1
    assert refused.lines[-1] == (
        f"Error: {plane} counts layers, {run} counts epochs: one clock cannot show "
        "both; watch them apart"
    )
    assert not path.exists()
