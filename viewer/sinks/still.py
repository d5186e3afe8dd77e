"""One picture: the newest frame as a PNG file."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from viewer.errors import ViewerError


class StillSink:
    """Keeps the newest frame and writes it when it is closed.

    Attributes:
        path: The file.
        size: (width, height) of the frames.
        fps: Without meaning here; 1.
        still: True, so only the newest frame need be drawn.
        notes: Empty.
    """

    def __init__(self, path: Path, *, size: tuple[int, int]) -> None:
        self.path = path
        self.still = True
        self.size = size
        self.fps = 1.0
        self.notes: tuple[str, ...] = ()
        self._newest: NDArray[np.uint8] | None = None

    def write(self, frame: NDArray[np.uint8]) -> None:
        """Take a frame, shape (height, width, 4) RGBA; copied."""
        self._newest = frame.copy()

    def close(self) -> None:
        """Write the file; with no frame written no file is left."""
        newest, self._newest = self._newest, None
        if newest is not None:
            save_png(newest, self.path)


def save_png(frame: NDArray[np.uint8], path: Path) -> None:
    """Write a frame, shape (height, width, 4) RGBA, as an opaque picture.

    Raises:
        ViewerError: The file cannot be written.
    """
    from PIL import Image

    try:
        Image.fromarray(np.ascontiguousarray(frame[..., :3])).save(path, "PNG")
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ViewerError(f"cannot write {str(path)!r}: {reason}") from error
