"""The trainer's side of a folder of keys: its own, and those of the viewers let in.

Whom it lets in is read anew for each viewer that connects, so that one can be added or
revoked while a run goes on.
"""

import logging
import os
from pathlib import Path

from protocol import limits
from protocol.errors import KeyFileError
from protocol.keys import AUTHORIZED, PUBLIC_ENDING, SERVER_SECRET, Keys, parse
from trainer.errors import TrainerError

LOG = logging.getLogger(__name__)


class Keyring:
    """A folder that `trainer keygen` has made.

    Attributes:
        secret: The trainer's own key, 32 bytes.
        authorized: The folder with the public keys of viewers, one a file.
    """

    def __init__(self, folder: Path) -> None:
        """Read the trainer's own key.

        Raises:
            TrainerError: There is none, or it cannot be read.
            KeyFileError: It is no key, or others can read it.
        """
        self.authorized = folder / AUTHORIZED
        self._ignored: set[str] = set()
        path = folder / SERVER_SECRET
        try:
            secret = _read(path).secret
        except FileNotFoundError as error:
            raise TrainerError(
                f"no key {path}; make it with trainer keygen {folder}"
            ) from error
        except OSError as error:
            why = (error.strerror or str(error)).lower()
            raise TrainerError(f"cannot read {path}: {why}") from error
        assert secret is not None, "its ending asks for a secret key"
        self.secret = secret

    def public_keys(self) -> set[bytes]:
        """Read whom to let in; files that hold no key are told of once."""
        found = set()
        try:
            paths = sorted(self.authorized.glob(f"*{PUBLIC_ENDING}"))
        except OSError:
            paths = []
        for path in paths:
            try:
                if path.is_file():
                    found.add(_read(path).public)
            except (OSError, KeyFileError) as error:
                self._tell(path, error)
        return found

    def _tell(self, path: Path, error: Exception) -> None:
        if path.name not in self._ignored:
            self._ignored.add(path.name)
            LOG.warning("ignored %s: %s", path, error)


def _read(path: Path) -> Keys:
    with path.open("rb") as file:
        mode = os.fstat(file.fileno()).st_mode if os.name == "posix" else 0
        return parse(file.read(limits.KEY_FILE_BYTES + 1), mode, path)
