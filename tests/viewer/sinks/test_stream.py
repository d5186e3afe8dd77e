from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from protocol.assembling import Assembler
from protocol.codec import decode_from_trainer
from protocol.events import Arrived, Ended, Event, Joined, Silent
from protocol.messages import EndReason, Manifest
from protocol.recording import RecordingReader
from viewer.errors import ViewerError
from viewer.sinks.stream import StreamSink


@pytest.fixture
def events(
    make_manifest: Callable[..., Manifest],
    make_events: Callable[[Manifest, int], list[Event]],
) -> list[Event]:
    return make_events(make_manifest((6, 4, 3)), 3)


def replay(path: Path) -> tuple[list[Event], list[float]]:
    assembler, events, times = Assembler(), [], []
    with path.open("rb") as file:
        for record in RecordingReader(file):
            message = decode_from_trainer(record.parts)
            assert message is not None
            times.append(record.time)
            events += assembler.feed(message)
    return events, times


def test_stream_gives_the_same_events_back(tmp_path: Path, events: list[Event]) -> None:
    path = tmp_path / "run.ncast"
    sink = StreamSink(path, clock=lambda: 12.5)

    for event in [*events, Ended(reason=EndReason.DONE, text="")]:
        sink.take(event)
    sink.close()

    again, times = replay(path)
    assert [type(event) for event in again] == [
        Joined,
        Arrived,
        Arrived,
        Arrived,
        Ended,
    ]
    assert set(times) == {12.5}
    for before, after in zip(events[1:], again[1:-1], strict=True):
        assert isinstance(before, Arrived)
        assert isinstance(after, Arrived)
        np.testing.assert_array_equal(before.rows, after.rows)
        for key, array in before.snapshot.arrays.items():
            np.testing.assert_array_equal(array, after.snapshot.arrays[key])


def test_stream_is_whole_before_it_is_closed(
    tmp_path: Path, events: list[Event]
) -> None:
    path = tmp_path / "run.ncast"
    sink = StreamSink(path)

    for event in events:
        sink.take(event)

    assert len(replay(path)[0]) == 4
    sink.close()


def test_stream_leaves_out_how_the_connection_is_doing(
    tmp_path: Path, events: list[Event]
) -> None:
    path = tmp_path / "run.ncast"
    sink = StreamSink(path)

    sink.take(events[0])
    sink.take(Silent(since_s=3.0))
    sink.close()

    assert len(replay(path)[0]) == 1


def test_stream_leaves_no_file_when_no_event_came(tmp_path: Path) -> None:
    StreamSink(tmp_path / "run.ncast").close()

    assert list(tmp_path.iterdir()) == []


def test_stream_says_when_the_file_cannot_be_written(
    tmp_path: Path, events: list[Event]
) -> None:
    sink = StreamSink(tmp_path / "gone" / "run.ncast")

    with pytest.raises(ViewerError, match=r"cannot write '.*run.ncast': no such file"):
        sink.take(events[0])


def test_stream_says_in_a_line_that_the_disk_is_full(
    tmp_path: Path, events: list[Event]
) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("needs /dev/full: a file that takes nothing")
    path = tmp_path / "run.ncast"
    path.symlink_to(full)
    sink = StreamSink(path)

    message = r"^cannot write '.*run.ncast': no space left"
    with pytest.raises(ViewerError, match=message):
        sink.take(events[0])
    with pytest.raises(ViewerError, match=message):  # the rest of its buffer
        sink.close()
