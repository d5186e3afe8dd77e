"""Where viewers connect: an address, who is let in, and the socket for it."""

import re
import shlex
from collections.abc import Callable
from pathlib import Path

from protocol.address import DEFAULT_HOST, Address, parse
from protocol.errors import AddressError
from trainer.errors import UsageError
from trainer.keyring import Keyring
from trainer.listener import Listener

ANY_PORT = re.compile(r"(.+):0")


def listen(
    address: str | Address | None,
    *,
    keys: str | Path | None,
    insecure: bool,
    say: Callable[[str], None],
) -> Listener:
    """Take an address.

    Args:
        address: Where to listen, port 0 for any that is free; None for nowhere.
        keys: Folder of keys; None lets everyone in who can connect.
        insecure: Whether others than this machine may be among them.
        say: Takes lines for people.

    Raises:
        UsageError: The address is none, or open to anyone though nobody said so.
        TrainerError: The keys or the address cannot be used.
    """
    if not isinstance(address, Address | None):
        address = address_of(str(address))  # a port alone may come as a number
    if address is None:
        return Listener(None)
    if keys is not None and insecure:
        raise UsageError("expected keys or insecure, got both; leave one out")
    if not (address.is_loopback or insecure or keys is not None):
        raise UsageError(
            f"anyone on the network could watch on {address}; let in only whom you know "
            "with keys that trainer keygen makes, or listen on "
            f"{DEFAULT_HOST}:{address.port}, or allow it with insecure"
        )
    return Listener(address, None if keys is None else _keyring(Path(keys), say))


def address_of(text: str) -> Address:
    """Read HOST:PORT where port 0 means any that is free.

    Raises:
        UsageError: It is none.
    """
    match = ANY_PORT.fullmatch(text.strip())
    try:
        found = parse(match[1] if match else text)
    except AddressError as error:
        raise UsageError(str(error)) from error
    return Address(found.host, 0) if match else found


def _keyring(folder: Path, say: Callable[[str], None]) -> Keyring:
    keyring = Keyring(folder)
    if not keyring.public_keys():
        say(
            f"nobody can watch yet: there is no key in {keyring.authorized}; make one "
            f"with trainer keygen {shlex.quote(str(folder))} --viewer NAME"
        )
    return keyring
