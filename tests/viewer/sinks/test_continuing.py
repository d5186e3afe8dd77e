"""What becomes of a recording that is there already."""

import os
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from protocol.assembling import Mark
from protocol.events import Arrived, Ended, Event, Joined
from protocol.index import scan
from protocol.messages import EndReason, Manifest
from viewer.errors import UsageError, ViewerError
from viewer.sinks.stream import StreamSink
from viewer.sources import FileSource
from viewer.timeline import Timeline

DONE = Ended(reason=EndReason.DONE, text="")
RUN, OTHER = bytes(16), b"o" * 16


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run.ncast"


@pytest.fixture
def events(
    make_manifest: Callable[..., Manifest],
    make_events: Callable[[Manifest, int], list[Event]],
) -> list[Event]:
    """The welcome to a run and five snapshots, 25 epochs apart."""
    return make_events(make_manifest((6, 4, 3)), 5)


def write(sink: StreamSink, events: list[Event]) -> list[str]:
    for event in events:
        sink.take(event)
    sink.close()
    return sink.remarks()


def again(events: list[Event], seq: int) -> list[Event]:
    """What a trainer says to a recorder that has snapshots up to `seq`."""
    joined, *arrived = events
    assert isinstance(joined, Joined)
    rows = [e.rows for e in arrived[:seq] if isinstance(e, Arrived)]
    welcome = replace(joined, fresh=False, rows=np.concatenate(rows))
    return [welcome, *arrived[seq:]]


def play(path: Path) -> Timeline:
    timeline = Timeline()
    with FileSource(path) as source:
        while not source.finished:
            for event in source.events():
                timeline.absorb(event)
        assert source.notes() == []
    return timeline


def test_recording_of_the_same_run_is_continued(
    path: Path, events: list[Event]
) -> None:
    write(StreamSink(path), events[:4])
    sink = StreamSink(path)

    mark = sink.resume()
    remarks = write(sink, [*again(events, 3), DONE])

    assert mark == Mark(RUN, 3)
    assert remarks == [f"continues {path} after snapshot 3"]
    assert sink.before == 3
    timeline = play(path)
    assert [each.seq for each in timeline.snapshots] == [1, 2, 3, 4, 5]
    assert timeline.rows[:, 0].tolist() == list(range(101))
    assert (timeline.ended, timeline.lost) == (EndReason.DONE, 0)


def test_recording_is_continued_wherever_it_was_torn(
    path: Path, events: list[Event]
) -> None:
    write(StreamSink(path), events[:4])
    whole = path.read_bytes()
    last = whole.rindex(b"REC1")

    for cut in range(last, len(whole), 7):
        path.write_bytes(whole[:cut])
        sink = StreamSink(path)
        assert sink.resume() == Mark(RUN, 2)
        write(sink, again(events, 2))

        assert [each.seq for each in play(path).snapshots] == [1, 2, 3, 4, 5]
    assert [each.name for each in path.parent.iterdir()] == ["run.ncast"]


def test_recording_that_lacks_snapshots_before_the_end_is_continued(
    path: Path, events: list[Event]
) -> None:
    given_up = Ended(reason=EndReason.DONE, text="", lost=2)
    write(StreamSink(path), [*events[:4], given_up])
    sink = StreamSink(path)

    mark = sink.resume()
    write(sink, [*again(events, 3), DONE])

    assert mark == Mark(RUN, 3)
    timeline = play(path)
    assert [each.seq for each in timeline.snapshots] == [1, 2, 3, 4, 5]
    assert (timeline.ended, timeline.lost) == (EndReason.DONE, 0)


def test_end_that_follows_no_new_snapshot_is_that_of_the_run(
    path: Path, events: list[Event]
) -> None:
    write(StreamSink(path), events)
    sink = StreamSink(path)
    sink.resume()

    write(sink, [*again(events, 5), DONE])

    with path.open("rb") as file:
        index = scan(file, check=True).index
    assert (index.seq, index.ended) == (5, EndReason.DONE)


