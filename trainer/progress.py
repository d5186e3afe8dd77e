"""How far a run has come, on stderr: a bar on a terminal, plain lines elsewhere."""

import math
import sys
import time
from types import TracebackType
from typing import Protocol, Self

from trainer.mark import Mark

# Where snapshots are examples or layers there are many; nobody reads them all.
LINES_S = 0.5

# A picture of the bar costs about a millisecond; nobody reads faster than this.
REFRESH_S = 0.1


class Progress(Protocol):
    """Shows a run; a context manager."""

    def step(self, mark: Mark, viewers: int) -> None:
        """Show where the training stands after an epoch."""

    def snapshot(self, mark: Mark, viewers: int) -> None:
        """Show that a snapshot was published."""

    def say(self, text: str) -> None:
        """Print a line of its own."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


def progress(epochs: int, axis: str = "epoch") -> Progress:
    """Choose what suits stderr.

    Args:
        epochs: Planned length.
        axis: What is counted, "epoch", "layer" or "example".
    """
    return Bar(epochs, axis) if sys.stderr.isatty() else Lines(epochs, axis)


class Lines:
    """A line for each snapshot, of those along another axis now and then."""

    def __init__(self, epochs: int, axis: str = "epoch") -> None:
        self._epochs = epochs
        self._axis = axis
        self._speed = Speed(axis)
        self._said_at = -math.inf

    def step(self, mark: Mark, viewers: int) -> None:
        """Only measure."""
        self._speed.step(mark.epoch)

    def snapshot(self, mark: Mark, viewers: int) -> None:
        """Print where the training stands."""
        now = time.monotonic()
        is_soon = self._axis != "epoch" and now - self._said_at < LINES_S
        if is_soon and mark.epoch != self._epochs:
            return
        self._said_at = now
        self.say(
            f"{self._axis} {mark.epoch}/{self._epochs}  {mark.figures()}  "
            f"{self._speed.text}  {count(viewers, 'viewer')}"
        )

    def say(self, text: str) -> None:
        """Print a line."""
        sys.stderr.write(text + "\n")
        sys.stderr.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        pass


class Bar:
    """A bar that stays at the foot of the terminal."""

    def __init__(self, epochs: int, axis: str = "epoch") -> None:
        from rich import progress
        from rich.console import Console

        self._console = Console(stderr=True, highlight=False)
        self._bar = progress.Progress(
            progress.TextColumn(axis + " {task.completed:.0f}/{task.total:.0f}"),
            progress.BarColumn(bar_width=None),
            progress.TextColumn("{task.description}"),
            console=self._console,
            auto_refresh=False,
            expand=True,
        )
        self._task = self._bar.add_task("", total=epochs)
        self._speed = Speed(axis)
        self._shown_at = 0.0

    def step(self, mark: Mark, viewers: int) -> None:
        """Draw the bar anew where the last picture is old enough."""
        self._bar.start()  # not before: until the first step lines may be printed
        self._speed.step(mark.epoch)
        now = time.monotonic()
        if now - self._shown_at >= REFRESH_S:
            self._show(mark, viewers)

    def snapshot(self, mark: Mark, viewers: int) -> None:
        """Draw the bar anew, so that it is right while the run pauses here."""
        self._show(mark, viewers)

    def say(self, text: str) -> None:
        """Print a line above the bar."""
        self._console.print(text, markup=False, soft_wrap=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.refresh()
        self._bar.stop()

    def _show(self, mark: Mark, viewers: int) -> None:
        self._shown_at = time.monotonic()
        # A line of 80 characters has no room for more words.
        found = mark.figures().replace("held-out accuracy", "held-out")
        text = f"{found}  {self._speed.text}  {count(viewers, 'viewer')}"
        self._bar.update(
            self._task, completed=mark.epoch, description=text, refresh=True
        )


class Speed:
    """Epochs a second since the run began, or whatever is counted."""

    def __init__(self, axis: str = "epoch") -> None:
        self._axis = axis
        self._began: float | None = None
        self._epoch = 0

    def step(self, epoch: int) -> None:
        """Note that an epoch is complete."""
        self._began = self._began or time.monotonic()
        self._epoch = epoch

    @property
    def text(self) -> str:
        """Such as "120 epochs/s"."""
        elapsed = time.monotonic() - (self._began or time.monotonic())
        rate = self._epoch / elapsed if elapsed > 0 else 0.0
        figure = f"{rate:,.0f}" if rate >= 1000 else f"{rate:.3g}"
        return f"{figure} {self._axis}s/s"


def count(number: int, noun: str) -> str:
    """Such as "1 viewer" or "1,000 viewers"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
