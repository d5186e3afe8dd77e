from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from protocol.address import Address
from protocol.arrays import blob_bytes
from protocol.codec import encode
from protocol.errors import AddressError
from protocol.events import Arrived, Ended, Event, Joined
from protocol.held import Blob, Moment
from protocol.messages import VERSION, EndReason, Hello, Manifest, Probe, Want
from protocol.publishing import Publishing
from protocol.recording import append, write_header
from protocol.ring import Ring
from viewer.errors import ViewerError
from viewer.live import LiveSource
from viewer.sources import FileSource, open_source

PEER = b"peer"


@pytest.fixture
def recording(tmp_path: Path, make_manifest: Callable[..., Manifest]) -> Path:
    """A recording of three snapshots and the end."""
    manifest = make_manifest([4, 3, 2], every=1)
    publishing = Publishing(bytes(16), Ring(manifest, 2**20))
    hello = Hello(version=VERSION, want=Want.ALL, window=8, nonce=bytes(8))
    publishing.receive(PEER, encode(hello), 0.0)
    for epoch in range(3):
        moment = Moment(
            epoch=epoch, step=epoch, time=0.0, probe=Probe(index=0, label=None)
        )
        memory = memoryview(bytes(blob_bytes(manifest.arrays)))
        rows = np.full((1, 5), float(epoch))
        publishing.publish(moment, rows, Blob(memory, lambda: None))
    path = tmp_path / "run.ncast"
    with path.open("wb") as stream:
        write_header(stream)
        while parts := publishing.next_for(PEER, 0.0):
            append(stream, parts, 0.0)
            publishing.accepted(PEER)
        publishing.end(EndReason.DONE)
        while parts := publishing.next_for(PEER, 0.0):
            append(stream, parts, 0.0)
            publishing.accepted(PEER)
    return path


def read(path: Path) -> tuple[list[Event], FileSource]:
    events: list[Event] = []
    with FileSource(path) as source:
        while not source.finished:
            events += source.events(0.1)
    return events, source


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_file_source_counts_its_whole_snapshots_before_it_gives_them(
    recording: Path, count: int
) -> None:
    records = recording.read_bytes().split(b"REC1")
    recording.write_bytes(b"REC1".join(records[: 3 + count])[:-1])

    with FileSource(recording) as source:
        assert source.count() == count
        assert isinstance(source.events()[0], Joined)


def test_file_source_gives_the_events_of_a_recording(recording: Path) -> None:
    events, source = read(recording)

    kinds = [type(event) for event in events]
    assert kinds == [Joined, Arrived, Arrived, Arrived, Ended]
    assert source.dropped_bytes == 0
    assert source.notes() == []


def test_file_source_gives_what_is_whole_of_a_cut_recording(recording: Path) -> None:
    whole = recording.stat().st_size
    end = len(recording.read_bytes().rpartition(b"REC1")[0])
    with recording.open("r+b") as stream:
        stream.truncate(end - 10)

    events, source = read(recording)

    assert [type(event) for event in events] == [Joined, Arrived, Arrived]
    assert 0 < source.dropped_bytes < whole
    assert source.notes() == [
        f"{recording} is cut: {source.dropped_bytes} bytes at its end are no whole "
        "message and were dropped"
    ]


def test_file_source_passes_over_what_it_does_not_understand(recording: Path) -> None:
    with recording.open("ab") as stream:
        append(stream, [b"rubbish"], 0.0)

    events, source = read(recording)

    assert isinstance(events[-1], Ended)
    assert source.notes() == [f"{recording}: messages not understood: 1"]


def test_file_source_raises_when_there_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(ViewerError, match=r"cannot read .*a.ncast: no such file"):
        FileSource(tmp_path / "a.ncast")


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n more"])
def test_file_source_raises_when_it_is_no_recording(
    tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "a.ncast"
    path.write_bytes(content)

    with pytest.raises(ViewerError, match=r"cannot play .*: expected a recording, got"):
        FileSource(path)


def test_file_source_raises_when_no_message_is_whole(recording: Path) -> None:
    with recording.open("r+b") as stream:
        stream.truncate(40)

    with pytest.raises(ViewerError, match="no whole message in it"):
        FileSource(recording)


def test_file_source_raises_when_it_is_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "a.ncast"
    folder.mkdir()

    with pytest.raises(ViewerError, match=r"cannot read .*: is a directory"):
        FileSource(folder)


def test_open_source_opens_a_recording_by_its_ending(recording: Path) -> None:
    with open_source(str(recording)) as source:
        assert isinstance(source, FileSource)


def test_open_source_opens_a_file_of_any_name(recording: Path) -> None:
    path = recording.rename(recording.with_suffix(".old"))

    with open_source(str(path)) as source:
        assert isinstance(source, FileSource)


def test_open_source_connects_to_an_address() -> None:
    with open_source("localhost:5999") as source:
        assert isinstance(source, LiveSource)
        assert source.address == Address("localhost", 5999)


@pytest.mark.parametrize(
    "text", ["", "a b", "127.0.0.1:99999", "no/such/file", "a" * 300]
)
def test_open_source_raises_when_it_is_neither(text: str) -> None:
    with pytest.raises(AddressError, match="expected"):
        open_source(text)
