import io
import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol import limits
from protocol.errors import RecordingError
from protocol.recording import MAGIC, Record, RecordingReader, append, write_header

RECORDS = [
    Record(float(i), [bytes([i]) * size for size in sizes])
    for i, sizes in enumerate([(3,), (200, 0, 17), (), (64, 1), (5,)])
]


def recording(records: Sequence[Record]) -> bytes:
    stream = io.BytesIO()
    write_header(stream)
    for record in records:
        append(stream, record.parts, record.time)
    return stream.getvalue()


def read(data: bytes) -> tuple[list[Record], int]:
    reader = RecordingReader(io.BytesIO(data))
    records = list(reader)
    return records, reader.dropped_bytes


PARTS = st.lists(st.binary(max_size=50), max_size=4)
TIMES = st.floats(allow_nan=False, allow_infinity=False)


@given(st.lists(st.builds(Record, TIMES, PARTS), max_size=5))
def test_reader_gives_back_what_was_appended(records: list[Record]) -> None:
    assert read(recording(records)) == (records, 0)


def test_reader_gives_the_whole_records_wherever_the_file_is_cut() -> None:
    whole = recording(RECORDS)
    ends = [len(recording(RECORDS[:n])) for n in range(len(RECORDS) + 1)]

    for cut in range(len(MAGIC), len(whole) + 1):
        records, dropped = read(whole[:cut])

        count = sum(end <= cut for end in ends) - 1
        assert records == RECORDS[:count]
        assert dropped == cut - ends[count]


def test_reader_gives_nothing_from_the_first_flipped_bit_on() -> None:
    whole = recording(RECORDS)
    ends = [len(recording(RECORDS[:n])) for n in range(len(RECORDS) + 1)]

    for place in range(len(MAGIC), len(whole)):
        for bit in range(8):
            flipped = bytearray(whole)
            flipped[place] ^= 1 << bit
            records, dropped = read(bytes(flipped))

            count = sum(end <= place for end in ends) - 1
            assert records == RECORDS[:count]
            assert dropped == len(whole) - ends[count]


@given(st.binary(max_size=200))
def test_reader_counts_any_bytes_as_dropped(rest: bytes) -> None:
    records, dropped = read(recording(RECORDS) + b"?" + rest)

    assert records == RECORDS
    assert dropped == 1 + len(rest)


@pytest.mark.parametrize("time", [float("nan"), float("inf")])
def test_reader_stops_at_a_time_that_is_none(time: float) -> None:
    records, dropped = read(recording([*RECORDS, Record(time, [b"x"])]))

    assert records == RECORDS
    assert dropped > 0


@pytest.mark.parametrize("cut", range(len(MAGIC)))
def test_reader_raises_when_the_file_is_no_recording(cut: int) -> None:
    with pytest.raises(
        RecordingError, match="expected a recording, got a file that begins"
    ):
        RecordingReader(io.BytesIO(MAGIC[:cut]))


def test_reader_raises_when_line_ends_were_converted() -> None:
    converted = recording(RECORDS).replace(b"\r\n", b"\n")

    with pytest.raises(RecordingError, match="NCAST1"):
        RecordingReader(io.BytesIO(converted))


class Asked(io.BytesIO):
    """A stream that notes the largest read it was asked for."""

    most = 0

    def read(self, size: int | None = -1, /) -> bytes:
        self.most = max(self.most, -1 if size is None else size)
        return super().read(size)


def test_reader_asks_for_no_more_than_a_part_whatever_the_file_claims() -> None:
    rng = random.Random(0)
    for _ in range(500):
        head = b"REC1" + bytes(8) + rng.choice([b"\1\0\0\0", rng.randbytes(4)])
        stream = Asked(MAGIC + head + rng.randbytes(50))

        assert list(RecordingReader(stream)) == []
        assert 0 < stream.most <= limits.PART_BYTES


def test_first_parts_are_those_of_the_whole_records_wherever_the_file_is_cut() -> None:
    whole = recording(RECORDS)

    for cut in range(len(MAGIC), len(whole) + 1):
        reader = RecordingReader(io.BytesIO(whole[:cut]))

        found = list(reader.first_parts())

        records, _ = read(whole[:cut])
        assert found == [(record.parts or [b""])[0] for record in records]
