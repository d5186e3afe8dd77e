"""What the bytes on a connection say about who sends them. Pure."""

from enum import Enum

from protocol import limits
from protocol.guard import Guard


class Verdict(Enum):
    """What to do about a connection."""

    FINE = "fine"
    ALIVE = "a message is under way"
    DEAD = "nothing comes, not even a beat"
    ENDLESS = "a message has no end"


class Inflow:
    """Watches one connection: slow, dead, or full of a message that never ends."""

    def __init__(self, now: float) -> None:
        """Begin with a new connection."""
        self._grew_at = now
        self._received = 0
        self._told = 0
        limit = limits.UNENDED_TRAINER_BYTES
        self._guard = Guard(most=limit, most_of_all=limit)

    def ended(self, received: int) -> None:
        """Take note of a whole message; `received` bytes have come up to now."""
        self._guard.ended(0, received)
        self._told = received

    def judge(self, received: int, now: float) -> Verdict:
        """Look at how many bytes have come up to now."""
        if received != self._received:
            self._received, self._grew_at = received, now
        if self._guard.offenders({0: received}):
            return Verdict.ENDLESS
        if received - self._told >= limits.BULK_BYTES:
            self._told = received
            return Verdict.ALIVE
        if now - self._grew_at >= limits.RENEW_S:
            return Verdict.DEAD
        return Verdict.FINE
