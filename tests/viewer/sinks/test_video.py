import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from viewer.errors import ViewerError
from viewer.quality import Quality
from viewer.sinks.video import VideoSink

Frame = NDArray[np.uint8]
MakeFrame = Callable[..., Frame]
ENDLESS = """
import sys, time
from pathlib import Path
import numpy as np
from viewer.sinks.video import VideoSink

sink = VideoSink(Path(sys.argv[1]), size=(320, 180), fps=int(sys.argv[2]))
noise = np.random.default_rng(0).integers(0, 255, (180, 320, 4), np.uint8)
for number in range(100_000):
    sink.write(np.roll(noise, number, axis=1))
    print(number, flush=True)
    time.sleep(0.001)
"""


def record(path: Path, frames: int, frame: MakeFrame, fps: int = 30) -> VideoSink:
    sink = VideoSink(path, size=(320, 180), fps=fps)
    for number in range(frames):
        sink.write(frame(number))
    sink.close()
    return sink


def write_until_it_fails(sink: VideoSink, frame: MakeFrame) -> None:
    for number in range(20):
        sink.write(frame(number))


@pytest.mark.parametrize(
    ("ending", "codec"), [(".mp4", "h264"), (".mkv", "h264"), (".webm", "vp9")]
)
def test_video_holds_every_frame_in_its_codec(
    tmp_path: Path, frame: MakeFrame, ending: str, codec: str
) -> None:
    path = tmp_path / f"run{ending}"

    record(path, 40, frame)

    with av.open(path) as container:
        stream = container.streams.video[0]
        times = [f.time for f in container.decode(stream)]
        assert stream.codec_context.name == codec
        assert stream.codec_context.pix_fmt == "yuv420p"
        assert len(times) == 40
        np.testing.assert_allclose(times, np.arange(40) / 30, atol=0.0006)


@pytest.mark.parametrize("fps", [1, 24, 60])
def test_mp4_shows_frame_n_at_n_over_fps(
    tmp_path: Path, frame: MakeFrame, fps: int
) -> None:
    path = tmp_path / "run.mp4"

    record(path, 10, frame, fps)

    with av.open(path) as container:
        times = [f.time for f in container.decode(video=0)]
    np.testing.assert_allclose(times, np.arange(10) / fps, atol=1e-9)


def test_mp4_keeps_colours_and_says_which_they_are(
    tmp_path: Path, frame: MakeFrame, decode: Callable[[Path], list[Frame]]
) -> None:
    path = tmp_path / "run.mp4"

    record(path, 5, frame)

    with av.open(path) as container:
        context = container.streams.video[0].codec_context
        assert (context.colorspace, context.color_primaries) == (1, 1)
        assert (context.color_trc, context.color_range) == (1, 1)
    background = decode(path)[0][90, 200].astype(int)
    np.testing.assert_allclose(background, (11, 15, 23), atol=3)


def test_mp4_can_start_before_it_is_loaded_whole_after_a_clean_close(
    tmp_path: Path, frame: MakeFrame
) -> None:
    path = tmp_path / "run.mp4"

    record(path, 40, frame)

    data = path.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")
    assert b"moof" not in data
    assert [p.name for p in tmp_path.iterdir()] == ["run.mp4"]


