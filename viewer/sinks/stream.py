"""The stream itself as a recording, whole up to the last message whatever happens."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from protocol.codec import encode
from protocol.disassembling import Disassembler
from protocol.events import Event
from protocol.recording import append, write_header
from viewer.errors import ViewerError


class StreamSink:
    """Writes events as a recording that plays like the live stream.

    Attributes:
        path: The file; replaced when the first event comes.
        notes: Empty.
    """

    def __init__(self, path: Path, *, clock: Callable[[], float] = time.time) -> None:
        """Prepare; nothing is written yet.

        Args:
            path: The file.
            clock: Gives the time that goes with each message, Unix seconds.
        """
        self.path = path
        self.notes: tuple[str, ...] = ()
        self._clock = clock
        self._disassembler = Disassembler()
        self._file: BinaryIO | None = None

    def take(self, event: Event) -> None:
        """Append an event; what concerns the connection only is left out.

        Raises:
            ViewerError: The file cannot be written any more; the disk is full.
        """
        try:
            if self._file is None:
                self._file = self.path.open("wb")
                write_header(self._file)
            for message in self._disassembler.feed(event):
                append(self._file, encode(message), self._clock())
        except OSError as error:
            raise self._trouble(error) from error

    def close(self) -> None:
        """Finish the file; with no event taken no file is left."""
        if self._file is None:
            return
        file, self._file = self._file, None
        try:
            file.close()
        except OSError as error:
            raise self._trouble(error) from error

    def _trouble(self, error: OSError) -> ViewerError:
        reason = (error.strerror or str(error)).lower()
        return ViewerError(f"cannot write {str(self.path)!r}: {reason}")
