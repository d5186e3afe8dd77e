"""What a loop reports to, whatever the framework: counts epochs, ends the run."""

from types import TracebackType
from typing import Any, Self, SupportsFloat

from trainer.publisher import Publisher
from trainer.state import Layers

Number = SupportsFloat | None


class Watch:
    """A run as a loop reports it, epoch by epoch; a context manager.

    Leaving the block ends the run: "done", or "error" after an exception, which goes on
    its way. What keeps a snapshot from being taken never reaches the loop: it is said
    once and counted, and raised only if `strict`.

    Attributes:
        publisher: Sends it.
        epochs: How many were completed.
    """

    def __init__(self, publisher: Publisher | None = None, **options: Any) -> None:
        """Take the address.

        Args:
            publisher: One that is there already; whoever made it closes it.
            **options: Of Publisher: address, name, classes, every, epochs, record, ...

        Raises:
            TrainerError: Nothing can listen there, or the keys cannot be used.
            ValueError: `every` is less than 1, there is neither address nor file, or
                there are options of a publisher that was made before.
        """
        if publisher is not None and options:
            raise ValueError(
                f"expected no options beside a publisher, got {', '.join(options)}; say "
                "them where it is made"
            )
        self._is_owner = publisher is None
        self.publisher = publisher or Publisher(**options)
        self.epochs = 0

    def report(
        self, layers: Layers, *, epoch: int | None = None, **numbers: Any
    ) -> bool:
        """Say that an epoch is completed.

        Args:
            layers: A function that looks into the network, called only where a snapshot
                is taken; or what it would give.
            epoch: Which one, counted from 1; the next one where it is None.
            **numbers: Of Publisher.publish: loss, accuracy, step, label and metrics.

        Returns:
            True where a snapshot was taken.
        """
        self.epochs = self.epochs + 1 if epoch is None else epoch
        return self.publisher.publish(epoch=self.epochs, layers=layers, **numbers)

    def close(self, error: BaseException | None = None) -> None:
        """End the run, serve viewers for some seconds and stop; may be called twice.

        Does nothing where somebody else made the publisher.

        Args:
            error: What ended the run; None where it is done.
        """
        if self._is_owner:
            self.publisher.close(error)

    def __enter__(self) -> Self:
        if self._is_owner:
            self.publisher.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close(error)
