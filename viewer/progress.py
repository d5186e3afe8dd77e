"""How far a recording has come, on stderr: a bar on a terminal, plain lines elsewhere."""

import sys
from time import monotonic as clock
from types import TracebackType
from typing import Protocol, Self

from viewer.pace import Counts, Pace

# A picture of the bar costs about a millisecond; nobody reads faster than this.
REFRESH_S = 0.1
# Plain lines go to logs.
LINE_S = 5.0


class Progress(Protocol):
    """Shows how a recording comes on; a context manager."""

    def count(self, counts: Counts) -> None:
        """Show the counts."""

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


class Silence:
    """Shows nothing."""

    def count(self, counts: Counts) -> None:
        """Do nothing."""

    def say(self, text: str) -> None:
        """Do nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        pass


class Lines(Silence):
    """A line every few seconds, where there is something new."""

    def __init__(self) -> None:
        self._shown_at = clock()
        self._shown = Counts()
        self._pace = Pace()

    def count(self, counts: Counts) -> None:
        """Print a line where the last one is old enough."""
        now = clock()
        is_due = now - self._shown_at >= LINE_S and counts != self._shown
        if is_due or not self._pace:
            self._pace.take(counts, now)
        if is_due:
            self._shown_at, self._shown = now, counts
            snapshots = f"snapshot {_of(counts.snapshots, counts.of_snapshots)}"
            self.say(", ".join([snapshots, *_words(counts, self._pace)]))

    def say(self, text: str) -> None:
        """Print a line."""
        sys.stderr.write(text + "\n")
        sys.stderr.flush()


class Bar:
    """A bar that stays at the foot of the terminal."""

    def __init__(self) -> None:
        from rich import progress
        from rich.console import Console

        self._console = Console(stderr=True, highlight=False)
        self._bar = progress.Progress(
            progress.TextColumn("snapshot"),
            progress.TextColumn("{task.fields[snapshots]}"),
            progress.BarColumn(bar_width=20),
            progress.TextColumn("{task.description}"),
            console=self._console,
            auto_refresh=False,
            transient=True,
        )
        self._task = self._bar.add_task(
            "waiting for the first", total=None, snapshots=""
        )
        self._pace = Pace()
        self._shown_at = 0.0

    def count(self, counts: Counts) -> None:
        """Draw the bar anew where the last picture is old enough."""
        now = clock()
        if now - self._shown_at >= REFRESH_S:
            self._shown_at = now
            self._pace.take(counts, now)
            self._bar.update(
                self._task,
                completed=counts.share,
                total=1.0 if counts.share else None,
                snapshots=_of(counts.snapshots, counts.of_snapshots),
                description=", ".join(_words(counts, self._pace)),
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


def _of(count: int, total: int) -> str:
    return f"{count} of {total}" if total else str(count)


def _words(counts: Counts, pace: Pace) -> list[str]:
    """Such as "300 of 2586 frames", "118 a second", "19 s left"."""
    words = []
    if counts.frames:
        words.append(f"{_of(counts.frames, counts.of_frames)} frames")
    if pace.frames_a_second:
        words.append(f"{pace.frames_a_second:.0f} a second")
    if pace.left_s is not None:
        words.append(f"{_time(pace.left_s)} left")
    return words


def _time(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
