"""Tells whoever watches the trainer's terminal who was not let in, without a flood."""

from collections.abc import Callable

# Until the same is said again; then twice as long, for somebody may try for days.
FIRST_S, LAST_S = 10.0, 640.0


class Refusals:
    """Says each kind of refusal now and then, and how often it has come between."""

    def __init__(self, say: Callable[[str], None]) -> None:
        """Begin with nothing said; `say` takes a line."""
        self._say = say
        self._next_at: dict[str, float] = {}
        self._pause_s: dict[str, float] = {}
        self._unsaid: dict[str, int] = {}

    def add(self, kind: str, line: str, now: float) -> None:
        """Take one refusal.

        Args:
            kind: What makes it another one; there should be few.
            line: What to say.
            now: Seconds by a clock that never goes back.
        """
        if now < self._next_at.get(kind, now):
            self._unsaid[kind] = self._unsaid.get(kind, 0) + 1
            return
        unsaid = self._unsaid.pop(kind, 0)
        self._say(f"{line} ({unsaid} more since the last time)" if unsaid else line)
        pause_s = self._pause_s.get(kind, FIRST_S)
        self._next_at[kind] = now + pause_s
        self._pause_s[kind] = min(2 * pause_s, LAST_S)
