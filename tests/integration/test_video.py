"""Videos of real runs: live as from the recording, and after a kill."""

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


def frames(path: Path) -> list[NDArray[np.generic]]:
    with av.open(path) as container:
        return [f.to_ndarray(format="rgb24") for f in container.decode(video=0)]


def test_video_of_a_live_run_has_the_frames_of_its_replay(
    start: "Start", train: "Start", tmp_path: Path
) -> None:
    live, stream, replay = (tmp_path / name for name in ("a.mp4", "a.ncast", "b.mp4"))
    trainer = train("--epochs", "10", "--every", "2", "--wait", "2")

    recorders = [
        start("viewer", "record", trainer.address, "-o", live, *SMALL),
        start("viewer", "record", trainer.address, "-o", stream),
    ]
    assert [recorder.end() for recorder in recorders] == [0, 0]
    assert start("viewer", "record", stream, "-o", replay, *SMALL).end() == 0

    first, second = frames(live), frames(replay)
    assert len(first) == len(second) == 5 * 9 + 5 + FPS
    assert all(map(np.array_equal, first, second))
    assert not np.array_equal(first[0], first[-1])


@pytest.mark.slow
def test_video_plays_up_to_the_last_second_when_its_recorder_is_killed(
    start: "Start", train: "Start", tmp_path: Path
) -> None:
    paths = [tmp_path / f"run{ending}" for ending in (".mp4", ".mkv", ".webm")]
    trainer = train("--epochs", "100000", "--every", "1", "--pace", "0.2")
    recorders = [
        start("viewer", "record", trainer.address, "-o", path, *SMALL) for path in paths
    ]

    written = []
    for recorder in recorders:
        counted = recorder.wait_for_line(r", (\d+) of \d+ frames")
        recorder.signal(signal.SIGKILL)
        written.append(int(counted[1]))

    assert min(written) > FPS
    for path, count in zip(paths, written, strict=True):
        assert len(frames(path)) >= count - FPS
