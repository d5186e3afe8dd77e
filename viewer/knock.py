"""Asks who listens at an address: a ZeroMQ socket with keys, one without, or nobody.

ZeroMQ itself cannot tell: it hangs up on a peer that wants another mechanism, often
before that one has heard which. So this takes part in the first 64 bytes of a
connection, the greeting, and lets the other side read all of ours.

Source:
    https://rfc.zeromq.org/spec/23/
"""

import socket
import time
from contextlib import suppress

from protocol.address import Address

CURVE, NULL = "CURVE", "NULL"

GREETING_BYTES = 64
SIGNATURE = b"\xff" + bytes(8) + b"\x7f"
MAJOR, MINOR = b"\x03", b"\x00"
MECHANISM = slice(12, 32)

LIMIT_S = 1.5


def mechanism_at(address: Address, own: str, limit_s: float = LIMIT_S) -> str | None:
    """Ask for the mechanism of whoever listens.

    Args:
        address: Where.
        own: What to say that we want, so that the other side knows whom it refused.
        limit_s: How long to wait for an answer at most.

    Returns:
        Such as CURVE or NULL; None where nobody answers as ZeroMQ does.
    """
    until = time.monotonic() + limit_s
    try:
        with socket.create_connection((address.host, address.port), limit_s) as peer:
            peer.sendall(SIGNATURE + MAJOR)
            greeting = _receive(peer, GREETING_BYTES, until)
            if greeting[:1] + greeting[9:10] != SIGNATURE[:1] + SIGNATURE[-1:]:
                return None
            found = greeting[MECHANISM].rstrip(b"\0").decode("ascii", "replace")
            if found != own:
                _let_it_read(peer, own, until)
            return found or None
    except OSError:
        return None


def _let_it_read(peer: socket.socket, own: str, until: float) -> None:
    """Send the rest of our greeting, and wait until the other side hangs up."""
    with suppress(OSError):
        peer.sendall(MINOR + own.encode().ljust(20, b"\0") + bytes(32))
        _receive(peer, 1, until)


def _receive(peer: socket.socket, count: int, until: float) -> bytes:
    """Receive so many bytes, fewer where the other side hangs up."""
    found = b""
    while len(found) < count:
        peer.settimeout(max(0.001, until - time.monotonic()))
        more = peer.recv(count - len(found))
        if not more:
            break
        found += more
    return found
