"""Writing a recording so that it survives: the program is killed, the power fails.

How it works. Each record is handed to the system at once (recording.append), so that a
program that is killed loses nothing but the record that it is writing. What the disk has
is asked for once a second: that is what a machine loses that loses its power. Neither
file nor clock is touched here; both are handed in.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from pathlib import PurePath
from typing import BinaryIO, TypeVar

from protocol import limits
from protocol.codec import Part
from protocol.recording import MAGIC, append, write_header

AnyPath = TypeVar("AnyPath", bound=PurePath)


def other_names(path: AnyPath) -> Iterator[AnyPath]:
    """Give names under which a file can be kept: run.1.ncast, run.2.ncast and so on."""
    number = 0
    while True:
        number += 1
        yield path.with_name(f"{path.stem}.{number}{path.suffix}")


class RecordingWriter:
    """Adds messages to a recording, and has them on the disk within a second.

    Attributes:
        end: Where the next record will begin.
        is_synced: Whether the disk has been asked to keep all of it.
    """

    def __init__(
        self, stream: BinaryIO, sync: Callable[[], object], end: int = 0
    ) -> None:
        """Begin a recording, or go on with one.

        Args:
            stream: Opened for writing, at `end`.
            sync: Has the disk keep what was written, as os.fsync does.
            end: Where the last whole record of a recording ends; 0 for a new one.
        """
        self._stream = stream
        self._sync = sync
        self._synced_at = -math.inf
        self.is_synced = True
        if not end:
            write_header(stream)
        self.end = end or len(MAGIC)

    def append(self, parts: Sequence[Part], time: float) -> int:
        """Add one message; say `tick` afterwards.

        Returns:
            Where its record begins.
        """
        offset = self.end
        self.is_synced = False
        self.end += append(self._stream, parts, time)
        return offset

    def tick(self, now: float) -> None:
        """Sync if that is due; to be called a few times a second.

        Args:
            now: Any clock that only goes forward, in seconds.
        """
        if not self.is_synced and now - self._synced_at >= limits.SYNC_S:
            self.sync()
            self._synced_at = now

    def sync(self) -> None:
        """Have the disk keep what was written so far."""
        self._sync()
        self.is_synced = True
