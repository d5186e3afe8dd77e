"""Why the handshakes with a trainer fail: is it a refusal, or is nobody there yet?

How it works. ZeroMQ says clearly only that a key was refused. Any other failure is
looked into by asking who listens:

    asked         | without keys         | with keys
    nobody        | wait                 | wait
    NULL          | wait                 | the trainer has no keys
    CURVE         | the trainer has keys | after three in a row: another server.key

Through a tunnel nobody looks like a connection that is closed at once. Failures that
take long count for nothing: the trainer is there, but not ready.
"""

from collections.abc import Callable

from protocol.address import Address
from viewer.keyring import Keyring
from viewer.knock import CURVE, NULL

# A trainer that cannot read what it gets hangs up at once; one that is still busy
# otherwise lets the handshake run into the 2 s without a byte that we wait.
FAST_S = 1.5
IN_A_ROW = 3
ASK_S = 2.0


class Handshakes:
    """Those of one viewer with one address."""

    def __init__(
        self,
        address: Address,
        keyring: Keyring | None,
        ask: Callable[[Address, str], str | None],
    ) -> None:
        """Begin with none.

        Args:
            address: Where the trainer should be.
            keyring: The viewer's keys, if it has any.
            ask: Who listens; `knock.mechanism_at`.
        """
        self._address = address
        self._keyring = keyring
        self._ask = ask
        self._own = NULL if keyring is None else CURVE
        self._began_at = 0.0
        self._asked_at = float("-inf")
        self._found: str | None = None
        self._in_a_row = 0

    def began(self, now: float) -> None:
        """Take note of a connection."""
        self._began_at = now

    def succeeded(self) -> None:
        """Take note that the trainer has let this viewer in."""
        self._in_a_row = 0

    def denied(self) -> str:
        """Take note that the key was refused; say so."""
        if self._keyring is None:
            return f"the trainer on {self._address} does not let this viewer in"
        return (
            f"key refused: the trainer on {self._address} does not know "
            f"{self._keyring.own_path}; make another one there with trainer keygen DIR "
            "--viewer NAME, or put its public key into DIR/authorized"
        )

    def failed(self, now: float) -> str | None:
        """Take note of any other failure; say why it is a refusal, if it is one."""
        self._in_a_row = self._in_a_row + 1 if now - self._began_at < FAST_S else 0
        if now - self._asked_at >= ASK_S:
            self._asked_at = now
            self._found = self._ask(self._address, self._own)
        if self._found == self._own == CURVE and self._in_a_row >= IN_A_ROW:
            return self._wrong_server()
        if self._found == CURVE and self._own == NULL:
            return (
                f"key refused: the trainer on {self._address} lets in only viewers with "
                "keys; say --keys DIR with the files that trainer keygen has made there"
            )
        if self._found == NULL and self._own == CURVE:
            return (
                f"keys refused: the trainer on {self._address} has none; start it with "
                "trainer run --keys DIR, or leave --keys out here"
            )
        return None

    def _wrong_server(self) -> str:
        assert self._keyring is not None, "without keys any server will do"
        return (
            f"key refused: the trainer on {self._address} is not the one of "
            f"{self._keyring.server_path}; fetch that file from the machine that trains"
        )
