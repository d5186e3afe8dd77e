"""The trainer's own recording: written as the run goes on, read by viewers that want all.

How it works: `take` copies a message and returns, a thread of its own writes. What is on
its way to the file is bounded; where the disk cannot keep up, whoever offers a message
must come again. Where the disk fails, the recording ends and the training goes on. An
index in memory says where each snapshot is, so that one can be read at any time.
"""

import logging
import os
import threading
import time
from collections import deque
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from protocol import limits
from protocol.codec import Part, decode_from_trainer
from protocol.errors import DecodeError, RecordingError
from protocol.index import Index, Place
from protocol.messages import Rows, SnapshotPart
from protocol.payload import Packing, readable
from protocol.recording import read_record
from protocol.writer import RecordingWriter
from trainer.errors import TrainerError
from trainer.set_aside import set_aside

try:
    import fcntl
except ImportError:  # where there is no such thing a file in use cannot be renamed
    fcntl = None  # type: ignore[assignment]

LOG = logging.getLogger(__name__)

# What may wait for the disk.
WAITING_BYTES = 8 << 20

# How often the thread looks whether it is time to sync what it has written.
TICK_S = 0.25


class Recorder:
    """Writes one run into a file of its own, and reads from it.

    Attributes:
        path: The file.
        kept: Where the file that had this name before is now, None if there was none.
        failed: Why the recording ended too early, None while all is well.
    """

    def __init__(self, path: Path) -> None:
        """Make the file and begin to write; a file of that name is kept under another.

        Raises:
            TrainerError: The file cannot be made.
        """
        self.path = path
        self.failed: Exception | None = None
        try:
            self.kept = set_aside(path)
            self._file: BinaryIO = path.open("xb")
            _claim(self._file)
            self._reader: BinaryIO = path.open("rb")
            self._writer = RecordingWriter(self._file, self._sync)
        except OSError as error:
            raise TrainerError(
                f"cannot record into {str(path)!r}: {_reason(error)}; choose another name"
            ) from error
        self._index = Index()
        self._waiting: deque[tuple[float, list[bytes]]] = deque()
        self._waiting_bytes = 0
        self._is_closing = False
        self._changed = threading.Condition()
        self._reading = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)
        self._thread.start()

    @property
    def oldest(self) -> int:
        """Number of the first snapshot in the file, 0 where there is none."""
        return self._index.oldest

    @property
    def snapshots(self) -> int:
        """How many are in the file."""
        return len(self._index)

    @property
    def told(self) -> int:
        """Up to which number it is certain what is in the file; for any thread."""
        with self._changed:
            return limits.INTEGER if self.failed else self._index.seq

    def take(self, parts: Sequence[Part]) -> bool:
        """Record a message soon; never blocks.

        Args:
            parts: The message, neither a beat nor an error; a welcome is the first one.
                Copied.

        Returns:
            False where too much waits for the disk: offer it again later. True also
            where the recording has failed, and the message is lost.
        """
        with self._changed:
            if self.failed or self._is_closing:
                return True
            if self._waiting_bytes > WAITING_BYTES:
                return False
            message = [bytes(part) for part in parts]
            self._waiting.append((time.time(), message))
            self._waiting_bytes += sum(map(len, message))
            self._changed.notify()
        return True

    def stored(self, seq: int) -> "Stored | None":
        """Find a snapshot in the file, None where it is not there; for any thread."""
        with self._changed:
            place = self._index.find(seq)
        return None if place is None else Stored(self, place)

    def first_from(self, seq: int) -> int | None:
        """Number of the first snapshot that is not before `seq`; for any thread."""
        with self._changed:
            return self._index.first_from(seq)

    def read(self, offset: int, packings: Collection[Packing] = ()) -> SnapshotPart:
        """Read one part of a snapshot; for any thread.

        Args:
            offset: Where its record begins.
            packings: What is packed otherwise is unpacked.

        Raises:
            RecordingError: It is not there any more, or not as it was written.
        """
        try:
            with self._reading:
                record = read_record(self._reader, offset)
            message = decode_from_trainer(record.parts)
            if isinstance(message, SnapshotPart):
                payload = readable(message.payload, packings)
                return replace(message, payload=payload)
        except (OSError, ValueError, DecodeError) as error:  # ValueError: it is closed
            raise RecordingError(f"cannot read {str(self.path)!r}: {error}") from error
        raise RecordingError(f"expected a snapshot at byte {offset}, got a message")

    def close(self) -> None:
        """Write what waits, then close the file; may be called twice."""
        with self._changed:
            self._is_closing = True
            self._changed.notify()
        self._thread.join()
        with self._reading:
            self._reader.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # In the thread that writes

    def _run(self) -> None:
        try:
            while self._wait():
                self._write_next()
                self._writer.tick(time.monotonic())
            self._writer.sync()
            self._file.close()
        except Exception as error:  # noqa: BLE001 - told, and kept in `failed`
            self._fail(error)
            with suppress(OSError):
                self._file.close()

    def _wait(self) -> bool:
        """Wait for a message, or for a tick; False when all is written at the end."""
        with self._changed:
            if not self._waiting and not self._is_closing:
                self._changed.wait(None if self._writer.is_synced else TICK_S)
            return bool(self._waiting) or not self._is_closing

    def _write_next(self) -> None:
        if not self._waiting:
            return
        taken_at, message = self._waiting[0]
        offset = self._writer.append(message, taken_at)
        with self._changed:
            self._index.add(offset, message[0])
            self._waiting.popleft()
            self._waiting_bytes -= sum(map(len, message))

    def _sync(self) -> None:
        os.fsync(self._file.fileno())

    def _fail(self, error: Exception) -> None:
        with self._changed:
            self.failed = error
            self._waiting.clear()
            self._waiting_bytes = 0
        why = _reason(error) if isinstance(error, OSError) else repr(error)
        LOG.warning(
            "cannot record into %r any more: %s; the training goes on, the file holds "
            "what came before",
            str(self.path),
            why,
        )


class Stored:
    """One snapshot in the trainer's recording; see protocol.held.Sendable.

    Attributes:
        seq: Its number.
        row_end: How many metric rows the run had by then.
        is_gone: Always False: a recording forgets nothing.
    """

    is_gone = False

    def __init__(self, recorder: Recorder, place: Place) -> None:
        self.seq = place.seq
        self.row_end = place.row_end
        self._recorder = recorder
        self._offsets = place.offsets

    @property
    def parts(self) -> int:
        """How many parts it has."""
        return len(self._offsets)

    def part(
        self,
        index: int,
        *,
        run: bytes,
        skip: int,
        rows: Rows,
        packings: Collection[Packing] = (),
    ) -> SnapshotPart:
        """Read one part and make the message for it; see protocol.held.Sendable.

        Raises:
            RecordingError: It cannot be read.
        """
        part = self._recorder.read(self._offsets[index], packings)
        return replace(part, run=run, skip=skip, rows=rows)


def _claim(file: BinaryIO) -> None:
    """Keep a viewer from writing into the same recording."""
    with suppress(OSError):  # a file system that knows no locks
        if fcntl is not None:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