def test_mp4_still_plays_when_it_could_not_be_rearranged(
    tmp_path: Path,
    frame: MakeFrame,
    decode: Callable[[Path], list[Frame]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(source: object, target: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(Path, "replace", refuse)
    path = tmp_path / "run.mp4"

    record(path, 40, frame)

    assert len(decode(path)) == 40
    assert [p.name for p in tmp_path.iterdir()] == ["run.mp4"]


def test_video_makes_odd_sizes_even_and_says_so(tmp_path: Path) -> None:
    sink = VideoSink(tmp_path / "run.mp4", size=(321, 181), fps=30)

    assert sink.size == (320, 180)
    assert sink.notes == ("321x181 becomes 320x180: videos need even sizes",)


def test_video_leaves_no_file_when_no_frame_came(tmp_path: Path) -> None:
    sink = VideoSink(tmp_path / "run.mp4", size=(320, 180), fps=30)

    sink.close()

    assert list(tmp_path.iterdir()) == []


def test_video_replaces_a_file_that_is_there(
    tmp_path: Path, frame: MakeFrame, decode: Callable[[Path], list[Frame]]
) -> None:
    path = tmp_path / "run.mp4"
    path.write_bytes(b"old" * 100_000)

    record(path, 3, frame)

    assert len(decode(path)) == 3


def test_video_copies_what_it_is_given(
    tmp_path: Path, frame: MakeFrame, decode: Callable[[Path], list[Frame]]
) -> None:
    path = tmp_path / "run.mp4"
    sink = VideoSink(path, size=(320, 180), fps=30)
    buffer = np.empty((180, 320, 4), np.uint8)

    for number in range(12):
        buffer[...] = frame(number * 5)
        sink.write(buffer)
    buffer[...] = 255
    sink.close()

    brightest = [int(f[90].sum(axis=1).argmax()) for f in decode(path)]
    assert brightest == pytest.approx([number * 20 + 4 for number in range(12)], abs=4)


def test_video_says_when_the_file_cannot_be_written(
    tmp_path: Path, frame: MakeFrame
) -> None:
    sink = VideoSink(tmp_path / "gone" / "run.mp4", size=(320, 180), fps=30)

    with pytest.raises(ViewerError, match=r"cannot write '.*run.mp4': no such file"):
        write_until_it_fails(sink, frame)
    sink.close()


@pytest.mark.parametrize("fps", [10, 60])
@pytest.mark.parametrize("ending", [".mp4", ".mkv", ".webm"])
def test_video_plays_up_to_the_last_second_when_its_writer_is_killed(
    tmp_path: Path, decode: Callable[[Path], list[Frame]], ending: str, fps: int
) -> None:
    path = tmp_path / f"run{ending}"
    command = [sys.executable, "-c", ENDLESS, str(path), str(fps)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        written = 0
        for line in process.stdout:
            written = int(line) + 1
            if written == 2.5 * fps:
                break
        process.send_signal(signal.SIGKILL)

    assert len(decode(path)) >= written - fps


@pytest.mark.parametrize("ending", [".mp4", ".webm"])
def test_video_of_better_quality_is_larger_and_closer(
    tmp_path: Path, decode: Callable[[Path], list[Frame]], ending: str
) -> None:
    grey = np.random.default_rng(0).integers(0, 255, (10, 90, 160, 1), np.uint8)
    noise = grey.repeat(4, 3).repeat(2, 1).repeat(2, 2)
    sizes, errors = [], []

    for quality in Quality:
        path = tmp_path / f"{quality}{ending}"
        sink = VideoSink(path, size=(320, 180), fps=30, quality=quality)
        for picture in noise:
            sink.write(picture)
        sink.close()
        sizes.append(path.stat().st_size)
        wrong = decode(path)[9].astype(int) - noise[9, ..., :3]
        errors.append(float(np.abs(wrong).mean()))

    assert sizes == sorted(sizes)
    assert errors == sorted(errors, reverse=True)
    assert len(set(sizes)) == 3


def test_video_may_have_a_colon_in_its_name(tmp_path: Path, frame: MakeFrame) -> None:
    path = tmp_path / "run-12:30.mp4"

    record(path, 5, frame)

    with av.open(f"file:{path}") as container:
        assert sum(1 for _ in container.decode(video=0)) == 5


def test_video_is_a_file_even_if_its_name_looks_like_an_address(
    tmp_path: Path, frame: MakeFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    record(Path("file:run.mp4"), 5, frame)

    assert [path.name for path in tmp_path.iterdir()] == ["file:run.mp4"]
