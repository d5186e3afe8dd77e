"""HOST:PORT as people type it."""

import re
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

from protocol.errors import AddressError

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 5556

_SHAPE = re.compile(
    r"""(?: tcp:// )?
        (?: \[ (?P<v6> [^\[\]]* ) \] | (?P<host> [^\[\]:]* ) )
        (?: : (?P<port> [0-9]{1,5} ) )?""",
    re.VERBOSE,
)
_HOST = re.compile(r"\*|[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,252})")


@dataclass(frozen=True, slots=True)
class Address:
    """A machine and a TCP port.

    Attributes:
        host: Name or number, an IPv6 number without brackets, or "*" for every
            address of this machine.
        port: 0 asks for any free port where an address is bound.
    """

    host: str
    port: int

    @property
    def endpoint(self) -> str:
        """The address as ZeroMQ wants it."""
        return f"tcp://{self}"

    @property
    def is_loopback(self) -> bool:
        """True where only programs on this machine can reach it."""
        if self.host.lower() == "localhost":
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


def parse(text: str) -> Address:
    """Read what a person typed.

    Args:
        text: HOST:PORT, [IPV6]:PORT, tcp://HOST:PORT, HOST, :PORT or PORT; what is left
            out is this machine and port 5556.

    Raises:
        AddressError: It is none of these.
    """
    text = text.strip()
    if text.isascii() and text.isdigit():
        text = f":{text}"
    elif _is_v6(text):
        text = f"[{text}]"
    match = _SHAPE.fullmatch(text)
    if not text or match is None:
        raise AddressError(_expected(text))
    port = int(match["port"] or DEFAULT_PORT)
    if not 1 <= port <= 65535:
        raise AddressError(f"expected a port from 1 to 65535, got {port} - in {text!r}")
    return Address(_host(match, text), port)


def _host(match: re.Match[str], text: str) -> str:
    if match["v6"] is not None:
        if not _is_v6(match["v6"]):
            raise AddressError(_expected(text))
        return match["v6"]
    host = match["host"] or DEFAULT_HOST
    if not _HOST.fullmatch(host):
        raise AddressError(_expected(text))
    return host


def _is_v6(text: str) -> bool:
    try:
        IPv6Address(text)
    except ValueError:
        return False
    return True


def _expected(text: str) -> str:
    return f"expected HOST:PORT such as {DEFAULT_HOST}:{DEFAULT_PORT}, got {text!r}"
