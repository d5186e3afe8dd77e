"""Ctrl-C and SIGTERM as a question that long work asks between two steps.

Nothing is torn apart in the middle of a frame: the work sees that it was interrupted,
finishes its file and returns. A second Ctrl-C is not patient any more and raises.
"""

import signal
from types import FrameType, TracebackType
from typing import Any, Self

INTERRUPTED = 130  # exit code


class Interrupt:
    """Notes the first signal and raises KeyboardInterrupt at the second.

    A context manager; signals go back to what they were at the end. Only for the
    main thread.
    """

    def __init__(self) -> None:
        self._noted = False
        self._before: dict[signal.Signals, Any] = {}

    def __call__(self) -> bool:
        """Whether the user or the system asked to stop."""
        return self._noted

    def __enter__(self) -> Self:
        for number in (signal.SIGINT, signal.SIGTERM):
            self._before[number] = signal.signal(number, self._note)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _note(self, number: int, frame: FrameType | None) -> None:
        if self._noted:
            raise KeyboardInterrupt
        self._noted = True


def never() -> bool:
    """Nobody interrupts."""
    return False
