"""GIF pictures: looping, at most 20 frames a second, one palette made for the whole.

How it works: the palette needs every frame before the first can be written, so frames
wait in a nameless temporary file, without loss, while their colours are counted;
`close` reads them back through the palette. Memory does not grow with the length.
"""

import tempfile
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.filter import Graph
from numpy.typing import NDArray

from viewer.errors import ViewerError
from viewer.quality import Quality

# Wider frames are drawn at half the size: a GIF holds them badly.
WIDE = 800
# Players round what is faster; delays are whole hundredths of a second.
MOST_FPS = 20
TICK = Fraction(1, 100)
# Of each quality the number of colours and how bands are hidden. An ordered pattern
# stands still between frames, so it costs little; spread errors are a tenth larger.
# The same 4 s of 640x360: 0.9, 1.5 and 1.7 MB.
COLOURS = {
    Quality.DRAFT: (64, "none"),
    Quality.GOOD: (256, "bayer:bayer_scale=5"),
    Quality.BEST: (256, "sierra2_4a"),
}
# Most errors of av are OSErrors or ValueErrors, too; not all.
FAILURES = (OSError, ValueError, av.FFmpegError)
LOSSLESS = {"preset": "ultrafast", "qp": "0"}

av.logging.set_level(None)


class GifSink:
    """Writes frames as a GIF picture.

    Attributes:
        path: The file; written by `close`.
        size: (width, height) of the frames that it takes.
        fps: Frames a second, 100 divided by a whole number.
        still: False.
        notes: Says so where size or fps were changed.
    """

    def __init__(
        self,
        path: Path,
        *,
        size: tuple[int, int],
        fps: float,
        quality: Quality = Quality.GOOD,
    ) -> None:
        """Prepare; nothing is written yet.

        Args:
            path: The file.
            size: (width, height) asked for.
            fps: Frames a second asked for.
            quality: How many colours there are and how others are mixed from them.
        """
        width, height = size
        half = 2 if width > WIDE else 1
        self.path = path
        self._quality = quality
        self.still = False
        self.size = (width // half, height // half)
        self._delay = max(round(100 / fps), 100 // MOST_FPS)
        self.fps = 100 / self._delay
        drawn = f"{self.size[0]}x{self.size[1]} at {self.fps:g} frames a second"
        changed = self.size != size or self.fps != fps
        self.notes: tuple[str, ...] = (f"a GIF is drawn at {drawn}",) if changed else ()
        self._waiting: _Waiting | None = None

    def write(self, frame: NDArray[np.uint8]) -> None:
        """Take a frame, shape (height, width, 4) RGBA; copied.

        Raises:
            ViewerError: The folder for temporary files is full.
        """
        try:
            if self._waiting is None:
                self._waiting = _Waiting(self.size, COLOURS[self._quality])
            self._waiting.add(frame)
        except FAILURES as error:
            self._waiting = None
            folder = tempfile.gettempdir()
            raise ViewerError(
                f"cannot keep frames in {folder!r} until the GIF is written: "
                f"{_reason(error)}; set TMPDIR to a folder with more room"
            ) from error

    def close(self) -> None:
        """Write the file; with no frame written no file is left.

        Raises:
            ViewerError: The file cannot be written.
        """
        waiting, self._waiting = self._waiting, None
        if waiting is None:
            return
        try:
            self._write_all(waiting)
        except FAILURES as error:
            raise ViewerError(
                f"cannot write {str(self.path)!r}: {_reason(error)}"
            ) from error
        finally:
            waiting.file.close()

    def _write_all(self, waiting: "_Waiting") -> None:
        rate = Fraction(100, self._delay)
        with av.open(f"file:{self.path}", "w", format="gif") as container:
            stream: Any = container.add_stream("gif", rate=rate)
            stream.width, stream.height = self.size
            stream.pix_fmt = "pal8"
            stream.codec_context.time_base = TICK
            for number, picture in enumerate(_in_palette(waiting)):
                picture.pts, picture.time_base = number * self._delay, TICK
                container.mux(stream.encode(picture))
            container.mux(stream.encode(None))


def _reason(error: Exception) -> str:
    return (getattr(error, "strerror", None) or str(error)).lower()


class _Waiting:
    """Frames on their way: kept in a temporary file, their colours counted."""

    def __init__(self, size: tuple[int, int], colours: tuple[int, str]) -> None:
        self.size = size
        most, self.dither = colours
        self.file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by the sink
        self._container = av.open(self.file, "w", format="matroska")
        stream: Any = self._container.add_stream("libx264rgb", rate=MOST_FPS)
        stream.width, stream.height = size
        stream.pix_fmt, stream.options = "bgr24", LOSSLESS
        self._stream = stream
        self._count = 0
        self._colours = Graph()
        source = _source(self._colours, size, "rgba")
        palette = self._colours.add("palettegen", f"stats_mode=full:max_colors={most}")
        source.link_to(palette)
        palette.link_to(self._colours.add("buffersink"))
        self._colours.configure()

    def add(self, frame: NDArray[np.uint8]) -> None:
        picture = av.VideoFrame.from_ndarray(frame, "rgba")
        picture.pts, picture.time_base = self._count, Fraction(1, MOST_FPS)
        self._colours.push(picture)
        self._container.mux(self._stream.encode(picture.reformat(format="bgr24")))
        self._count += 1

    def palette(self) -> av.VideoFrame:
        """Stop taking frames; give the palette, a picture of 16x16 colours."""
        self._container.mux(self._stream.encode(None))
        self._container.close()
        self._colours.push(None)
        palette = self._colours.pull()
        assert isinstance(palette, av.VideoFrame)
        return palette


def _source(graph: Graph, size: tuple[int, int], pixels: str) -> Any:
    width, height = size
    return graph.add_buffer(
        width=width,
        height=height,
        format=av.VideoFormat(pixels, width, height),
        time_base=Fraction(1, MOST_FPS),
    )


def _in_palette(waiting: _Waiting) -> Iterator[av.VideoFrame]:
    """Give all frames back, each pixel a place in the palette."""
    palette = waiting.palette()
    graph = Graph()
    pictures = _source(graph, waiting.size, "bgr24")
    colours = _source(graph, (palette.width, palette.height), palette.format.name)
    use_options = f"dither={waiting.dither}:diff_mode=rectangle"
    use, end = graph.add("paletteuse", use_options), graph.add("buffersink")
    pictures.link_to(use, 0, 0)
    colours.link_to(use, 0, 1)
    use.link_to(end)
    graph.configure()
    colours.push(palette)
    colours.push(None)
    waiting.file.seek(0)
    with av.open(waiting.file, "r", format="matroska") as container:
        for picture in container.decode(video=0):
            pictures.push(picture.reformat(format="bgr24"))
            yield from _ready(end)
    pictures.push(None)
    yield from _ready(end)


def _ready(end: Any) -> Iterator[av.VideoFrame]:
    while True:
        try:
            yield end.pull()
        except (BlockingIOError, EOFError):  # wants more; or all has come
            return
