"""How a user wants a run published, and the broadcast that does it."""

from dataclasses import dataclass
from pathlib import Path

from protocol.messages import Manifest
from trainer.broadcast import FAREWELL_S, Broadcast, reason_of
from trainer.errors import UsageError
from trainer.listener import Listener
from trainer.serving import Say, say_classes, say_sizes, say_where, serve, wait_for

SUFFIX = ".ncast"


@dataclass(frozen=True, kw_only=True, slots=True)
class Opening:
    """All that a broadcast needs beside its manifest.

    Raises:
        UsageError: The recording has no folder to be in, or another ending.

    Attributes:
        listener: Where viewers connect.
        keys: Folder of keys; None lets everyone in.
        record: A file for all that is published; None for none.
        wait: Begin when so many viewers watch.
        hold: Serve viewers after the end until Ctrl-C.
        max_cells: Most weights of one matrix to stream; 0 for all.
        buffer_bytes: Memory for snapshots.
        strict: Raise what would only be logged.
        say: Takes lines for people.
    """

    listener: Listener
    keys: Path | None
    record: Path | None
    wait: int
    hold: bool
    max_cells: int
    buffer_bytes: int
    strict: bool
    say: Say

    def __post_init__(self) -> None:
        try:
            if self.record is not None:
                _check(self.record)
        except UsageError:
            self.listener.close()
            raise

    def say_where(self) -> None:
        """Say where viewers connect."""
        say_where(self.listener.address, self.keys, self.say)

    def begin(self, manifest: Manifest) -> Broadcast:
        """Serve a run from now on.

        Args:
            manifest: What it is, all arrays whole.

        Raises:
            TrainerError: It is too large for any viewer, or cannot be recorded.
        """
        broadcast = Broadcast(
            manifest,
            self.listener,
            max_cells=self.max_cells,
            buffer_bytes=self.buffer_bytes,
            record=self.record,
            strict=self.strict,
        )
        if broadcast.set_aside:
            self.say(
                f"{self.record} was there already; it is {broadcast.set_aside} now"
            )
        say_sizes(broadcast.manifest, self.buffer_bytes, self.say)
        say_classes(broadcast.manifest, self.say)
        broadcast.start()
        return broadcast

    def wait_for_viewers(self, broadcast: Broadcast) -> None:
        """Wait for as many as are wanted.

        Raises:
            TransportError: None can come any more.
        """
        wait_for(broadcast, self.wait, self.say)

    def abandon(self, broadcast: Broadcast, error: BaseException) -> None:
        """End a run that cannot end itself; for any thread."""
        broadcast.end(*reason_of(error))
        self.serve(broadcast, error)
        broadcast.close()

    def serve(
        self,
        broadcast: Broadcast | None,
        error: BaseException | None,
        unsent: int | None = None,
    ) -> None:
        """Serve viewers after the end, but not long after an error.

        Args:
            broadcast: None where there was no snapshot.
            error: What ended the run.
            unsent: How many epochs' numbers no snapshot took along; None where it was
                said already why.
        """
        if broadcast is None:
            if error is None and unsent is not None:
                self.say(_nothing(unsent))
        elif error is not None:
            broadcast.serve_until_satisfied(FAREWELL_S)
        else:
            serve(broadcast, self.say, hold=self.hold)


def _check(record: Path) -> None:
    if record.suffix.lower() != SUFFIX:
        raise UsageError(
            f"expected a recording that ends in {SUFFIX}, got {str(record)!r}; viewer "
            "record makes videos of it"
        )
    if not record.absolute().parent.is_dir():
        raise UsageError(
            f"expected a folder for the recording, got {str(record)!r}; make it first"
        )


def _nothing(unsent: int) -> str:
    if not unsent:
        return "nothing was published: no epoch was reported"
    return (
        f"nothing was published of {unsent} epochs: there was no snapshot; give publish "
        "the layers, too"
    )
