"""What is said today is said as it always was."""

import io
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from protocol import headers
from protocol.assembling import Assembler
from protocol.codec import decode_from_trainer, decode_from_viewer, encode
from protocol.events import Arrived, Ended, Joined, Missing
from protocol.messages import FromViewer, Message
from protocol.recording import RecordingReader

KINDS = [*headers.FROM_VIEWER, *headers.FROM_TRAINER]


def decoded(parts: list[bytes], like: Message) -> Message | None:
    decode = decode_from_viewer if isinstance(like, FromViewer) else decode_from_trainer
    return decode(parts)


def same(found: Message | None, expected: Message) -> bool:
    """Whether two messages say the same; those with arrays do not compare themselves."""
    names = [field.name for field in fields(expected)]
    pairs = [(getattr(found, name, None), getattr(expected, name)) for name in names]
    return type(found) is type(expected) and all(
        np.array_equal(one, other, equal_nan=True)
        if isinstance(one, np.ndarray)
        else one == other
        for one, other in pairs
    )


def test_golden_bytes_are_read_as_the_message(
    golden: tuple[Message, list[bytes]],
) -> None:
    message, parts = golden

    assert same(decoded(parts, message), message)


def test_message_is_written_as_the_golden_bytes(
    golden: tuple[Message, list[bytes]],
) -> None:
    message, parts = golden

    assert [bytes(part) for part in encode(message)] == parts


@pytest.mark.parametrize("kind", KINDS)
def test_there_are_golden_bytes_of_every_message(kind: str) -> None:
    assert Path(__file__).with_name(f"{kind}.hex").is_file()


def test_recording_is_written_as_the_golden_one(
    golden_recording: tuple[bytes, bytes],
) -> None:
    golden, made = golden_recording

    assert made == golden


def test_golden_recording_is_read_as_what_was_recorded(
    golden_recording: tuple[bytes, bytes], recorded: Sequence[Message]
) -> None:
    reader = RecordingReader(io.BytesIO(golden_recording[0]))

    records = list(reader)

    assert reader.dropped_bytes == 0
    assert [record.time for record in records] == [
        1_700_000_000.5 + k for k in range(5)
    ]
    for record, message in zip(records, recorded, strict=True):
        assert same(decoded(record.parts, message), message)


def test_golden_recording_tells_the_run(golden_recording: tuple[bytes, bytes]) -> None:
    assembler, events = Assembler(), []

    for record in RecordingReader(io.BytesIO(golden_recording[0])):
        message = decode_from_trainer(record.parts)
        assert message is not None
        events += assembler.feed(message)

    assert [type(event) for event in events] == [
        Joined,
        Arrived,
        Missing,
        Arrived,
        Ended,
    ]
    assert (assembler.seq, assembler.missing, assembler.skipped) == (5, 2, 1)
    last = events[3]
    assert isinstance(last, Arrived)
    assert last.rows[0].tolist() == [124.0, 0.75]
    assert last.snapshot.arrays["class_map", 1].tolist() == [[0, 1, 255], [0, 1, 5]]
