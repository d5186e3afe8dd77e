"""How far a run has come, on stderr: a bar on a terminal, plain lines elsewhere."""

import math
import sys
import time
from types import TracebackType
from typing import Protocol, Self

from trainer.training import Step

# A picture of the bar costs about a millisecond; nobody reads faster than this.
REFRESH_S = 0.1


class Progress(Protocol):
    """Shows a run; a context manager."""

    def step(self, step: Step, viewers: int) -> None:
        """Show where the training stands after an epoch."""

    def snapshot(self, step: Step, viewers: int) -> None:
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


def progress(epochs: int) -> Progress:
    """Choose what suits stderr."""
    return Bar(epochs) if sys.stderr.isatty() else Lines(epochs)


class Lines:
    """A line for each snapshot."""

    def __init__(self, epochs: int) -> None:
        self._epochs = epochs
        self._speed = Speed()

    def step(self, step: Step, viewers: int) -> None:
        """Only measure."""
        self._speed.step(step.epoch)

    def snapshot(self, step: Step, viewers: int) -> None:
        """Print where the training stands."""
        self.say(
            f"epoch {step.epoch}/{self._epochs}  {figures(step)}  "
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

    def __init__(self, epochs: int) -> None:
        from rich import progress
        from rich.console import Console

        self._console = Console(stderr=True, highlight=False)
        self._bar = progress.Progress(
            progress.TextColumn("epoch {task.completed:.0f}/{task.total:.0f}"),
            progress.BarColumn(bar_width=None),
            progress.TextColumn("{task.description}"),
            console=self._console,
            auto_refresh=False,
            expand=True,
        )
        self._task = self._bar.add_task("", total=epochs)
        self._speed = Speed()
        self._shown_at = 0.0

    def step(self, step: Step, viewers: int) -> None:
        """Draw the bar anew where the last picture is old enough."""
        self._speed.step(step.epoch)
        now = time.monotonic()
        if now - self._shown_at >= REFRESH_S:
            self._show(step, viewers)

    def snapshot(self, step: Step, viewers: int) -> None:
        """Draw the bar anew, so that it is right while the run pauses here."""
        self._show(step, viewers)

    def say(self, text: str) -> None:
        """Print a line above the bar."""
        self._console.print(text, markup=False, soft_wrap=True)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.refresh()
        self._bar.stop()

    def _show(self, step: Step, viewers: int) -> None:
        self._shown_at = time.monotonic()
        # A line of 80 characters has no room for more words.
        found = figures(step).replace("held-out accuracy", "held-out")
        text = f"{found}  {self._speed.text}  {count(viewers, 'viewer')}"
        self._bar.update(
            self._task, completed=step.epoch, description=text, refresh=True
        )


class Speed:
    """Epochs a second since the run began."""

    def __init__(self) -> None:
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
        return f"{self._epoch / elapsed if elapsed > 0 else 0:.3g} epochs/s"


def figures(step: Step) -> str:
    """Give loss and accuracy in words; the held-out one where there is one."""
    if math.isnan(step.held_out_accuracy):
        return f"loss {step.loss:.4f}  accuracy {step.accuracy:.3f}"
    return f"loss {step.loss:.4f}  held-out accuracy {step.held_out_accuracy:.3f}"


def count(number: int, noun: str) -> str:
    """Such as "1 viewer"."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
