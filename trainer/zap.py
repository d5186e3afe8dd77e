"""Who is let in: ZeroMQ's authentication protocol, version 1.0, without a socket.

Source:
    https://rfc.zeromq.org/spec/27/
"""

from collections.abc import Callable, Sequence

# In its own context ZeroMQ asks here before it lets anybody in.
ENDPOINT = "inproc://zeromq.zap.01"
VERSION = b"1.0"


def answer(
    parts: Sequence[bytes], is_allowed: Callable[[bytes, str], bool]
) -> list[bytes]:
    """Answer one request.

    Args:
        parts: As a ROUTER gives them: whom to answer, an empty part, then the request.
        is_allowed: Takes the viewer's public key, 32 bytes, and its address.

    Returns:
        What to send; empty where nobody could be answered.
    """
    if b"" not in parts:
        return []
    start = list(parts).index(b"") + 1
    envelope, request = list(parts[:start]), parts[start:]
    number = request[1] if len(request) > 1 else b""
    let_in = _is_let_in(request, is_allowed)
    status = [b"200", b"", b"viewer"] if let_in else [b"400", b"no access", b""]
    return [*envelope, VERSION, number, *status, b""]


def _is_let_in(
    request: Sequence[bytes], is_allowed: Callable[[bytes, str], bool]
) -> bool:
    if len(request) != 7:
        return False
    version, _, _, address, _, mechanism, key = request
    if version != VERSION or mechanism != b"CURVE":
        return False
    return is_allowed(key, address.decode("ascii", "replace"))
