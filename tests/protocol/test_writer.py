import io
from itertools import islice
from pathlib import PurePath

import pytest

from protocol.recording import MAGIC, Record, RecordingReader
from protocol.writer import RecordingWriter, other_names


class Disk:
    """Counts how often it is asked to keep what was written."""

    def __init__(self) -> None:
        self.syncs = 0

    def sync(self) -> None:
        self.syncs += 1


@pytest.fixture
def stream() -> io.BytesIO:
    return io.BytesIO()


@pytest.fixture
def disk() -> Disk:
    return Disk()


def records(stream: io.BytesIO) -> list[Record]:
    stream.seek(0)
    return list(RecordingReader(stream))


def test_writer_says_where_each_record_begins(stream: io.BytesIO, disk: Disk) -> None:
    writer = RecordingWriter(stream, disk.sync)

    offsets = [writer.append([b"one", b"two"], 1.0), writer.append([], 2.0)]

    data = stream.getvalue()
    assert [data[offset : offset + 4] for offset in offsets] == [b"REC1", b"REC1"]
    assert offsets[0] == len(MAGIC)
    assert writer.end == len(data)


def test_writer_goes_on_with_a_recording(stream: io.BytesIO, disk: Disk) -> None:
    first = RecordingWriter(stream, disk.sync)
    first.append([b"one"], 1.0)

    RecordingWriter(stream, disk.sync, first.end).append([b"two"], 2.0)

    assert records(stream) == [Record(1.0, [b"one"]), Record(2.0, [b"two"])]


def test_writer_syncs_once_a_second_while_it_writes(
    stream: io.BytesIO, disk: Disk
) -> None:
    writer = RecordingWriter(stream, disk.sync)

    counts = []
    for tenth in range(25):
        writer.append([b"x"], 0.0)
        writer.tick(100 + tenth / 10)
        counts.append(disk.syncs)

    assert counts == [1] * 10 + [2] * 10 + [3] * 5


def test_writer_syncs_the_last_record_when_nothing_follows(
    stream: io.BytesIO, disk: Disk
) -> None:
    writer = RecordingWriter(stream, disk.sync)
    for _ in range(2):
        writer.append([b"x"], 0.0)
        writer.tick(100.0)
    assert not writer.is_synced

    for now in (100.5, 101.0, 101.5, 102.0):
        writer.tick(now)

    assert disk.syncs == 2
    assert writer.is_synced


def test_writer_asks_again_for_what_could_not_be_synced(stream: io.BytesIO) -> None:
    def fail() -> None:
        raise OSError("disk on fire")

    writer = RecordingWriter(stream, fail)
    writer.append([b"x"], 0.0)

    for now in (1.0, 1.1):
        with pytest.raises(OSError, match="fire"):
            writer.tick(now)


def test_other_names_count_up() -> None:
    names = islice(other_names(PurePath("a/run.v2.ncast")), 2)

    assert list(map(str, names)) == ["a/run.v2.1.ncast", "a/run.v2.2.ncast"]
