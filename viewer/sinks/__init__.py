"""Where pictures and streams are written to: one file a kind, chosen by the ending.

Everything that can be wrong with an output is said by `check_output`, before a
connection is made or a recording starts. A file that is there already is replaced,
unless it is a recording of the stream (stream.py).
"""

import os
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Protocol

from viewer.errors import UsageError
from viewer.paints import Frame, Size
from viewer.quality import Quality
from viewer.sinks.stream import StreamSink


class OutputError(UsageError):
    """An output that cannot be written; a wrong use, known before anything starts."""


class PictureSink(Protocol):
    """Takes frames one after the other.

    Attributes:
        path: The file.
        size: (width, height) of the frames that it takes.
        fps: How many frames make a second.
        still: True where only the newest frame counts.
        notes: What the user should know, one line each.
    """

    path: Path
    size: Size
    fps: float
    still: bool
    notes: tuple[str, ...]

    def write(self, frame: Frame) -> None:
        """Take a frame, shape (height, width, 4) RGBA; copied."""

    def close(self) -> None:
        """Finish the file; with no frame written no file is left."""


Sink = PictureSink | StreamSink


def _video(path: Path, size: Size, fps: int, quality: Quality) -> Sink:
    from viewer.sinks.video import VideoSink

    return VideoSink(path, size=size, fps=fps, quality=quality)


def _gif(path: Path, size: Size, fps: int, quality: Quality) -> Sink:
    from viewer.sinks.gif import GifSink

    return GifSink(path, size=size, fps=fps, quality=quality)


def _still(path: Path, size: Size, fps: int, quality: Quality) -> Sink:
    from viewer.sinks.still import StillSink

    return StillSink(path, size=size)


def _stream(path: Path, size: Size, fps: int, quality: Quality) -> Sink:
    return StreamSink(path)


# A new kind of output is one file in this folder and one line here.
ENDINGS: dict[str, Callable[[Path, Size, int, Quality], Sink]] = {
    ".mp4": _video,
    ".mkv": _video,
    ".webm": _video,
    ".gif": _gif,
    ".png": _still,
    ".ncast": _stream,
}
VECTORS = (".svg", ".pdf", ".eps", ".ps")


def open_sink(
    path: Path,
    *,
    size: Size = (1280, 720),
    fps: int = 60,
    quality: Quality = Quality.GOOD,
) -> Sink:
    """Make the sink that the ending of a path names; it writes nothing yet.

    Args:
        path: The file.
        size: (width, height) of a frame.
        fps: Frames a second, for videos.
        quality: Of videos; a picture loses nothing whatever it is.

    Raises:
        OutputError: The path cannot be written, see `check_output`.
    """
    check_output(path)
    return ENDINGS[path.suffix.lower()](path, size, fps, quality)


def check_output(path: Path) -> None:
    """Refuse what cannot be written, without touching a file that is there.

    Raises:
        OutputError: An unknown ending, a folder, a folder that is not there or that
            nothing can be written to.
    """
    if path.is_dir():
        inside = path / "run.mp4"
        raise OutputError(f"expected a file, got a folder: write to {str(inside)!r}")
    if path.suffix.lower() in VECTORS:
        picture = str(path.with_suffix(".png"))
        raise OutputError(
            f"expected a file of pixels, got {str(path)!r}: frames are composited pixel "
            f"by pixel, a vector file would only wrap them; write to {picture!r}, "
            "sharper with --size 3840x2160"
        )
    if path.suffix.lower() not in ENDINGS:
        raise OutputError(
            f"expected a file that ends in {_list(ENDINGS)}, got {str(path)!r}"
        )
    if not path.parent.is_dir():
        raise OutputError(
            f"no such folder: {str(path.parent)!r}; make it or choose another with -o"
        )
    _try_to_write(path)


def _try_to_write(path: Path) -> None:
    try:
        tempfile.TemporaryFile(dir=path.parent).close()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise OutputError(
            f"cannot write to the folder {str(path.parent)!r}: {reason}; "
            "choose another with -o"
        ) from error
    if path.exists() and not os.access(path, os.W_OK):
        raise OutputError(f"the file is read-only: {str(path)!r}; choose another name")


def _list(words: Iterable[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} or {last}"
