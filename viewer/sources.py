"""Where events come from: a trainer that is running, or a recording.

How it works: a live source receives in a thread of its own, so that drawing never holds
up the stream. A viewer that wants the newest acknowledges a snapshot when it is taken
from here; one that wants all acknowledges it on receipt, as long as what is not taken
yet fits in memory.
"""

from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from protocol import address
from protocol.assembling import Assembler, Mark
from protocol.codec import decode_from_trainer
from protocol.errors import DecodeError, RecordingError, VersionError
from protocol.events import Event
from protocol.index import Scan, scan
from protocol.messages import Want
from protocol.recording import RecordingReader
from viewer.errors import ViewerError
from viewer.keyring import Keyring
from viewer.live import BACKLOG_BYTES, LiveSource

ENDING = ".ncast"


class Source(Protocol):
    """Gives the events of a run in their order; a context manager."""

    @property
    def finished(self) -> bool:
        """Whether the run has ended and all of it was given."""

    @property
    def dropped_bytes(self) -> int:
        """Bytes at the end of a recording that are no whole record; 0 where live."""

    def events(self, timeout_s: float = 0.0) -> list[Event]:
        """Give what is new.

        Args:
            timeout_s: How long to wait where there is nothing.

        Raises:
            ViewerError: There is no run here, or it cannot be understood.
        """

    def consumed(self, seq: int) -> None:
        """Say that a snapshot and all before it are done with; makes room for more."""

    def notes(self) -> list[str]:
        """Give what there is to tell the user since the last call, a line each."""

    def close(self) -> None:
        """Leave; may be called twice."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


def open_source(
    text: str,
    want: Want = Want.LIVE,
    *,
    keyring: Keyring | None = None,
    timeout_s: float | None = None,
    resume: Mark | None = None,
    full: bool = False,
    backlog_bytes: int = BACKLOG_BYTES,
) -> "LiveSource | FileSource":
    """Open what a person named.

    Args:
        text: The path of a recording, which ends in .ncast or exists, or an address.
        want: Newest snapshots only, or all; a recording always gives all.
        keyring: What a trainer with keys lets in; a recording needs none.
        timeout_s: How long `events` may go on without a run; None for ever.
        resume: See LiveSource; a recording always begins at its beginning.
        full: See LiveSource; a recording gives what it holds.
        backlog_bytes: See LiveSource.

    Raises:
        AddressError: It is neither.
        ViewerError: The recording cannot be read.
    """
    path = Path(text)
    if path.suffix.lower() == ENDING or _is_file(path):
        return FileSource(path)
    return LiveSource(
        address.parse(text),
        want,
        keyring=keyring,
        timeout_s=timeout_s,
        resume=resume,
        full=full,
        backlog_bytes=backlog_bytes,
    )


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # too long for a name
        return False


class FileSource:
    """A recording, as far as it is whole.

    Attributes:
        finished: Whether all of it was given.
        unreadable: Records that are whole, yet not understood.
    """

    def __init__(self, path: Path) -> None:
        """Read up to the beginning of the run.

        Raises:
            ViewerError: No such file, not a recording, or nothing in it.
        """
        self.finished = False
        self.unreadable = 0
        self._path = path
        self._notes: list[str] = []
        self._assembler = Assembler()
        try:
            self._file = path.open("rb")
        except OSError as error:
            why = (error.strerror or str(error)).lower()
            raise ViewerError(f"cannot read {path}: {why}") from error
        try:
            self._reader = RecordingReader(self._file)
            self._records = iter(self._reader)
            self._first = self._next()
        except (OSError, RecordingError) as error:
            self.close()
            raise ViewerError(f"cannot play {path}: {error}") from error
        if not self._first:
            self.close()
            raise ViewerError(f"cannot play {path}: no whole message in it")

    @property
    def dropped_bytes(self) -> int:
        """Bytes at the end that are no whole record; complete when finished."""
        return self._reader.dropped_bytes

    def count(self) -> int:
        """Count the snapshots of its run without reading them; 0 where that fails."""
        found = self.scan()
        return len(found.index) if found else 0

    def scan(self) -> Scan | None:
        """Look what is where, without reading it; None where that cannot be done."""
        if not self._file.seekable():
            return None
        try:
            with self._path.open("rb") as file:
                return scan(file)
        except (OSError, RecordingError):
            return None

    def events(self, timeout_s: float = 0.0) -> list[Event]:
        """Give the events of the next message; a file never waits.

        Raises:
            ViewerError: The file cannot be read any more.
        """
        try:
            events, self._first = self._first or self._next(), []
        except OSError as error:
            raise ViewerError(f"cannot play {self._path}: {error}") from error
        if not events:
            self._finish()
        return events

    def consumed(self, seq: int) -> None:
        """Do nothing: a file has time."""

    def notes(self) -> list[str]:
        """Give what there is to tell the user since the last call, a line each."""
        notes, self._notes = self._notes, []
        return notes

    def close(self) -> None:
        """Close the file; may be called twice."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _next(self) -> list[Event]:
        for record in self._records:
            try:
                message = decode_from_trainer(record.parts)
                events = self._assembler.feed(message) if message else []
            except (DecodeError, VersionError):
                self.unreadable += 1
                continue
            if events:
                return events
        return []

    def _finish(self) -> None:
        if self.finished:
            return
        self.finished = True
        if self.dropped_bytes:
            self._notes.append(
                f"{self._path} is cut: {self.dropped_bytes} bytes at its end are no "
                "whole message and were dropped"
            )
        if self.unreadable:
            self._notes.append(
                f"{self._path}: messages not understood: {self.unreadable}"
            )
