"""A word every few seconds about work that takes longer than that."""

import time
from collections.abc import Callable

# Shorter work needs no word.
SILENCE_S = 3.0


class Patience:
    """Says how far long work is; called with how much of how much is done."""

    def __init__(self, verb: str, say: Callable[[str], None]) -> None:
        """Begin to wait.

        Args:
            verb: Such as "read", of pictures.
            say: Takes the lines.
        """
        self._verb = verb
        self._say = say
        self._said_at = time.monotonic()

    def __call__(self, done: int, total: int) -> None:
        """Say so if it is time."""
        if time.monotonic() - self._said_at >= SILENCE_S:
            self._said_at = time.monotonic()
            self._say(f"{self._verb} {done} of {total} pictures")
