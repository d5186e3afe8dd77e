"""Key files that somebody has had their hands in."""

from collections.abc import Callable
from pathlib import PurePath
from typing import TYPE_CHECKING

from protocol.errors import KeyFileError
from protocol.keys import CHARACTERS, SERVER_SECRET, Z85, parse, text_of

if TYPE_CHECKING:
    from tests.protocol.fuzz.conftest import Mutator

FILES = 2000


def test_spoilt_key_file_is_refused_or_holds_keys(
    make_mutator: "Callable[[int], Mutator]",
) -> None:
    mutator = make_mutator(1)
    file = text_of("of a trainer", Z85[:CHARACTERS], "0" * CHARACTERS).encode()
    found, said = [], []

    for _ in range(FILES):
        spoilt = mutator.mutate([file], [file[::-1]])[0]
        try:
            found.append(parse(spoilt, 0o600, PurePath(SERVER_SECRET)))
        except KeyFileError as error:
            said.append(str(error))

    assert all(len(keys.public) == len(keys.secret or b"") == 32 for keys in found)
    assert not any("0" * CHARACTERS in text for text in said)
    assert len(said) > len(found) > 0
