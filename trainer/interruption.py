"""Ctrl-C waits until what must not be cut in two is whole."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interruption:
    """Defers interruptions; for the main thread, where signals arrive."""

    def __init__(self, say: Callable[[], None]) -> None:
        """Prepare.

        Args:
            say: Called when the first interruption has to wait; the second does not.
        """
        self._say = say
        self._is_asked = False

    @contextmanager
    def deferred(self) -> Iterator[None]:
        """Finish the block first.

        Raises:
            KeyboardInterrupt: After the block, if somebody asked for it meanwhile; in
                the middle of it if somebody asked twice.
        """
        before = {number: signal.signal(number, self._note) for number in SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
        if self._is_asked:
            raise KeyboardInterrupt

    def _note(self, number: int, frame: FrameType | None) -> None:
        if self._is_asked:
            raise KeyboardInterrupt
        self._is_asked = True
        self._say()
