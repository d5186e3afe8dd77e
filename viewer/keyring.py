"""The viewer's side of a folder of keys: its own, and the trainer's public one."""

import os
from dataclasses import dataclass
from pathlib import Path

from protocol import limits
from protocol.keys import (
    SECRET_ENDING,
    SERVER_PUBLIC,
    SERVER_SECRET,
    VIEWER,
    Keys,
    parse,
)
from viewer.errors import UsageError


@dataclass(frozen=True, kw_only=True, slots=True)
class Keyring:
    """What a viewer needs to be let in.

    Attributes:
        own: Its own pair.
        own_path: Where that was read.
        server: The trainer's public key, 32 bytes.
        server_path: Where that was read.
    """

    own: Keys
    own_path: Path
    server: bytes
    server_path: Path


def read_keyring(folder: Path) -> Keyring:
    """Read the keys in a folder.

    Raises:
        UsageError: One is missing, or there are several to choose from.
        KeyFileError: One is no key, or others can read it.
    """
    server_path = folder / SERVER_PUBLIC
    server = _read(server_path)
    own_path = _own_path(folder)
    own = _read(own_path)
    return Keyring(
        own=own, own_path=own_path, server=server.public, server_path=server_path
    )


def _own_path(folder: Path) -> Path:
    """Choose viewer.key_secret, or else the only one that is not the trainer's."""
    usual = folder / f"{VIEWER}{SECRET_ENDING}"
    if usual.exists():
        return usual
    others = sorted(
        path for path in folder.glob(f"*{SECRET_ENDING}") if path.name != SERVER_SECRET
    )
    if len(others) > 1:
        names = ", ".join(path.name for path in others)
        raise UsageError(
            f"expected one viewer's key in {folder}, got {names}; call the one to use "
            f"{usual.name}, or move the others away"
        )
    return others[0] if others else usual


def _read(path: Path) -> Keys:
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode if os.name == "posix" else 0
            return parse(file.read(limits.KEY_FILE_BYTES + 1), mode, path)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise UsageError(
            f"no key {path}; fetch it from the machine that trains, where trainer "
            "keygen DIR makes it"
        ) from error
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise UsageError(f"cannot read {path}: {why}") from error
