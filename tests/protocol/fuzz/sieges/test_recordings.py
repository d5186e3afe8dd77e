"""Files that no recorder has written."""

import io
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import pytest

from protocol.assembling import Assembler
from protocol.codec import decode_from_trainer
from protocol.errors import DecodeError, RecordingError, VersionError
from protocol.index import scan
from protocol.recording import RecordingReader, append, write_header

if TYPE_CHECKING:
    from tests.protocol.fuzz.conftest import Mutator, Parts

FILES = 300


def recording(messages: "Sequence[Parts]") -> bytes:
    stream = io.BytesIO()
    write_header(stream)
    for number, parts in enumerate(messages):
        append(stream, parts, float(number))
    return stream.getvalue()


def read(data: bytes) -> "list[Parts]":
    """Read a file in all the ways there are; none may raise anything of its own."""
    stream = io.BytesIO(data)
    for check in (False, True):
        stream.seek(0)
        found = scan(stream, check=check)
        assert found.end + found.dropped_bytes == len(data)
    stream.seek(0)
    reader = RecordingReader(stream)
    parts = [record.parts for record in reader]
    assert reader.end + reader.dropped_bytes == len(data)
    return parts


@pytest.mark.parametrize("seed", [1, 2])
def test_spoilt_file_gives_the_records_before_the_damage(
    make_mutator: "Callable[[int], Mutator]", said: "list[Parts]", seed: int
) -> None:
    mutator, whole = make_mutator(seed), recording(said)

    for _ in range(FILES):
        (spoilt,) = mutator.mutate([whole], [whole[::-1]])[:1]
        try:
            found = read(spoilt)
        except RecordingError:
            assert not spoilt.startswith(whole[:8])
        else:
            assert found == said[: len(found)] or len(spoilt) > len(whole)


@pytest.mark.parametrize("seed", [1, 2])
def test_spoilt_messages_in_whole_records_are_counted_or_understood(
    make_mutator: "Callable[[int], Mutator]", said: "list[Parts]", seed: int
) -> None:
    mutator = make_mutator(seed)

    for _ in range(FILES):
        written = []
        for parts in said:
            written.append(parts)
            if mutator.rng.random() < 0.3:
                written[-1] = mutator.mutate(parts, mutator.rng.choice(said))[:130]
        assembler = Assembler()
        for parts in read(recording(written)):
            try:
                message = decode_from_trainer(parts)
                if message is not None:
                    assembler.feed(message)
            except (DecodeError, VersionError):
                pass
