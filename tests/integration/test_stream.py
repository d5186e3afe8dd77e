"""A trainer and its viewers in processes of their own: everybody gets everything."""

import json
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from protocol.events import Arrived, Ended, Joined
from protocol.messages import EndReason, Want
from viewer.sources import FileSource
from viewer.timeline import Timeline

if TYPE_CHECKING:
    from tests.integration.conftest import Start, Viewer, Watch

from_the_start = ("--epochs", "40", "--every", "2")


def epochs_of(viewer: "Viewer") -> list[int]:
    timeline = Timeline()
    for event in viewer.events:
        timeline.absorb(event)
    return [int(epoch) for epoch in timeline.rows[:, 0]]


def seqs_in(path: Path) -> list[int]:
    found = []
    with FileSource(path) as source:
        while not source.finished:
            events = source.events()
            found += [e.snapshot.seq for e in events if isinstance(e, Arrived)]
    return found


def test_recorders_and_a_live_viewer_all_get_what_they_asked_for(
    start: "Start", train: "Start", watch: "Watch", tmp_path: Path
) -> None:
    path = tmp_path / "run.ncast"
    trainer = train(*from_the_start, "--wait", "3", "--json")
    recorder = start("viewer", "record", trainer.address, "-o", path)
    everything = watch(trainer.address, Want.ALL)
    live = watch(trainer.address)

    for viewer in (everything, live):
        viewer.wait_for(Ended)

    assert (trainer.end(), recorder.end()) == (0, 0)
    assert everything.seqs == seqs_in(path) == list(range(1, 22))
    assert live.seqs[-1] == 21
    assert epochs_of(live) == epochs_of(everything) == list(range(41))
    assert json.loads(trainer.out)["ended"] == "done"
    assert json.loads(trainer.out)["snapshots"] == 21


def test_arrays_of_a_recording_are_those_of_the_live_stream(
    start: "Start", train: "Start", watch: "Watch", tmp_path: Path
) -> None:
    path = tmp_path / "run.ncast"
    trainer = train("--epochs", "4", "--every", "2", "--wait", "2")
    recorder = start("viewer", "record", trainer.address, "-o", path)
    viewer = watch(trainer.address, Want.ALL)

    viewer.wait_for(Ended)
    assert recorder.end() == 0

    with FileSource(path) as source:
        again = [e for _ in range(9) for e in source.events() if isinstance(e, Arrived)]
    for first, second in zip(viewer.of(Arrived), again, strict=True):
        assert isinstance(first, Arrived)
        assert first.snapshot.arrays.keys() == second.snapshot.arrays.keys()
        for key, array in first.snapshot.arrays.items():
            np.testing.assert_array_equal(array, second.snapshot.arrays[key])


def test_viewer_that_joins_in_the_middle_gets_all_rows_first(
    train: "Start", watch: "Watch"
) -> None:
    trainer = train("--epochs", "1000", "--every", "1", "--pace", "0.05")
    trainer.wait_for_line(r"^epoch 5/1000")

    viewer = watch(trainer.address)
    viewer.wait_for(Arrived)

    joined, arrived = viewer.events[:2]
    assert isinstance(joined, Joined)
    assert joined.fresh
    assert joined.ended is None
    assert len(joined.rows) >= 6
    assert list(joined.rows[:, 0]) == list(range(len(joined.rows)))
    assert isinstance(arrived, Arrived)
    assert arrived.lost == 0


def test_viewer_that_joins_after_the_end_gets_rows_and_newest_snapshot(
    train: "Start", watch: "Watch"
) -> None:
    trainer = train(*from_the_start, "--hold")
    trainer.wait_for_line("until Ctrl-C")

    viewer = watch(trainer.address)
    viewer.wait_for(Ended)

    joined = viewer.events[0]
    assert isinstance(joined, Joined)
    assert joined.ended is EndReason.DONE
    assert list(joined.rows[:, 0]) == list(range(41))
    assert viewer.seqs == [21]
    trainer.signal(signal.SIGINT)
    assert trainer.end() == 0
    assert "Traceback" not in "\n".join(trainer.lines)


def test_recorder_that_comes_after_the_end_gets_every_snapshot(
    start: "Start", train: "Start", tmp_path: Path
) -> None:
    path = tmp_path / "run.ncast"
    trainer = train(*from_the_start, "--hold")
    trainer.wait_for_line("until Ctrl-C")

    recorder = start("viewer", "record", trainer.address, "-o", path)

    assert recorder.end() == 0
    assert seqs_in(path) == list(range(1, 22))


def test_trainer_goes_on_when_a_viewer_is_killed(
    start: "Start", train: "Start", tmp_path: Path
) -> None:
    path = tmp_path / "run.ncast"
    trainer = train(*from_the_start, "--wait", "1", "--pace", "0.05")
    recorder = start("viewer", "record", trainer.address, "-o", path)
    trainer.wait_for_line(r"^epoch 4/40")

    recorder.signal(signal.SIGKILL)

    assert trainer.end() == 0
    assert trainer.out.startswith("done: 40 epochs")
    seqs = seqs_in(path)
    assert seqs == list(range(1, len(seqs) + 1))
