import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageSequence

from viewer.errors import ViewerError
from viewer.quality import Quality
from viewer.sinks.gif import GifSink

MakeFrame = Callable[..., NDArray[np.uint8]]


def test_gif_holds_every_frame_and_loops(tmp_path: Path, frame: MakeFrame) -> None:
    path = tmp_path / "run.gif"
    sink = GifSink(path, size=(320, 180), fps=20)

    for number in range(30):
        sink.write(frame(number))
    sink.close()

    with Image.open(path) as picture:
        delays = [page.info["duration"] for page in ImageSequence.Iterator(picture)]
        assert delays == [50] * 30
        assert picture.info["loop"] == 0


def test_gif_is_not_there_before_it_is_closed(tmp_path: Path, frame: MakeFrame) -> None:
    sink = GifSink(tmp_path / "run.gif", size=(320, 180), fps=20)

    sink.write(frame(0))

    assert list(tmp_path.iterdir()) == []
    sink.close()


def test_gif_keeps_colours_that_come_late(tmp_path: Path, frame: MakeFrame) -> None:
    path = tmp_path / "run.gif"
    sink = GifSink(path, size=(320, 180), fps=20)
    red = frame(0)
    red[..., :3] = (210, 20, 30)

    for number in range(20):
        sink.write(frame(number))
    sink.write(red)
    sink.close()

    with Image.open(path) as picture:
        picture.seek(20)
        middle = picture.convert("RGB").getpixel((160, 90))
    np.testing.assert_allclose(np.array(middle), (210, 20, 30), atol=6)


@pytest.mark.parametrize(
    ("asked", "size", "fps"),
    [
        (((1280, 720), 60), (640, 360), 20),
        (((640, 360), 10), (640, 360), 10),
        (((640, 360), 15), (640, 360), 100 / 7),
    ],
)
def test_gif_is_drawn_smaller_and_slower(
    tmp_path: Path,
    asked: tuple[tuple[int, int], int],
    size: tuple[int, int],
    fps: float,
) -> None:
    sink = GifSink(tmp_path / "run.gif", size=asked[0], fps=asked[1])

    assert sink.size == size
    assert sink.fps == pytest.approx(fps)
    assert bool(sink.notes) == ((size, fps) != asked)


def test_gif_leaves_no_file_when_no_frame_came(tmp_path: Path) -> None:
    sink = GifSink(tmp_path / "run.gif", size=(320, 180), fps=20)

    sink.close()

    assert list(tmp_path.iterdir()) == []


def test_gif_says_when_the_file_cannot_be_written(
    tmp_path: Path, frame: MakeFrame
) -> None:
    sink = GifSink(tmp_path / "gone" / "run.gif", size=(320, 180), fps=20)
    sink.write(frame(0))

    with pytest.raises(ViewerError, match=r"cannot write '.*run.gif': no such file"):
        sink.close()


def test_gif_of_a_draft_has_fewer_colours_and_is_smaller(tmp_path: Path) -> None:
    ramp = np.full((180, 320, 4), 255, np.uint8)
    ramp[..., 0] = np.arange(320) * 255 // 320
    ramp[..., 1] = np.arange(180)[:, None]
    colours, sizes = {}, {}

    for quality in Quality:
        path = tmp_path / f"{quality}.gif"
        sink = GifSink(path, size=(320, 180), fps=20, quality=quality)
        sink.write(ramp)
        sink.close()
        sizes[quality] = path.stat().st_size
        with Image.open(path) as picture:
            colours[quality] = len(picture.convert("RGB").getcolors(1 << 16) or [])

    assert colours[Quality.DRAFT] <= 64
    assert colours[Quality.GOOD] > 150
    assert sizes[Quality.DRAFT] < sizes[Quality.GOOD] < sizes[Quality.BEST]


def test_gif_says_when_there_is_no_room_for_frames_that_wait(
    tmp_path: Path, frame: MakeFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    sink = GifSink(tmp_path / "run.gif", size=(320, 180), fps=20)

    with pytest.raises(ViewerError, match=r"cannot keep frames.* no space.* TMPDIR"):
        sink.write(frame(0))
    sink.close()
    assert list(tmp_path.iterdir()) == []
