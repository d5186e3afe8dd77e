"""What goes wrong with a stream: counted, said once, and the training goes on."""

import logging

LOG = logging.getLogger(__name__)


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
        self._is_said = False

    def note(self, error: Exception) -> None:
        """Count it in."""
        self.count += 1
        self.first = self.first or error
        self.say(error)

    def say(self, error: Exception) -> None:
        """Say it, if nothing was said before."""
        if not (self.is_strict or self._is_said):
            self._is_said = True
            LOG.warning("%s; the training goes on, drops are counted", error)
