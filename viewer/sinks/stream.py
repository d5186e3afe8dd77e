"""The stream itself as a recording, whole up to the last message whatever happens.

How it works: a recording that is there already is never written over. One of the same
run is continued after its last whole snapshot; any other file is kept under a free name.
Which run it is says the trainer's welcome, so nothing is touched before.
"""

import errno
import os
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import BinaryIO

from protocol.assembling import Mark
from protocol.codec import encode
from protocol.disassembling import Disassembler
from protocol.errors import RecordingError
from protocol.events import Event, Joined
from protocol.index import Scan, scan
from protocol.writer import RecordingWriter, other_names
from viewer.errors import UsageError, ViewerError

try:
    import fcntl
except ImportError:  # where there is no such thing a file in use cannot be renamed
    fcntl = None  # type: ignore[assignment]

# What a pipe says when it is asked to keep what was written.
NO_DISK = (errno.EINVAL, errno.ENOTSUP)


class StreamSink:
    """Writes events as a recording that plays like the live stream.

    Attributes:
        path: The file.
        notes: Empty.
        before: Snapshots that the file held already, where it is continued.
    """

    def __init__(self, path: Path, *, clock: Callable[[], float] = time.time) -> None:
        """Prepare; nothing is written yet.

        Args:
            path: The file.
            clock: Gives the time that goes with each message, Unix seconds.
        """
        self.path = path
        self.notes: tuple[str, ...] = ()
        self.before = 0
        self._clock = clock
        self._remarks: list[str] = []
        self._found: Scan | None = None
        self._file: BinaryIO | None = None
        self._writer: RecordingWriter | None = None
        self._disassembler = Disassembler()
        self._is_over = False

    def resume(self) -> Mark | None:
        """Look whether the file can be continued; all of it is read and checked.

        Returns:
            The last snapshot that it holds, after which the trainer is to go on; None
            where there is no such recording.

        Raises:
            UsageError: Another program is writing it.
            ViewerError: It cannot be read or written.
        """
        if not self.path.is_file() or not self.path.stat().st_size:
            return None
        try:
            self._file = self._claim(self.path.open("r+b"))
            found = scan(self._file, check=True)
        except RecordingError:
            return None
        except OSError as error:
            raise self._trouble(error) from error
        if found.dropped_bytes and not found.is_torn:
            self._remarks.append(f"{self.path} is damaged at byte {found.end}")
            return None
        if found.index.run is None:
            return None
        self._found = found
        return Mark(found.index.run, found.index.seq)

    def take(self, event: Event) -> None:
        """Append an event; what concerns the connection only is left out.

        Raises:
            ViewerError: The file cannot be written any more; the disk is full.
        """
        try:
            if self._writer is None and isinstance(event, Joined):
                self._writer = self._open(event)
            if self._writer is None or self._is_over:
                return
            for message in self._disassembler.feed(event):
                self._writer.append(encode(message), self._clock())
        except OSError as error:
            raise self._trouble(error) from error
        self.tick()

    def tick(self) -> None:
        """Have the disk keep what was written, once a second; call it that often.

        Raises:
            ViewerError: The disk does not do so.
        """
        try:
            if self._writer is not None:
                self._writer.tick(time.monotonic())
        except OSError as error:
            raise self._trouble(error) from error

    def remarks(self) -> list[str]:
        """Give what there is to tell the user since the last call, a line each."""
        remarks, self._remarks = self._remarks, []
        return remarks

    def close(self) -> None:
        """Finish the file; with no run seen no file is left, or the one that was there."""
        if self._file is None:
            return
        file, writer = self._file, self._writer
        self._file = self._writer = None
        try:
            with file:
                if writer is not None:
                    writer.sync()
        except OSError as error:
            raise self._trouble(error) from error

    def _open(self, joined: Joined) -> RecordingWriter:
        found = self._found
        if self._file and found and found.index.run == joined.run:
            self._continue(found, joined)
            self._file.truncate(found.end)
            self._file.seek(found.end)
            return RecordingWriter(self._file, partial(_sync, self._file), found.end)
        if self._file is not None:
            self._file.close()
        self._set_aside()
        self._file = self._claim(self.path.open("wb"))
        return RecordingWriter(self._file, partial(_sync, self._file))

    def _continue(self, found: Scan, joined: Joined) -> None:
        index = found.index
        assert index.manifest is not None, "it comes with the run"
        if index.manifest != joined.manifest:
            raise ViewerError(
                f"cannot continue {str(self.path)!r}: it holds other arrays of this run; "
                "record with the options of before, or choose another name with -o"
            )
        self.before = len(index)
        self._disassembler = Disassembler(index.seq)
        self._is_over = index.ended is not None
        self._remarks.append(
            f"{self.path} holds all of this run already"
            if self._is_over
            else f"continues {self.path} after snapshot {index.seq}"
        )

    def _set_aside(self) -> None:
        """Give the file that is there another name."""
        if self.path.is_file() and self.path.stat().st_size:
            free = next(name for name in other_names(self.path) if not name.exists())
            self.path.rename(free)
            self._remarks.append(f"what was {self.path} is kept as {free}")

    def _claim(self, file: BinaryIO) -> BinaryIO:
        """Let no other program write the same recording."""
        try:
            if fcntl is not None:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.close()
            raise UsageError(
                f"another program is writing {str(self.path)!r}; choose another name"
                " with -o"
            ) from error
        except OSError:
            pass  # a file system that knows no locks
        return file

    def _trouble(self, error: OSError) -> ViewerError:
        reason = (error.strerror or str(error)).lower()
        return ViewerError(f"cannot write {str(self.path)!r}: {reason}")


def _sync(file: BinaryIO) -> None:
    try:
        os.fsync(file.fileno())
    except OSError as error:
        if error.errno not in NO_DISK:
            raise
