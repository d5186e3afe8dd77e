"""Who may not take part: peers that misbehave, and what they are told.

A peer is refused after three bad messages and then not listened to for a while. A hello
costs the trainer more than the peer, so too many of them are bad messages, too.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from protocol import limits
from protocol.codec import Part, encode
from protocol.errors import DecodeError
from protocol.messages import Refusal
from protocol.text import fitting


@dataclass(slots=True)
class Conduct:
    """What is remembered of a peer."""

    errors: int = 0
    ignored_until: float = float("-inf")
    hellos: deque[float] = field(default_factory=lambda: deque(maxlen=limits.HELLOS))


class Admission:
    """Judges peers; remembers only so many of them.

    Attributes:
        bad: Messages that did not follow SPEC.md, from whomever.
        refusals: What is still to be said to those who are refused.
    """

    def __init__(self) -> None:
        self.bad = 0
        self.refusals: dict[bytes, Sequence[Part]] = {}
        self._peers: dict[bytes, Conduct] = {}

    def is_ignored(self, peer: bytes, now: float) -> bool:
        """Whether nothing that it says is looked at."""
        conduct = self._peers.get(peer)
        return conduct is not None and now < conduct.ignored_until

    def hear_hello(self, peer: bytes, now: float) -> None:
        """Count a hello that wants an answer.

        Raises:
            DecodeError: There were too many of late.
        """
        hellos = self._conduct(peer).hellos
        if len(hellos) == limits.HELLOS and now - hellos[0] < limits.HELLOS_S:
            raise DecodeError(
                f"expected at most {limits.HELLOS} hellos in {limits.HELLOS_S:g} s"
            )
        hellos.append(now)

    def count_error(self, peer: bytes, error: DecodeError, now: float) -> bool:
        """Count a bad message; say whether the peer is refused for it."""
        self.bad += 1
        conduct = self._conduct(peer)
        conduct.errors += 1
        if conduct.errors < limits.ERRORS:
            return False
        conduct.errors = 0
        conduct.ignored_until = now + limits.IGNORED_S
        self.refuse(peer, "bad", str(error))
        return True

    def refuse(self, peer: bytes, code: str, text: str) -> None:
        """Have a peer told why it is not served."""
        self.refusals[peer] = encode(Refusal(code=code, text=fitting(text)))
        if len(self.refusals) > limits.PEERS:
            del self.refusals[next(iter(self.refusals))]

    def _conduct(self, peer: bytes) -> Conduct:
        conduct = self._peers.setdefault(peer, Conduct())
        if len(self._peers) > limits.REMEMBERED:
            del self._peers[next(iter(self._peers))]
        return conduct
