"""Video files: H.264 in .mp4 and .mkv, VP9 in .webm; PyAV encodes in this process.

How it works: `write` copies the frame into a free buffer and goes on; one thread
turns buffers into packets, so that drawing and encoding share two cores, and an
interrupt never falls into the middle of a frame. While it is written an .mp4 consists
of fragments of 0.3 s, each flushed, and what buffers and encoder hold back is bounded
by the frame rate: a killed recording plays up to the last second. A clean `close`
rearranges it, without encoding again, so that browsers can start at once.
"""

import contextlib
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace, VideoReformatter
from numpy.typing import NDArray

from viewer.errors import ViewerError
from viewer.quality import Quality

# A frame at 720p is 3.7 MB; more buffers do not make it faster. Frames that wait are
# lost to a kill, so there is one where few of them make a second.
BUFFERS, FEW_FPS = 4, 20
# Frames that x264 looks ahead; 20 is 3 dB better, but a third larger.
LOOKAHEAD = 10
# Fixed: a thread for each core would hold a frame back each, and the packets would
# depend on the machine. One is fast enough for 200 frames a second at 720p.
THREADS = 4
# As av names it in H.273: BT.709 for matrix, primaries and transfer.
BT709 = 1
# Most errors of av are OSErrors or ValueErrors, too; not all.
FAILURES = (OSError, ValueError, av.FFmpegError)

av.logging.set_level(None)


@dataclass(frozen=True, slots=True)
class Format:
    """How a kind of file is made.

    Attributes:
        codec: Name of the encoder.
        encoder: Its options for each quality.
        lookahead: Name of its option for how many frames it looks ahead, or "".
        container: Options of the file while it is written.
        rearranged: Options of the file after a clean close; None leaves it alone.
    """

    codec: str
    encoder: dict[Quality, dict[str, str]]
    lookahead: str
    container: dict[str, str]
    rearranged: dict[str, str] | None = None


# For 1280x720 at 60 frames a second: kB a second, and PSNR of the brightness:
# draft 130 kB 36 dB, good 300 kB 43 dB, best 520 kB 49 dB in 2.4 times the time.
# No B-frames: 2 % larger, but the first frame is at 0 and a cut file has no holes.
H264 = {
    Quality.DRAFT: {"preset": "veryfast", "crf": "28", "bf": "0"},
    Quality.GOOD: {"preset": "veryfast", "crf": "20", "bf": "0"},
    Quality.BEST: {"preset": "medium", "crf": "14", "bf": "0"},
}
# The same: 210 kB 39 dB, 390 kB 45 dB, 540 kB 49 dB in 1.4 times the time; a "good"
# deadline makes that one tenth smaller in ten times the time.
REALTIME = {"deadline": "realtime", "row-mt": "1", "b": "0", "lag-in-frames": "0"}
VP9 = {
    Quality.DRAFT: REALTIME | {"cpu-used": "8", "crf": "42"},
    Quality.GOOD: REALTIME | {"cpu-used": "8", "crf": "30"},
    Quality.BEST: REALTIME | {"cpu-used": "6", "crf": "20"},
}
FRAGMENTS = {
    "movflags": "empty_moov+default_base_moof",
    "frag_duration": "300000",  # microseconds
    "flush_packets": "1",
}
CLUSTERS = {"cluster_time_limit": "300", "flush_packets": "1"}  # milliseconds

FORMATS = {
    ".mp4": Format(
        "libx264", H264, "rc-lookahead", FRAGMENTS, {"movflags": "faststart"}
    ),
    ".mkv": Format("libx264", H264, "rc-lookahead", CLUSTERS),
    ".webm": Format("libvpx-vp9", VP9, "", CLUSTERS),
}


