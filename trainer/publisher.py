"""Publishes a run to whoever watches, without ever holding up the training.

How it works: `publish` takes a blob that nobody else writes to, appends it to a queue
and returns; the transport's thread does the rest. What the queue cannot take is dropped
and counted, its metric rows ride on the next snapshot. Nothing is raised into the
training loop: the first trouble is logged, every one is counted, `strict` raises.
"""

import logging
import os
import time
from collections.abc import Callable
from functools import partial
from types import TracebackType
from typing import Self

import numpy as np

from protocol import limits
from protocol.arrays import blob_bytes
from protocol.messages import EndReason, Manifest, Probe, Rows
from protocol.publishing import Publishing
from trainer.errors import TrainerError, TransportError
from trainer.listener import Listener
from trainer.transport import Transport

LOG = logging.getLogger(__name__)

# After the end viewers fetch what they still want.
SERVE_S = 10.0
# By then viewers that do not draw have it all.
SOON_S = 1.0
# After Ctrl-C somebody waits for the prompt.
FAREWELL_S = 2.0


class Publisher:
    """The stream of one run; a context manager.

    Leaving the block ends the run if `end` was not called: "done", or after an
    exception "interrupted" or "error". It then serves for a while, unless that was
    done, and closes.

    Attributes:
        run: 16 bytes that name the run.
        address: Where it listens.
        dropped: Snapshots that could not be published.
    """

    def __init__(
        self,
        manifest: Manifest,
        listener: Listener,
        *,
        strict: bool = False,
        queue_bytes: int = limits.RING_BYTES,
    ) -> None:
        """Prepare a run; nothing is served yet.

        Args:
            manifest: What the run is.
            listener: Where viewers connect; closed together with the publisher.
            strict: Raise what would only be logged.
            queue_bytes: How much may wait for the transport's thread.

        Raises:
            TrainerError: The network is too large for any viewer.
        """
        self.run = os.urandom(limits.RUN_BYTES)
        self.address = listener.address
        self.dropped = 0
        self._manifest = manifest
        self._strict = strict
        self._blob_bytes = blob_bytes(manifest.arrays)
        self._most_waiting = max(1, queue_bytes // max(1, self._blob_bytes))
        self._unsent: list[Rows] = []
        self._warned = False
        self._is_ended = False
        self._has_served = False
        try:
            self._publishing = Publishing(manifest, self.run)
        except ValueError as error:
            raise TrainerError(f"cannot publish this network: {error}") from error
        self._transport = Transport(listener, self._publishing)

    @property
    def viewers(self) -> int:
        """How many are subscribed now."""
        return self._transport.viewers

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
        blob: memoryview,
    ) -> None:
        """Publish a snapshot; never blocks.

        Args:
            epoch: Completed epochs.
            step: Optimizer updates done.
            probe: Whose activations these are.
            rows: Metric rows since the last snapshot, (n, len(manifest.metrics)).
            blob: All arrays end to end; kept, so it must not change any more.

        Raises:
            ValueError: Only if strict: rows or blob do not fit the manifest.
            TransportError: Only if strict: the snapshot cannot be published.
        """
        if not self._accepts(rows, blob):
            return
        self._unsent.append(rows)
        if self._transport.failed or self._transport.waiting >= self._most_waiting:
            why = self._transport.failed or "the sending cannot keep up"
            self._drop(TransportError(f"cannot publish epoch {epoch}: {why}"))
            return
        all_rows, dropped = np.concatenate(self._unsent), self.dropped
        taken_at = time.time()
        self._unsent = []

        def hand_over() -> None:
            self._publishing.dropped = dropped
            self._publishing.publish(
                epoch=epoch,
                step=step,
                time=taken_at,
                probe=probe,
                rows=all_rows,
                blob=blob,
            )

        self._transport.post(hand_over)

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
        self._transport.close()

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
            self.end(*_why(error))
            if not self._has_served:
                self.serve_until_satisfied(FAREWELL_S if error else SERVE_S)
        finally:
            self.close()

    def _has_other_than(self, viewers: int) -> bool:
        return self.viewers != viewers

    def _accepts(self, rows: Rows, blob: memoryview) -> bool:
        columns = len(self._manifest.metrics)
        if rows.ndim != 2 or rows.shape[1] != columns:
            self._drop(ValueError(f"expected rows of {columns}, got {rows.shape}"))
        elif blob.nbytes != self._blob_bytes:
            expected = self._blob_bytes
            self._drop(
                ValueError(f"expected a blob of {expected} bytes, got {blob.nbytes}")
            )
        else:
            return True
        return False

    def _drop(self, error: Exception) -> None:
        self.dropped += 1
        if self._strict:
            raise error
        if not self._warned:
            self._warned = True
            LOG.warning("%s; the training goes on, drops are counted", error)


def _why(error: BaseException | None) -> tuple[EndReason, str]:
    if error is None:
        return EndReason.DONE, ""
    if isinstance(error, KeyboardInterrupt):
        return EndReason.INTERRUPTED, ""
    return EndReason.ERROR, f"{type(error).__name__}: {error}"
