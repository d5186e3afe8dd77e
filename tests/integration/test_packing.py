"""Class maps come packed, raw, live and from recordings, and are always the same."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from protocol import address
from protocol.assembling import Assembler
from protocol.codec import Part, decode_from_trainer
from protocol.events import Arrived, Ended, Event
from protocol.following import Following
from protocol.messages import SnapshotPart, Want
from protocol.recording import RecordingReader, append, write_header
from tests.integration.conftest import Program, Start, wait_until
from viewer.sources import FileSource
from viewer.transport import Connection

SIDE, LAYERS = 600, 30  # two parts each
PLANE = ("space", "--port", "0", "--size", str(SIDE), "--layers", str(LAYERS))


class OldRecorder:
    """A viewer that wants all and knows of no packing; keeps what comes.

    Attributes:
        messages: What the trainer said, as it came.
        events: What that means.
    """

    def __init__(self, where: str) -> None:
        following = Following(Want.ALL, window=8, packings=())
        self.messages: list[list[bytes]] = []
        self.events: list[Event] = []
        receive = following.receive

        def keep(parts: Sequence[Part], now: float) -> list[Event]:
            self.messages.append([bytes(part) for part in parts])
            return receive(parts, now)

        following.receive = keep  # type: ignore[method-assign]
        self._following = following
        self._connection = Connection(address.parse(where), following)

    def look(self) -> None:
        for event in self._connection.exchange():
            self.events.append(event)
            if isinstance(event, Arrived):
                self._following.consumed(event.snapshot.seq, 0.0)

    def close(self) -> None:
        self._connection.close()


@pytest.fixture
def run(start: Start, tmp_path: Path) -> Program:
    """A run that is served for ever, and records itself."""
    own = tmp_path / "own.ncast"
    return start("trainer", *PLANE, "--wait", "1", "--record", own, "--hold")


@pytest.fixture
def watch_as_before(run: Program) -> Iterator[Callable[[], OldRecorder]]:
    """Receive the whole run as a viewer that knows of no packing."""
    opened: list[OldRecorder] = []

    def watch() -> OldRecorder:
        opened.append(OldRecorder(run.address))
        old = opened[-1]
        wait_until(lambda: any(isinstance(e, Ended) for e in old.events), old.look)
        return old

    yield watch
    for each in opened:
        each.close()


def maps_in(events: Sequence[Event]) -> list[bytes]:
    """Give the class maps, each with its number before it."""
    arrived = [event.snapshot for event in events if isinstance(event, Arrived)]
    return [
        each.seq.to_bytes(4, "big") + each.arrays["class_map", 0].tobytes()
        for each in arrived
    ]


def played(path: Path) -> list[Event]:
    events: list[Event] = []
    with FileSource(path) as source:
        while not source.finished:
            events += source.events()
        assert (source.unreadable, source.dropped_bytes) == (0, 0)
    return events


def packings_in(path: Path) -> list[str | None]:
    with path.open("rb") as file:
        messages = [decode_from_trainer(each.parts) for each in RecordingReader(file)]
    parts = [each for each in messages if isinstance(each, SnapshotPart)]
    return [part.payload.packing for part in parts]


def test_maps_are_the_same_packed_and_raw_live_and_recorded(
    run: Program,
    start: Start,
    watch_as_before: Callable[[], OldRecorder],
    tmp_path: Path,
) -> None:
    recorder = start("viewer", "record", run.address, "-o", tmp_path / "all.ncast")
    assert recorder.end() == 0
    raw = maps_in(watch_as_before().events)

    assert len(raw) == LAYERS + 1
    assert len(set(raw)) == LAYERS + 1
    for name in ("all.ncast", "own.ncast"):
        path = tmp_path / name
        assert maps_in(played(path)) == raw
        assert set(packings_in(path)) == {"deflate"}
        assert path.stat().st_size < SIDE * SIDE * LAYERS // 4


def test_recording_of_an_older_program_plays_and_goes_on(
    run: Program,
    start: Start,
    watch_as_before: Callable[[], OldRecorder],
    tmp_path: Path,
) -> None:
    old, path = watch_as_before(), tmp_path / "all.ncast"
    began = [parts for parts in old.messages if is_of(parts, first=10)]
    with path.open("wb") as file:
        write_header(file)
        for parts in began:
            append(file, parts, 0.0)
    assert maps_in(played(path)) == maps_in(old.events)[:10]

    recorder = start("viewer", "record", run.address, "-o", path)
    assert recorder.end() == 0

    assert maps_in(played(path)) == maps_in(old.events)
    assert packings_in(path) == [*[None] * 20, *["deflate"] * 2 * (LAYERS - 9)]


def is_of(parts: list[bytes], first: int) -> bool:
    """Whether a message belongs into a recording of the first snapshots."""
    message = decode_from_trainer(parts)
    if isinstance(message, SnapshotPart):
        return message.seq <= first
    return bool(Assembler().feed(message)) if message else False
