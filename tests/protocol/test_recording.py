import io
import random
import struct
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol import limits
from protocol.errors import RecordingError
from protocol.recording import (
    MAGIC,
    Record,
    RecordingReader,
    append,
    read_record,
    write_header,
)

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


@pytest.mark.parametrize("check", [False, True])
def test_entries_are_those_of_the_whole_records_wherever_the_file_is_cut(
    check: bool,
) -> None:
    whole = recording(RECORDS)

    for cut in range(len(MAGIC), len(whole) + 1):
        reader = RecordingReader(io.BytesIO(whole[:cut]))

        entries = list(reader.entries(check=check))

        records, dropped = read(whole[:cut])
        assert [entry.header for entry in entries] == [
            (record.parts or [b""])[0] for record in records
        ]
        assert [entry.time for entry in entries] == [record.time for record in records]
        assert (reader.dropped_bytes, reader.is_torn) == (dropped, dropped > 0)
        assert reader.end == cut - dropped


def test_record_is_read_from_where_its_entry_says() -> None:
    stream = io.BytesIO(recording(RECORDS))
    entries = list(RecordingReader(stream).entries())

    again = [read_record(stream, entry.offset) for entry in reversed(entries)]

    assert again == RECORDS[::-1]


@pytest.mark.parametrize("offset", [0, 9, 1 << 40])
def test_record_cannot_be_read_from_elsewhere(offset: int) -> None:
    stream = io.BytesIO(recording(RECORDS))

    with pytest.raises(
        RecordingError, match=f"expected a whole record at byte {offset}"
    ):
        read_record(stream, offset)


def test_entries_are_checked_only_if_asked_for() -> None:
    flipped = bytearray(recording(RECORDS))
    flipped[-5] ^= 1  # in the payload of the last record

    counts = [
        len(list(RecordingReader(io.BytesIO(flipped)).entries(check=check)))
        for check in (False, True)
    ]

    assert counts == [len(RECORDS), len(RECORDS) - 1]


def test_damage_is_not_taken_for_a_torn_record() -> None:
    flipped = bytearray(recording(RECORDS))
    flipped[-1] ^= 1

    reader = RecordingReader(io.BytesIO(flipped))
    list(reader)

    assert reader.dropped_bytes > 0
    assert not reader.is_torn


def test_reader_reads_on_as_far_as_a_growing_file_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "run.ncast"
    with path.open("wb") as writing, path.open("rb") as reading:
        write_header(writing)
        append(writing, [b"one"], 1.0)
        reader = iter(RecordingReader(reading))
        assert next(reader) == Record(1.0, [b"one"])

        append(writing, [b"two"], 2.0)
        assert next(reader) == Record(2.0, [b"two"])

        writing.write(b"REC1 and the rest is under way")
        writing.flush()
        assert list(reader) == []


class Pipe(io.BytesIO):
    """A stream that cannot go back and does not know its length."""

    def seekable(self) -> bool:
        return False

    def seek(self, offset: int, whence: int = 0, /) -> int:
        raise io.UnsupportedOperation

    tell = None  # type: ignore[assignment]


def test_reader_reads_a_stream_whose_end_is_not_known() -> None:
    whole = recording(RECORDS)

    for rest in (b"", b"REC1", b"?" * 100):
        reader = RecordingReader(Pipe(whole + rest))

        assert list(reader) == RECORDS
        assert (reader.dropped_bytes, reader.end) == (len(rest), len(whole))


# A megabyte that is not there: 4 parts of 256 KiB.
CLAIM = struct.pack("<4sdI4I", b"REC1", 0.0, 4, *[1 << 18] * 4)


def test_reader_asks_for_nothing_that_goes_beyond_the_end_of_the_file() -> None:
    stream = Asked(MAGIC + CLAIM + bytes((1 << 20) - 1))

    assert list(RecordingReader(stream)) == []
    assert 0 < stream.most <= 16


def test_reader_asks_for_one_part_at_a_time_where_the_end_is_not_known() -> None:
    class AskedPipe(Asked, Pipe):
        pass

    stream = AskedPipe(MAGIC + CLAIM + bytes(1000))

    assert list(RecordingReader(stream)) == []
    assert stream.most == limits.PART_BYTES
