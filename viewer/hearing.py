"""Whether a recording can go on: the trainer is heard, and it is the same run."""

from protocol.events import Event, Joined, Refused, Silent

# A trainer that says nothing for so long will not come back.
PATIENCE_S = 30.0


class Hearing:
    """Listens to the events of one source."""

    def __init__(self, patience_s: float = PATIENCE_S) -> None:
        """Begin before the run; a trainer may be silent for `patience_s` seconds."""
        self._patience_s = patience_s
        self._has_begun = False
        self._silent_since: float | None = None

    def hear(self, event: Event, now: float) -> str:
        """Take an event.

        Args:
            event: Not in any timeline yet.
            now: Seconds by a clock that never goes back.

        Returns:
            Why the recording ends before it, "" where it does not.
        """
        if isinstance(event, Joined):
            if event.fresh and self._has_begun:
                return "the trainer started another run"
            self._has_begun = True
        if isinstance(event, Silent):
            self._silent_since = self._silent_since or now - event.since_s
        elif not isinstance(event, Refused):  # a closed door is no answer
            self._silent_since = None
        return ""

    def given_up(self, now: float) -> str:
        """Say why the trainer is waited for no longer, "" where it is."""
        since = self._silent_since
        if since is None or now - since <= self._patience_s:
            return ""
        return f"the trainer has been silent for {self._patience_s:g} s"
