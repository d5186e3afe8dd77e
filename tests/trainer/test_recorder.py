import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from protocol.assembling import Assembler
from protocol.codec import Part, decode_from_trainer, encode
from protocol.errors import RecordingError
from protocol.events import Arrived, Ended, Event, Joined
from protocol.messages import (
    VERSION,
    ArraySpec,
    End,
    EndReason,
    LayerSpec,
    Manifest,
    Probe,
    SnapshotPart,
    Welcome,
)
from protocol.payload import raw
from protocol.recording import RecordingReader
from protocol.rows import empty
from trainer.errors import TrainerError
from trainer.recorder import WAITING_BYTES, Recorder

ROOT = Path(__file__).parents[2]
RUN = b"r" * 16
UNITS = 90_000  # 360,000 bytes: two parts
MANIFEST = Manifest(
    name="test",
    kind="mlp",
    axis="epoch",
    layers=(LayerSpec(name="input", units=UNITS, activation=""),),
    arrays=(ArraySpec(kind="activation", layer=0, dtype="<f4", shape=(UNITS,)),),
    metrics=("epoch", "loss"),
    classes=(),
    input_shape=(),
    every=1,
    epochs=0,
    started=0.0,
)


def welcome(rows: int = 0) -> list[Part]:
    message = Welcome(
        version=VERSION,
        nonce=bytes(8),
        run=RUN,
        seq=0,
        oldest=0,
        manifest=MANIFEST,
        rows=np.zeros((rows, 2)),
        ended=None,
        viewers=1,
    )
    return encode(message)


def snapshot(seq: int) -> list[SnapshotPart]:
    """A snapshot all of whose bytes are its number, and two metric rows."""
    payloads = [bytes([seq]) * size for size in (1 << 18, 4 * UNITS - (1 << 18))]
    return [
        SnapshotPart(
            run=RUN,
            seq=seq,
            epoch=seq,
            step=seq,
            time=0.0,
            probe=Probe(index=0, label=None),
            skip=0,
            rows=empty(2) if index else np.full((2, 2), float(seq)),
            part=index,
            parts=2,
            payload=raw(payload),
        )
        for index, payload in enumerate(payloads)
    ]


def end(seq: int) -> list[Part]:
    return encode(End(run=RUN, seq=seq, reason=EndReason.DONE))


def offer(recorder: Recorder, *messages: list[Part]) -> None:
    """Offer messages one after the other until each is taken."""
    for message in messages:
        while not recorder.take(message):
            threading.Event().wait(0.001)


def run_of(count: int) -> list[list[Part]]:
    parts = [encode(part) for seq in range(1, count + 1) for part in snapshot(seq)]
    return [welcome(rows=3), *parts, end(count)]


def replay(path: Path) -> list[Event]:
    assembler, events = Assembler(), []
    with path.open("rb") as file:
        for record in RecordingReader(file):
            message = decode_from_trainer(record.parts)
            assert message is not None
            events += assembler.feed(message)
    return events


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run.ncast"


@pytest.fixture
def recorder(path: Path) -> Iterator[Recorder]:
    with Recorder(path) as opened:
        yield opened


def test_recorder_writes_all_that_it_takes(recorder: Recorder, path: Path) -> None:
    offer(recorder, *run_of(3))
    recorder.close()

    joined, *arrived, ended = replay(path)
    assert isinstance(joined, Joined)
    assert [e.snapshot.seq for e in arrived if isinstance(e, Arrived)] == [1, 2, 3]
    assert isinstance(ended, Ended)
    assert recorder.failed is None


def test_recorder_copies_what_it_takes(recorder: Recorder, path: Path) -> None:
    slot = bytearray(b"before")

    recorder.take([slot_part := memoryview(slot)])
    slot_part[:] = b"after!"
    recorder.close()

    with path.open("rb") as file:
        assert [record.parts for record in RecordingReader(file)] == [[b"before"]]


def test_recorder_takes_no_more_than_may_wait_for_the_disk(path: Path) -> None:
    blocked, go_on = threading.Event(), threading.Event()

    class SlowDisk(Recorder):
        def _sync(self) -> None:
            blocked.set()
            go_on.wait(10)

    block: list[Part] = [bytes(1 << 18)]
    with SlowDisk(path) as recorder:
        offer(recorder, block)
        blocked.wait(10)
        taken = 0
        while recorder.take(block):
            taken += 1
        go_on.set()
        offer(recorder, block)

    assert taken == WAITING_BYTES // (1 << 18) + 1
    with path.open("rb") as file:
        assert len(list(RecordingReader(file))) == taken + 2