@dataclass
class VideoSink:
    """Writes frames as a video.

    Attributes:
        path: The file; replaced when the first frame comes.
        size: (width, height), made even because the encoders need it.
        fps: Frames a second; frame n is shown at n / fps exactly.
        quality: How much of a frame may be lost.
        notes: Says so where the size was changed.
    """

    path: Path
    size: tuple[int, int] = field(kw_only=True)
    fps: float = field(kw_only=True)
    quality: Quality = field(default=Quality.GOOD, kw_only=True)
    still: bool = field(default=False, init=False)
    notes: tuple[str, ...] = field(default=(), init=False)

    def __post_init__(self) -> None:
        width, height = self.size
        self.size = (width // 2 * 2, height // 2 * 2)
        if self.size != (width, height):
            even = f"{self.size[0]}x{self.size[1]}"
            self.notes = (f"{width}x{height} becomes {even}: videos need even sizes",)
        self._free: SimpleQueue[NDArray[np.uint8] | None] = SimpleQueue()
        self._full: SimpleQueue[NDArray[np.uint8] | None] = SimpleQueue()
        self._work: Future[None] | None = None

    def write(self, frame: NDArray[np.uint8]) -> None:
        """Take a frame, shape (height, width, 4) RGBA; copied.

        Raises:
            ViewerError: The file cannot be written any more; the disk is full.
        """
        if self._work is None:
            self._start()
        buffer = self._free.get()
        if buffer is None:
            self._finish()
            return
        np.copyto(buffer, frame)
        self._full.put(buffer)

    def close(self) -> None:
        """Finish the file; with no frame written no file is left.

        Raises:
            ViewerError: What was still to be written could not be.
        """
        if self._work is None:
            return
        self._full.put(None)
        self._finish()
        again = FORMATS[self.path.suffix.lower()].rearranged
        if again is not None:
            rearrange(self.path, again)

    def _start(self) -> None:
        width, height = self.size
        for _ in range(BUFFERS if self.fps >= FEW_FPS else 1):
            self._free.put(np.empty((height, width, 4), np.uint8))
        pool = ThreadPoolExecutor(1, thread_name_prefix="encoder")
        self._work = pool.submit(self._run)
        pool.shutdown(wait=False)

    def _finish(self) -> None:
        """Wait for the thread and say what went wrong in it."""
        work, self._work = self._work, None
        if work is None:
            return
        try:
            work.result()
        except FAILURES as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise ViewerError(
                f"cannot write {str(self.path)!r}: {reason.lower()}"
            ) from error

    def _run(self) -> None:
        try:
            self._encode()
        finally:
            self._free.put(None)  # wakes a writer that waits for a buffer

    def _encode(self) -> None:
        kind = FORMATS[self.path.suffix.lower()]
        rate = Fraction(self.fps).limit_denominator(1001)
        # Without "file:" a colon in the name would be taken for a protocol.
        name = f"file:{self.path}"
        with av.open(name, "w", options=kind.container) as container:
            stream: Any = container.add_stream(kind.codec, rate=rate)
            stream.width, stream.height = self.size
            _set_up(stream, kind, self.quality)
            number, convert = 0, VideoReformatter()
            while (buffer := self._full.get()) is not None:
                picture = _converted(buffer, convert)
                self._free.put(buffer)
                picture.pts, picture.time_base = number, 1 / rate
                container.mux(stream.encode(picture))
                number += 1
            container.mux(stream.encode(None))


def _set_up(stream: Any, kind: Format, quality: Quality) -> None:
    """Set colours and options; a key frame every second."""
    fps, context = stream.average_rate, stream.codec_context
    ahead = (
        {kind.lookahead: str(min(LOOKAHEAD, int(fps / 6)))} if kind.lookahead else {}
    )
    stream.options = kind.encoder[quality] | ahead
    stream.pix_fmt = "yuv420p"
    context.thread_count = THREADS if fps >= FEW_FPS else 1
    context.gop_size = max(1, round(fps))
    context.color_range = ColorRange.MPEG
    context.colorspace = context.color_primaries = context.color_trc = BT709


def _converted(buffer: NDArray[np.uint8], convert: VideoReformatter) -> av.VideoFrame:
    """Copy RGBA into planes; reading the array in place is the fastest way.

    A reformatter that is kept prepares its tables once, not for every frame.
    """
    return convert.reformat(
        av.VideoFrame.from_numpy_buffer(buffer, "rgba"),
        format="yuv420p",
        dst_colorspace=Colorspace.ITU709,
        dst_color_range=ColorRange.MPEG,
    )


def rearrange(path: Path, options: dict[str, str]) -> None:
    """Copy the packets into a file made with other options, which takes its place.

    Where that fails, on a full disk say, the file stays as it is: it plays.
    """
    path = path.resolve()
    part = path.with_name(f".{path.name}.part")
    try:
        with av.open(path) as old, av.open(part, "w", "mp4", options=options) as new:
            stream = new.add_stream_from_template(old.streams.video[0])
            for packet in old.demux(video=0):
                if packet.dts is not None:
                    packet.stream = stream
                    new.mux(packet)
        part.replace(path)
    except FAILURES:
        pass
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