def test_recording_that_holds_all_stays_as_it_is(
    path: Path, events: list[Event]
) -> None:
    write(StreamSink(path), [*events, DONE])
    before = path.read_bytes()
    sink = StreamSink(path)
    sink.resume()

    remarks = write(sink, [*again(events, 5), DONE])

    assert remarks == [f"{path} holds all of this run already"]
    assert path.read_bytes() == before


@pytest.mark.parametrize("looked", [True, False])
def test_recording_of_another_run_is_kept(
    path: Path, events: list[Event], looked: bool
) -> None:
    write(StreamSink(path), events[:3])
    before = path.read_bytes()
    joined = events[0]
    assert isinstance(joined, Joined)

    sink = StreamSink(path)
    if looked:
        sink.resume()
    remarks = write(sink, [replace(joined, run=OTHER)])

    kept = path.with_name("run.1.ncast")
    assert remarks == [f"what was {path} is kept as {kept}"]
    assert kept.read_bytes() == before
    assert play(path).run == OTHER


def test_recording_is_not_touched_before_the_run_is_known(
    path: Path, events: list[Event]
) -> None:
    write(StreamSink(path), events[:3])
    path.write_bytes(before := path.read_bytes()[:-5])
    sink = StreamSink(path)

    sink.resume()
    sink.tick()
    sink.close()

    assert path.read_bytes() == before


def test_damaged_recording_is_kept(path: Path, events: list[Event]) -> None:
    write(StreamSink(path), events)
    damaged = bytearray(path.read_bytes())
    damaged[-1] ^= 1
    path.write_bytes(damaged)
    end = damaged.rindex(b"REC1")
    sink = StreamSink(path)

    mark = sink.resume()
    remarks = write(sink, events)

    kept = path.with_name("run.1.ncast")
    assert mark is None
    assert remarks == [
        f"{path} is damaged at byte {end}",
        f"what was {path} is kept as {kept}",
    ]
    assert kept.read_bytes() == damaged
    assert len(play(path).snapshots) == 5


@pytest.mark.parametrize("content", [b"a picture", b"NCAST1\r\n"])
def test_file_that_cannot_be_continued_is_kept(
    path: Path, events: list[Event], content: bytes
) -> None:
    path.write_bytes(content)
    path.with_name("run.1.ncast").touch()
    sink = StreamSink(path)

    mark = sink.resume()
    write(sink, events)

    assert mark is None
    assert path.with_name("run.2.ncast").read_bytes() == content


def test_empty_file_is_replaced(path: Path, events: list[Event]) -> None:
    path.touch()
    sink = StreamSink(path)

    assert sink.resume() is None
    assert write(sink, events) == []


def test_recording_is_not_continued_with_other_arrays(
    path: Path, events: list[Event]
) -> None:
    write(StreamSink(path), events)
    before = path.read_bytes()
    joined = events[0]
    assert isinstance(joined, Joined)
    fewer = replace(joined.manifest, arrays=joined.manifest.arrays[:2])
    sink = StreamSink(path)
    sink.resume()

    with pytest.raises(
        ViewerError, match=r"^cannot continue .*run.ncast': it holds ot"
    ):
        sink.take(replace(joined, fresh=False, manifest=fewer))

    sink.close()
    assert path.read_bytes() == before


@pytest.mark.skipif(os.name == "nt", reason="a file in use cannot be renamed there")
def test_recording_is_written_by_one_program_only(
    path: Path, events: list[Event]
) -> None:
    first = StreamSink(path)
    first.take(events[0])

    with pytest.raises(UsageError, match=r"another program is writing '.*run.ncast'"):
        StreamSink(path).resume()

    write(first, events[1:])
    assert len(play(path).snapshots) == 5


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a named pipe")
def test_recording_goes_into_a_pipe(tmp_path: Path, events: list[Event]) -> None:
    pipe = tmp_path / "pipe.ncast"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    sink = StreamSink(pipe)

    assert sink.resume() is None
    write(sink, events)

    reader.join(10)
    copy = tmp_path / "copy.ncast"
    copy.write_bytes(read[0])
    assert len(play(copy).snapshots) == 5