def test_recorder_gives_snapshots_back_as_they_were(recorder: Recorder) -> None:
    offer(recorder, *run_of(3))
    wait_until_written(recorder, 3)

    stored = recorder.stored(2)

    assert stored is not None
    assert (recorder.oldest, stored.seq, stored.parts, stored.row_end) == (1, 2, 2, 7)
    assert not stored.is_gone
    rows = np.ones((5, 2))
    for index, original in enumerate(snapshot(2)):
        part = stored.part(index, run=RUN, skip=4, rows=rows)
        assert (part.part, part.parts, part.skip) == (index, 2, 4)
        assert part.rows is rows
        assert part.payload == original.payload
        assert decode_from_trainer([bytes(p) for p in encode(part)]) is not None


def test_recorder_has_only_snapshots_that_are_whole(recorder: Recorder) -> None:
    first, second = snapshot(1)
    offer(recorder, welcome(), encode(first))
    assert recorder.stored(1) is None

    offer(recorder, encode(second))
    wait_until_written(recorder, 1)

    assert recorder.stored(1) is not None
    assert recorder.stored(2) is None


def test_stored_raises_when_the_file_has_changed(
    recorder: Recorder, path: Path
) -> None:
    offer(recorder, *run_of(1))
    wait_until_written(recorder, 1)
    stored = recorder.stored(1)
    assert stored is not None

    with path.open("r+b") as file:
        file.seek(-200, 2)
        file.write(b"X" * 100)

    assert stored.part(0, run=RUN, skip=0, rows=empty(2)).part == 0
    with pytest.raises(RecordingError, match="expected a whole record at byte"):
        stored.part(1, run=RUN, skip=0, rows=empty(2))


def test_stored_raises_when_the_recorder_is_closed(recorder: Recorder) -> None:
    offer(recorder, *run_of(1))
    recorder.close()
    stored = recorder.stored(1)
    assert stored is not None

    with pytest.raises(RecordingError, match=r"cannot read '.*run.ncast'"):
        stored.part(0, run=RUN, skip=0, rows=empty(2))


def test_recorder_keeps_a_file_that_has_its_name(path: Path) -> None:
    path.write_bytes(b"first")
    path.with_name("run.1.ncast").write_bytes(b"older")

    with Recorder(path) as recorder:
        kept = recorder.kept

    assert kept == path.with_name("run.2.ncast")
    assert kept.read_bytes() == b"first"
    assert path.with_name("run.1.ncast").read_bytes() == b"older"


@pytest.mark.parametrize("name", ["gone/run.ncast", ".", "a" * 300])
def test_recorder_raises_when_the_file_cannot_be_made(
    tmp_path: Path, name: str
) -> None:
    with pytest.raises(TrainerError, match=r"^cannot record into '.*; choose another"):
        Recorder(tmp_path / name)


# Its files may not be larger than half a mebibyte: as where the disk is full.
FULL_DISK = """
import logging, resource, sys
from pathlib import Path
from trainer.recorder import Recorder

logging.basicConfig(format="%(message)s")
resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 19, 1 << 19))
with Recorder(Path(sys.argv[1])) as recorder:
    while not recorder.failed:
        recorder.take([bytes(1 << 16)])
    print(recorder.failed, recorder.take([b"more"]))
"""


def test_recorder_gives_up_when_the_disk_is_full(path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, path],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )

    assert done.stdout.rstrip().endswith("File too large True")
    assert done.stderr.splitlines() == [
        f"cannot record into {str(path)!r} any more: file too large; the training goes "
        "on, the file holds what came before"
    ]
    with path.open("rb") as file:
        reader = RecordingReader(file)
        assert len(list(reader)) == 7
        assert reader.is_torn


def wait_until_written(recorder: Recorder, seq: int) -> None:
    for _ in range(10_000):
        if recorder.stored(seq):
            return
        threading.Event().wait(0.001)
    raise AssertionError(f"snapshot {seq} was not written")
