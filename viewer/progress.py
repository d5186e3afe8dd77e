"""How far a recording has come, on stderr: a bar on a terminal, plain lines elsewhere."""

import sys
from time import monotonic as clock
from types import TracebackType
from typing import Protocol, Self

# A picture of the bar costs about a millisecond; nobody reads faster than this.
REFRESH_S = 0.1
# Plain lines go to logs.
LINE_S = 5.0


class Progress(Protocol):
    """Shows how a recording comes on; a context manager."""

    def count(self, *, snapshots: int, of: int, frames: int) -> None:
        """Show the counts; `of` is 0 where the end is not known."""

    def say(self, text: str) -> None:
        """Print a line of its own."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


def progress() -> Progress:
    """Choose what suits stderr."""
    return Bar() if sys.stderr.isatty() else Lines()


class Lines:
    """A line every few seconds."""

    def __init__(self) -> None:
        self._shown_at = clock()

    def count(self, *, snapshots: int, of: int, frames: int) -> None:
        """Print a line where the last one is old enough."""
        now = clock()
        if now - self._shown_at >= LINE_S:
            self._shown_at = now
            planned = f" of {of}" if of else ""
            drawn = f", {frames} frames" if frames else ""
            self.say(f"snapshot {snapshots}{planned}{drawn}")

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

    def __init__(self) -> None:
        from rich import progress
        from rich.console import Console

        self._console = Console(stderr=True, highlight=False)
        self._bar = progress.Progress(
            progress.TextColumn("snapshot"),
            progress.MofNCompleteColumn(),
            progress.BarColumn(bar_width=20),
            progress.TextColumn("{task.description}"),
            progress.TimeRemainingColumn(),
            console=self._console,
            auto_refresh=False,
            transient=True,
        )
        self._task = self._bar.add_task("waiting for the first", total=None)
        self._shown_at = 0.0

    def count(self, *, snapshots: int, of: int, frames: int) -> None:
        """Draw the bar anew where the last picture is old enough."""
        now = clock()
        if now - self._shown_at >= REFRESH_S:
            self._shown_at = now
            self._bar.update(
                self._task,
                completed=snapshots,
                total=of or None,
                description=f"{frames} frames" if frames else "",
                refresh=True,
            )

    def say(self, text: str) -> None:
        """Print a line above the bar."""
        self._console.print(text, markup=False, soft_wrap=True)

    def __enter__(self) -> Self:
        self._bar.start()
        self._bar.refresh()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()
