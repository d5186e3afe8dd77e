"""What goes wrong with a stream: counted, said once, and the training goes on."""

import logging
from collections.abc import Iterable

LOG = logging.getLogger(__name__)

MOST_SAID = 5  # a text may have a number in it that changes


class Trouble:
    """Counts what went wrong.

    Attributes:
        count: How often.
        first: The first of it, None as long as there is none.
        is_strict: Whether it is raised, by whoever notes it, and so need not be said.
    """

    def __init__(self, is_strict: bool) -> None:
        self.count = 0
        self.first: Exception | None = None
        self.is_strict = is_strict
        self._said: set[str] = set()

    def note(self, error: Exception) -> None:
        """Count it in."""
        self.count += 1
        self.first = self.first or error
        self.say(error)

    def tell(self, left_out: Iterable[Exception]) -> None:
        """Say what was left out of a snapshot; raise it if strict."""
        for error in left_out:
            if self.is_strict:
                raise error
            self.say(error)

    def say(self, error: Exception) -> None:
        """Say it, if it was not said before."""
        text = str(error).partition(", got ")[0]  # what is got may change
        if (
            not self.is_strict
            and text not in self._said
            and len(self._said) < MOST_SAID
        ):
            self._said.add(text)
            LOG.warning("%s; the training goes on, drops are counted", error)
