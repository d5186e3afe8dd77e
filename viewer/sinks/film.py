"""A video of what a window shows, as it happens.

How it works: a window shows a frame when it can, a video at even steps; so each frame
is written as often as steps have passed. The encoder works in a thread of its own.
"""

from pathlib import Path

from viewer.errors import ViewerError
from viewer.paints import Frame, Size
from viewer.sinks.video import VideoSink

FPS = 60
# Above so many pixels the encoder would not keep up with more.
LARGE, FPS_OF_LARGE = 1920 * 1200, 30
# So many seconds of frames may be missing before a video is no longer worth it.
PATIENCE_S = 2.0


class Film:
    """One video of a window.

    Attributes:
        path: The file.
        size: (width, height) of the frames that it takes.
    """

    def __init__(self, path: Path, size: Size, now: float) -> None:
        """Begin with the first frame taken.

        Args:
            path: The file, which ends in .mp4; replaced.
            size: (width, height) of the frames.
            now: Seconds by the clock of `take`.
        """
        width, height = size
        self.path = path
        self.size = size
        self._fps = FPS if width * height <= LARGE else FPS_OF_LARGE
        self._sink = VideoSink(path, size=size, fps=self._fps)
        self._began = now
        self._written = 0

    def seconds(self, now: float) -> float:
        """Say how long the video is."""
        return now - self._began

    def take(self, frame: Frame, now: float) -> None:
        """Take what the window shows now.

        Raises:
            ViewerError: It cannot be written, or not as fast as it comes.
        """
        due = int(self.seconds(now) * self._fps) + 1 - self._written
        if due > PATIENCE_S * self._fps:
            raise ViewerError(f"recording stopped: it was held up for {PATIENCE_S:g} s")
        width, height = self._sink.size
        for _ in range(due):
            self._sink.write(frame[:height, :width])
        self._written += max(due, 0)

    def close(self) -> None:
        """Finish the file; may be called twice.

        Raises:
            ViewerError: What was still to be written could not be.
        """
        self._sink.close()
