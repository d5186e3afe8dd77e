"""CURVE keys as text files: names, content, and who may read them.

How it works. `trainer keygen DIR` makes

    server.key             public   goes to every viewer
    server.key_secret      secret   stays with the trainer
    viewer.key_secret      secret   goes to one viewer
    authorized/viewer.key  public   lets that viewer in, as long as it is there

each of at most 4096 bytes of ASCII, where # begins a comment:

    public: <40 characters, Z85 of 32 bytes>
    secret: <40 characters>                     in *.key_secret only
"""

import stat
from dataclasses import dataclass, field
from pathlib import PurePath

from protocol import limits
from protocol.errors import KeyFileError

PUBLIC_ENDING, SECRET_ENDING = ".key", ".key_secret"
SERVER_PUBLIC, SERVER_SECRET = "server.key", "server.key_secret"
VIEWER = "viewer"
AUTHORIZED = "authorized"

# Who is asked for a viewer's key, see the ZAP of ZeroMQ.
DOMAIN = b"neurocast"

CHARACTERS = 40
Z85 = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#"
_VALUES = {character: value for value, character in enumerate(Z85)}


@dataclass(frozen=True, kw_only=True, slots=True)
class Keys:
    """What one file holds.

    Attributes:
        public: 32 bytes.
        secret: 32 bytes; None in a file of a public key.
    """

    public: bytes
    secret: bytes | None = field(default=None, repr=False)


def text_of(comment: str, public: str, secret: str | None = None) -> str:
    """Write the content of a key file.

    Args:
        comment: One line for people.
        public: 40 characters.
        secret: 40 characters, or None.
    """
    lines = [f"# {comment}", f"public: {public}"]
    if secret is not None:
        lines.append(f"secret: {secret}")
    return "\n".join(lines) + "\n"


def parse(content: bytes, mode: int, path: PurePath) -> Keys:
    """Read the content of a key file.

    Args:
        content: The file, or its first 4097 bytes.
        mode: Its permissions; 0 where the system has none.
        path: Where it lies; an ending of .key_secret asks for a secret key.

    Raises:
        KeyFileError: It is no key file, or one that others can read.
    """
    is_secret = path.name.endswith(SECRET_ENDING)
    if is_secret and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise KeyFileError(
            f"expected {path} to be readable by you only, got mode "
            f"{stat.S_IMODE(mode):o}; say chmod 600 {path}"
        )
    fields = _fields(content, path)
    wanted = ("public", "secret") if is_secret else ("public",)
    if tuple(sorted(fields)) != wanted:
        raise KeyFileError(
            f"expected {' and '.join(f'a {name} key' for name in wanted)}, got "
            f"{' and '.join(sorted(fields)) or 'none'} - in {path}"
        )
    found = {name: _decode(text, name, path) for name, text in fields.items()}
    return Keys(public=found["public"], secret=found.get("secret"))


def _fields(content: bytes, path: PurePath) -> dict[str, str]:
    if len(content) > limits.KEY_FILE_BYTES:
        raise KeyFileError(
            f"expected at most {limits.KEY_FILE_BYTES} bytes, got more - in {path}"
        )
    fields: dict[str, str] = {}
    for number, line in enumerate(content.decode("ascii", "replace").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        name, colon, value = line.partition(":")
        if not colon or name not in ("public", "secret") or name in fields:
            # The line is not shown: it may be a secret.
            raise KeyFileError(
                f"expected one line 'public: ...' or 'secret: ...' each, got another "
                f"in line {number} - in {path}"
            )
        fields[name] = value.strip()
    return fields


def _decode(text: str, name: str, path: PurePath) -> bytes:
    """Decode Z85: five characters are a big-endian number of four bytes, in base 85."""
    if len(text) == CHARACTERS and all(character in _VALUES for character in text):
        numbers = []
        for start in range(0, CHARACTERS, 5):
            number = 0
            for character in text[start : start + 5]:
                number = number * 85 + _VALUES[character]
            numbers.append(number)
        if all(number < 1 << 32 for number in numbers):
            return b"".join(number.to_bytes(4, "big") for number in numbers)
    raise KeyFileError(
        f"expected {CHARACTERS} characters of Z85 as the {name} key, got "
        f"{len(text)} that are no key - in {path}"
    )
