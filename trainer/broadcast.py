"""Publishes a run to whoever watches, without ever holding up the training.

How it works: `publish` copies the arrays once, into memory that waits for them, appends
that to a queue and returns; the transport's thread does the rest. Where no memory is
free the snapshot is dropped and counted, its metric rows ride on the next one. Nothing
is raised into the training loop: the first trouble is logged, every one is counted,
`strict` raises.
"""

import os
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from protocol import limits
from protocol.held import Moment
from protocol.messages import Array, EndReason, Manifest, Probe, Rows
from protocol.publishing import Publishing
from protocol.rows import empty, join
from trainer.editions import editions
from trainer.errors import TrainerError, TransportError
from trainer.listener import Listener
from trainer.moments import moment_of
from trainer.preview import MAX_CELLS
from trainer.recorder import Recorder
from trainer.slots import Slot
from trainer.transport import Transport
from trainer.trouble import Trouble

# Rows of so many snapshots in a row that could not be published are kept for the next.
MOST_UNSENT = 10_000

# After the end viewers fetch what they still want.
SERVE_S = 10.0
# By then viewers that do not draw have it all.
SOON_S = 1.0
# After Ctrl-C somebody waits for the prompt.
FAREWELL_S = 2.0


class Broadcast:
    """The stream of one run; a context manager.

    Leaving the block ends the run if `end` was not called: "done", or after an
    exception "interrupted" or "error". It then serves for a while, unless that was
    done, and closes.

    Attributes:
        run: 16 bytes that name the run.
        address: Where it listens.
    """

    def __init__(
        self,
        manifest: Manifest,
        listener: Listener,
        *,
        max_cells: int = MAX_CELLS,
        buffer_bytes: int = limits.RING_BYTES,
        record: Path | None = None,
        strict: bool = False,
    ) -> None:
        """Prepare a run; nothing is served yet.

        Args:
            manifest: What the run is, all arrays whole.
            listener: Where viewers connect; closed together with the broadcast.
            max_cells: Most weights of one matrix that viewers are sent unless they ask
                for all; 0 for all.
            buffer_bytes: How much memory snapshots may take.
            record: A file for all that viewers are sent, from which they get what has
                left that memory; one of that name is kept under another.
            strict: Raise what would only be logged.

        Raises:
            TrainerError: The network is too large for any viewer, or the file cannot
                be made.
        """
        self.run = os.urandom(limits.RUN_BYTES)
        self.address = listener.address
        self._trouble = Trouble(strict)
        self._columns = len(manifest.metrics)
        self._unsent: list[Rows] = []
        self._is_ended = False
        self._has_served = False
        self._editions = editions(manifest, max_cells, buffer_bytes)
        usual, whole = self._editions.usual, self._editions.whole
        try:
            self._publishing = Publishing(
                self.run, usual.ring, whole.ring if whole else None
            )
        except ValueError as error:
            raise TrainerError(f"cannot publish this network: {error}") from error
        self._recorder = usual.ring.older = Recorder(record) if record else None
        self._transport = Transport(listener, self._publishing, self._recorder)

    @property
    def manifest(self) -> Manifest:
        """What viewers are told that do not ask for all weights."""
        return self._editions.usual.ring.manifest

    @property
    def dropped(self) -> int:
        """Snapshots that could not be published."""
        return self._trouble.count

    @property
    def skipped(self) -> int:
        """Snapshots left out for viewers that were too slow, all of them together."""
        return self._publishing.skipped

    @property
    def viewers(self) -> int:
        """How many are subscribed now."""
        return self._transport.viewers

    @property
    def set_aside(self) -> Path | None:
        """The new name of a file that had the recording's name before."""
        return self._recorder.kept if self._recorder else None

    @property
    def not_recorded(self) -> Exception | None:
        """Why the recording is not whole; None if it is, or there is none.

        Before this is closed snapshots may still be on their way to the file.
        """
        if self._recorder is None:
            return None
        missing = self._publishing.seq - self._recorder.snapshots
        text = f"the disk could not keep up, it lacks {missing} snapshots"
        return self._recorder.failed or (TrainerError(text) if missing else None)

    @property
    def failed(self) -> Exception | None:
        """Why nothing can be published any more; None while all is well."""
        return self._transport.failed

    def start(self) -> None:
        """Begin to serve."""
        self._transport.start()

    def publish(
        self,
        *,
        epoch: int,
        step: int,
        probe: Probe,
        rows: Rows,
        arrays: Mapping[tuple[str, int], Array],
    ) -> None:
        """Publish a snapshot; never waits.

        Args:
            epoch: Completed epochs.
            step: Optimizer updates done.
            probe: Whose activations these are.
            rows: Metric rows since the last snapshot, (n, len(manifest.metrics));
                copied.
            arrays: By (kind, layer), as the manifest says; copied.

        Raises:
            TypeError: Only if strict: a number is none.
            ValueError: Only if strict: rows or arrays do not fit the manifest, a number
                is too large, or the run has ended.
            TransportError: Only if strict: the snapshot cannot be published.
        """
        try:
            self._keep(rows)
            moment = moment_of(epoch, step, probe)
            slot = self._copy(epoch, arrays)
        except Exception as error:  # no training ends for its stream
            self._drop(error)
            if self._trouble.is_strict:
                raise
            return
        unsent, self._unsent = self._unsent, []
        self._transport.post(lambda: self._send(moment, unsent, slot))

    def end(self, reason: EndReason, text: str = "") -> None:
        """Say that the run is over; only the first call counts."""
        if not self._is_ended:
            self._is_ended = True
            self._transport.post(lambda: self._publishing.end(reason, text))

    def wait_for(self, viewers: int, on_wait: Callable[[int], None]) -> None:
        """Wait until so many viewers have subscribed.

        Args:
            viewers: How many; 0 returns at once.
            on_wait: Called with how many there are, first and whenever it changes.

        Raises:
            TransportError: The publishing has stopped, so none will ever come.
        """
        transport = self._transport
        while (there := self.viewers) < viewers:
            on_wait(there)
            if not transport.wait_until(partial(self._has_other_than, there)):
                raise TransportError(f"cannot publish: {transport.failed}")

    def serve_until_satisfied(self, limit_s: float = SERVE_S) -> bool:
        """Serve after the end until every viewer has what it asked for.

        Returns:
            False if the time ran out, or nothing can be sent any more.
        """
        self._has_served = True
        return self._transport.wait_until(lambda: self._transport.satisfied, limit_s)

    def serve_for_ever(self) -> None:
        """Serve until KeyboardInterrupt, or until nothing can be sent any more."""
        self._transport.wait_until(lambda: False)

    def close(self) -> None:
        """Stop at once and give the port back; may be called twice."""
        self._is_ended = True  # what is published from now on is counted as dropped
        self._transport.close()
        if self._recorder is not None:
            self._recorder.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self.end(*reason_of(error))
            if not self._has_served:
                self.serve_until_satisfied(FAREWELL_S if error else SERVE_S)
        finally:
            self.close()

    def _has_other_than(self, viewers: int) -> bool:
        return self.viewers != viewers

    def _keep(self, rows: Rows) -> None:
        """Take the rows, also those of a snapshot that is dropped afterwards."""
        if self._is_ended:
            raise ValueError("expected no snapshot after the end of the run")
        table = np.array(rows, np.float64)
        if table.ndim != 2 or table.shape[1] != self._columns:
            raise ValueError(
                f"expected rows of shape (n, {self._columns}), got {table.shape}"
            )
        self._unsent.append(table)
        del self._unsent[:-MOST_UNSENT]

    def _copy(self, epoch: int, arrays: Mapping[tuple[str, int], Array]) -> Slot:
        why = self._transport.failed
        slot = None if why else self._editions.copy(arrays)
        if slot is None:
            text = why or "the sending cannot keep up"
            raise TransportError(f"cannot publish epoch {epoch}: {text}")
        return slot

    def _send(self, moment: Moment, unsent: list[Rows], slot: Slot) -> None:
        """Hand a snapshot over, in the transport's thread."""
        # None where another thread's snapshot has taken them along.
        rows = join(unsent) if unsent else empty(self._columns)
        blob, whole = self._editions.lend(slot)
        try:
            self._publishing.publish(moment, rows, blob, whole)
        except ValueError as error:  # another thread has ended the run meanwhile
            for each in filter(None, (blob, whole)):
                each.release()
            self._drop(error)
        self._editions.prepare()

    def _tell_dropped(self) -> None:
        self._publishing.dropped = self.dropped

    def _drop(self, error: Exception) -> None:
        self._trouble.note(error)
        self._transport.post(self._tell_dropped)


def reason_of(error: BaseException | None) -> tuple[EndReason, str]:
    """Say why a run ended that this ended; None: nothing did."""
    if error is None:
        return EndReason.DONE, ""
    if isinstance(error, KeyboardInterrupt):
        return EndReason.INTERRUPTED, ""
    return EndReason.ERROR, f"{type(error).__name__}: {error}"
