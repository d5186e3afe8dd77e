"""A recording of real messages that is cut, or of which single bits are flipped."""

import io
import random

import numpy as np
import pytest

from protocol.codec import encode
from protocol.errors import RecordingError
from protocol.index import scan
from protocol.messages import (
    VERSION,
    ArraySpec,
    End,
    EndReason,
    Gap,
    LayerSpec,
    Manifest,
    Message,
    Probe,
    SnapshotPart,
    Welcome,
)
from protocol.payload import raw
from protocol.recording import MAGIC, Record, RecordingReader, append, write_header

RUN = b"r" * 16
MANIFEST = Manifest(
    name="test",
    kind="mlp",
    axis="epoch",
    layers=(LayerSpec(name="input", units=50, activation=""),),
    arrays=(ArraySpec(kind="activation", layer=0, dtype="<f4", shape=(50,)),),
    metrics=("epoch", "loss"),
    classes=("circle", "square"),
    input_shape=(),
    every=1,
    epochs=0,
    started=0.0,
)
FLIPS = 20_000


def welcome() -> Welcome:
    return Welcome(
        version=VERSION,
        nonce=bytes(8),
        run=RUN,
        seq=0,
        oldest=0,
        manifest=MANIFEST,
        rows=np.zeros((1, 2)),
        ended=None,
        viewers=1,
    )


def snapshot(seq: int) -> SnapshotPart:
    payload = np.random.default_rng(seq).bytes(200)
    return SnapshotPart(
        run=RUN,
        seq=seq,
        epoch=seq,
        step=seq,
        time=0.0,
        probe=Probe(index=0, label=None),
        skip=0,
        rows=np.full((2, 2), float(seq)),
        part=0,
        parts=1,
        payload=raw(payload),
    )


MESSAGES: list[Message] = [
    welcome(),
    snapshot(1),
    Gap(run=RUN, first=2, last=3),
    snapshot(4),
    snapshot(5),
    End(run=RUN, seq=5, reason=EndReason.DONE),
]
RECORDS = [Record(1.5, [bytes(p) for p in encode(m)]) for m in MESSAGES]


@pytest.fixture(scope="module")
def whole() -> bytes:
    stream = io.BytesIO()
    write_header(stream)
    for record in RECORDS:
        append(stream, record.parts, record.time)
    return stream.getvalue()


@pytest.fixture(scope="module")
def ends(whole: bytes) -> list[int]:
    """Where each of the records ends, the header of the file first."""
    ends, stream = [len(MAGIC)], io.BytesIO()
    for record in RECORDS:
        ends.append(ends[-1] + append(stream, record.parts, record.time))
    return ends


def read(data: bytes) -> tuple[list[Record], int]:
    reader = RecordingReader(io.BytesIO(data))
    return list(reader), reader.dropped_bytes


def test_exactly_the_whole_records_are_read_wherever_the_file_is_cut(
    whole: bytes, ends: list[int]
) -> None:
    for cut in range(len(MAGIC), len(whole) + 1):
        count = sum(end <= cut for end in ends) - 1

        records, dropped = read(whole[:cut])
        found = scan(io.BytesIO(whole[:cut]))

        assert records == RECORDS[:count]
        assert dropped == found.dropped_bytes == cut - ends[count]
        assert len(found.index) == sum(
            isinstance(message, SnapshotPart) for message in MESSAGES[:count]
        )


def test_every_one_of_many_flipped_bits_is_found(whole: bytes, ends: list[int]) -> None:
    rng = random.Random(4)

    for _ in range(FLIPS):
        place, bit = rng.randrange(len(whole)), rng.randrange(8)
        flipped = bytearray(whole)
        flipped[place] ^= 1 << bit
        count = sum(end <= place for end in ends) - 1

        if count < 0:
            with pytest.raises(RecordingError):
                read(bytes(flipped))
        else:
            assert read(bytes(flipped)) == (RECORDS[:count], len(whole) - ends[count])


def test_nothing_after_a_flipped_bit_is_trusted_by_a_checked_scan(
    whole: bytes, ends: list[int]
) -> None:
    for place in range(len(MAGIC), len(whole)):
        flipped = bytearray(whole)
        flipped[place] ^= 1
        count = sum(end <= place for end in ends) - 1

        found = scan(io.BytesIO(flipped), check=True)

        assert found.end == ends[count]
        assert found.index.seq <= (0, 0, 1, 3, 4, 5, 5)[count]
