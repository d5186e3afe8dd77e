"""A hello under way: when it is said, repeated, and answered.

It is repeated with the same nonce until the welcome with that nonce comes, so a trainer
can tell a repetition from a new beginning, and a viewer an old welcome from its own.
"""

import os
from collections.abc import Callable, Sequence

from protocol import limits
from protocol.messages import VERSION, Hello, Want
from protocol.payload import Packing


def random_nonce() -> bytes:
    """Make a nonce that no other viewer has."""
    return os.urandom(limits.NONCE_BYTES)


class Greeting:
    """The viewer's side of the handshake; begins at once.

    Attributes:
        nonce: What the welcome must repeat, None when it has come.
        next_at: When the hello is to be said (again).
        is_said: Whether it has been said since the last answer.
    """

    def __init__(
        self,
        make_nonce: Callable[[], bytes],
        *,
        window: int,
        app: str,
        max_cells: int,
        packings: Sequence[Packing],
    ) -> None:
        """Begin.

        Args:
            make_nonce: Gives 8 random bytes.
            window: See Hello for this and the others, which stay the same.
            app: See there.
            max_cells: See there.
            packings: See there.
        """
        self._make_nonce = make_nonce
        self._window = window
        self._app = app
        self._max_cells = max_cells
        self._packings = tuple(packings)
        self._refused_pause = limits.REFUSED_FIRST_S
        self.begin(float("-inf"))

    @property
    def is_answered(self) -> bool:
        """Whether the welcome has come."""
        return self.nonce is None

    def begin(self, now: float) -> None:
        """Begin anew at a time, then repeat within seconds."""
        self.nonce: bytes | None = self._make_nonce()
        self.next_at = now
        self.is_said = False
        self._pause = limits.HELLO_FIRST_S
        self._longest = limits.HELLO_LAST_S

    def begin_later(self, now: float) -> None:
        """Begin anew after a pause that doubles with each refusal."""
        pause = self._refused_pause
        self._refused_pause = min(2 * pause, limits.REFUSED_LAST_S)
        self.begin(now + pause)
        self._pause = self._refused_pause
        self._longest = limits.REFUSED_LAST_S

    def renew(self) -> None:
        """Take another nonce: what may have been the welcome was no message."""
        if not self.is_answered:
            self.nonce = self._make_nonce()

    def say(self, now: float, want: Want, run: bytes | None, seq: int) -> Hello | None:
        """Say the hello if it is due, and plan its repetition.

        Args:
            now: The time.
            want: What is wanted of the run.
            run: The run that is known already.
            seq: What is there of it.
        """
        if self.nonce is None or now < self.next_at:
            return None
        self.is_said = True
        self.next_at = now + self._pause
        self._pause = min(2 * self._pause, self._longest)
        return Hello(
            version=VERSION,
            want=want,
            window=self._window,
            nonce=self.nonce,
            run=run,
            seq=seq,
            max_cells=self._max_cells,
            app=self._app,
            packings=self._packings,
        )

    def answer(self, nonce: bytes) -> bool:
        """Take the nonce of a welcome; say whether it is the one waited for."""
        if nonce != self.nonce:
            return False
        self.nonce = None
        self._refused_pause = limits.REFUSED_FIRST_S
        return True
