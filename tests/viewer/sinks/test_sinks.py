from collections.abc import Callable
from pathlib import Path

import pytest

from viewer.errors import ViewerError
from viewer.paints import Frame
from viewer.quality import Quality
from viewer.sinks import ENDINGS, OutputError, PictureSink, check_output, open_sink
from viewer.sinks.gif import GifSink
from viewer.sinks.still import StillSink
from viewer.sinks.stream import StreamSink
from viewer.sinks.video import VideoSink


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("run.mp4", VideoSink),
        ("run.MKV", VideoSink),
        ("run.webm", VideoSink),
        ("run.gif", GifSink),
        ("run.png", StillSink),
        ("run.ncast", StreamSink),
    ],
)
def test_open_sink_chooses_by_the_ending(
    tmp_path: Path, name: str, kind: type[object]
) -> None:
    sink = open_sink(tmp_path / name)

    assert isinstance(sink, kind)
    assert list(tmp_path.iterdir()) == []


def test_open_sink_passes_the_quality_on(tmp_path: Path) -> None:
    sink = open_sink(tmp_path / "run.mp4", quality=Quality.BEST)

    assert isinstance(sink, VideoSink)
    assert sink.quality is Quality.BEST


def test_check_output_names_all_endings_when_it_knows_none_of_it(
    tmp_path: Path,
) -> None:
    with pytest.raises(OutputError, match=r"run\.avi") as caught:
        check_output(tmp_path / "run.avi")

    assert all(ending in str(caught.value) for ending in ENDINGS)


@pytest.mark.parametrize("ending", [".svg", ".PDF"])
def test_check_output_refuses_vectors_and_names_a_large_picture(
    tmp_path: Path, ending: str
) -> None:
    with pytest.raises(OutputError, match=r"run\.png', sharper with --size 3840x2160"):
        check_output(tmp_path / f"run{ending}")


def test_check_output_refuses_a_folder(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"expected a file, got a folder"):
        check_output(tmp_path)


def test_check_output_refuses_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"no such folder: '.*gone'"):
        check_output(tmp_path / "gone" / "run.mp4")


def test_check_output_refuses_a_folder_that_nothing_can_be_written_to() -> None:
    proc = Path("/proc")
    if not proc.is_dir():
        pytest.skip("needs /proc: a folder that nobody, not even root, can write to")

    with pytest.raises(OutputError, match="cannot write to the folder '/proc'"):
        check_output(proc / "run.mp4")


def test_check_output_leaves_a_file_alone(tmp_path: Path) -> None:
    path = tmp_path / "run.mp4"
    path.write_bytes(b"precious")

    check_output(path)

    assert path.read_bytes() == b"precious"


@pytest.mark.parametrize("ending", [".mp4", ".mkv", ".webm", ".gif", ".png"])
def test_sink_says_in_a_line_that_the_disk_is_full(
    tmp_path: Path, frame: Callable[..., Frame], ending: str
) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("needs /dev/full: a file that takes nothing")
    path = tmp_path / f"run{ending}"
    path.symlink_to(full)
    sink = open_sink(path, size=(320, 180))
    assert not isinstance(sink, StreamSink)

    with pytest.raises(ViewerError, match=r"^cannot write '.*run.*': no space left"):
        write_and_close(sink, frame)
    sink.close()


def write_and_close(sink: PictureSink, frame: Callable[..., Frame]) -> None:
    for number in range(20):
        sink.write(frame(number))
    sink.close()
