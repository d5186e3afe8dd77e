"""Publishes a run from any training loop; what `trainer run` uses, too.

How it works: metric rows are kept until a snapshot is due. The first one settles what
the run is and begins the broadcast, which sends from a thread of its own. What goes
wrong on the way is counted and said once, the loop goes on; `strict` raises it.
"""

import atexit
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self, SupportsFloat

from protocol import limits
from protocol.address import DEFAULT_HOST, DEFAULT_PORT, Address
from protocol.messages import EndReason
from trainer.broadcast import Broadcast, reason_of
from trainer.layer import Layer
from trainer.listening import listen
from trainer.metric_rows import MetricRows
from trainer.opening import Opening
from trainer.preview import MAX_CELLS
from trainer.run import Run
from trainer.serving import Say, say_on_stderr
from trainer.specs import Arrays, arrays_of, check_same, manifest_of
from trainer.state import Layers, State, probe_of
from trainer.termination import Terminated, Termination
from trainer.trouble import Trouble

DEFAULT = f"{DEFAULT_HOST}:{DEFAULT_PORT}"


class Publisher:
    """A run that viewers watch and a file keeps; a context manager.

    Leaving the block ends the run: "done", or after an exception "interrupted" or
    "error", then serves viewers for some seconds. Without the block call `close`; where
    a program ends without it, it is called then.

    Attributes:
        address: Where viewers connect.
        run: What was said of the run.
        broadcast: What is sent; None before the first snapshot.
        trouble: What went wrong before it was sent.
    """

    def __init__(
        self,
        address: str | Address | None = DEFAULT,
        *,
        name: str = "",
        classes: Sequence[object] = (),
        every: int = 25,
        epochs: int = 0,
        metrics: Sequence[str] = (),
        input_shape: Sequence[int] = (),
        record: str | Path | None = None,
        keys: str | Path | None = None,
        insecure: bool = False,
        wait: int = 0,
        hold: bool = False,
        max_cells: int = MAX_CELLS,
        buffer_bytes: int = limits.RING_BYTES,
        strict: bool = False,
        say: Say = say_on_stderr,
    ) -> None:
        """Take the address; viewers are served from the first snapshot on.

        Args:
            address: HOST:PORT to listen on, port 0 for any that is free; None to write
                a file only.
            name: Title of the run.
            classes: Names of the outputs, or numbers, in their order.
            every: Epochs between two snapshots; metrics are kept of each.
            epochs: How many there will be; 0 where that is open.
            metrics: Names of numbers that come later than the first snapshot.
            input_shape: (height, width) where the example is a picture.
            record: A file, ending in .ncast, for all that is published.
            keys: Folder that `trainer keygen` made: encrypts, lets in whom it knows.
            insecure: Let anyone in on an address that other machines can reach.
            wait: Hold up the first call until so many viewers watch.
            hold: Serve viewers after the end until Ctrl-C.
            max_cells: Most weights of one matrix to stream usually; 0 for all.
            buffer_bytes: Memory for snapshots that viewers may still fetch.
            strict: Raise what would only be said once and counted.
            say: Takes lines for people, such as where to connect.

        Raises:
            TrainerError: The address, the keys or the file cannot be used.
            ValueError: `every` is less than 1, or there is neither address nor file.
        """
        self.broadcast: Broadcast | None = None
        self.run = Run()
        self.describe(
            name=name,
            classes=tuple(map(str, classes)),
            every=every,
            epochs=epochs,
            metrics=tuple(metrics),
            input_shape=tuple(input_shape),
        )
        if address is None and record is None:
            raise ValueError("expected an address or a file to record, got neither")
        listener = listen(address, keys=keys, insecure=insecure, say=say)
        self.address = listener.address
        self._opening = Opening(
            listener=listener,
            keys=None if keys is None else Path(keys),
            record=None if record is None else Path(record),
            wait=wait,
            hold=hold,
            max_cells=max_cells,
            buffer_bytes=buffer_bytes,
            strict=strict,
            say=say,
        )
        self._started = time.time()
        self._rows = MetricRows()
        self._last: State | None = None
        self.trouble = Trouble(strict)
        self._termination: Termination | None = None
        self._is_said = address is None  # where it listens
        self._is_closed = False
        self._process = os.getpid()
        atexit.register(self._close_at_exit)

    @property
    def dropped(self) -> int:
        """Snapshots that could not be published."""
        return self.trouble.count + (self.broadcast.dropped if self.broadcast else 0)

    @property
    def viewers(self) -> int:
        """How many are subscribed now."""
        return self.broadcast.viewers if self.broadcast else 0

    @property
    def failed(self) -> Exception | None:
        """Why nothing can be published; None while all is well."""
        return self.broadcast.failed if self.broadcast else self.trouble.first

    def describe(self, **changes: Any) -> None:
        """Say more of the run before its first snapshot, by the fields of Run.

        Raises:
            ValueError: It is too late for that, or `every` is less than 1.
        """
        if self.broadcast is not None:
            raise ValueError("expected this before the first snapshot, not after it")
        self.run = replace(self.run, **changes)

    def is_due(self, epoch: int) -> bool:
        """Whether `publish` takes a snapshot at this epoch, given layers."""
        return self.broadcast is None or self.run.is_due(epoch)

    def publish(
        self,
        *,
        epoch: int,
        layers: Layers | None = None,
        loss: SupportsFloat | None = None,
        accuracy: SupportsFloat | None = None,
        step: int | None = None,
        example: int = 0,
        label: int | None = None,
        **metrics: SupportsFloat | None,
    ) -> bool:
        """Publish where the training stands after an epoch; never waits for viewers.

        A snapshot is taken at the first call with layers, every `every` epochs and where
        a run is done. The numbers are kept of each call.

        Args:
            epoch: Completed epochs.
            layers: The network as one example runs through it, input layer first; or
                a function that gives this, called only where a snapshot is taken.
                Copied there.
            loss: Mean loss of the epoch.
            accuracy: Share that was right, 0 to 1.
            step: Optimizer updates done; as many as epochs where it is None.
            example: Number of the example shown.
            label: Its true class, an index into the classes; None where it has none.
            **metrics: Other numbers, such as held_out_loss.

        Returns:
            True where a snapshot was taken.

        Raises:
            Exception: Only if strict: whatever keeps it from being published.
        """
        try:
            self._check_process()
            self._say_where()
            numbers = {"loss": loss, "accuracy": accuracy, **metrics}
            self.trouble.tell(self._rows.note(epoch, numbers))
            probe = probe_of(example, label, self.run.classes)
        except Exception as error:  # no training ends for its stream
            self.trouble.note(error)
            if self.trouble.is_strict:
                raise
            return False
        if layers is None:
            return False
        steps = epoch if step is None else step
        self._last = State(epoch, steps, probe, layers)
        return self.is_due(epoch) and self._take_snapshot(self._last)

    def end(self, reason: EndReason = EndReason.DONE, text: str = "") -> None:
        """Say that the run is over; of one that is done the last state is shown."""
        last, self._last = self._last, None
        if reason is EndReason.DONE and last is not None and len(self._rows):
            self._take_snapshot(last)
        if self.broadcast is not None:
            self.broadcast.end(reason, text)

    def close(self, error: BaseException | None = None) -> None:
        """End the run, serve viewers for some seconds and stop; may be called twice.

        Args:
            error: What ended the run; None where it is done.
        """
        if self._is_closed or os.getpid() != self._process:
            return
        self._is_closed = True
        atexit.unregister(self._close_at_exit)
        try:
            self.end(*reason_of(error))
            unsent = None if self.trouble.count else len(self._rows)
            self._opening.serve(self.broadcast, error, unsent)
        finally:
            (self.broadcast or self._opening.listener).close()
            if self._termination is not None:
                self._termination.stop()

    def __enter__(self) -> Self:
        self._say_where()
        self._termination = Termination(self._end_of_stuck)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close(error)

    def _close_at_exit(self) -> None:
        # The interpreter keeps what ended the program, if anything did.
        self.close(getattr(sys, "last_value", None))

    def _end_of_stuck(self) -> None:
        if self.broadcast is not None:
            self._opening.abandon(self.broadcast, Terminated())

    def _say_where(self) -> None:
        if not self._is_said:
            self._is_said = True
            self._opening.say_where()

    def _check_process(self) -> None:
        if os.getpid() != self._process:
            raise RuntimeError(
                f"expected to publish in process {self._process}, got a copy of it; "
                "make a Publisher in each process that publishes"
            )
        if self._is_closed:
            raise ValueError("expected no epoch after the end; begin another run")

    def _take_snapshot(self, state: State) -> bool:
        try:
            layers = state.layers() if callable(state.layers) else state.layers
            arrays = arrays_of(layers)
            broadcast = self.broadcast or self._begin(layers, arrays)
            check_same(broadcast.manifest, arrays)
        except Exception as error:  # as in publish
            self.trouble.note(error)
            if self.trouble.is_strict:
                raise
            return False
        broadcast.publish(
            epoch=state.epoch,
            step=state.step,
            probe=state.probe,
            rows=self._rows.take(),
            arrays=arrays,
        )
        return True

    def _begin(self, layers: Sequence[Layer], arrays: Arrays) -> Broadcast:
        metrics = self._rows.settle(self.run.metrics)
        manifest = manifest_of(self.run, layers, arrays, metrics, self._started)
        self.broadcast = self._opening.begin(manifest)
        self._opening.wait_for_viewers(self.broadcast)
        return self.broadcast
