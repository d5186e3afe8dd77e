"""Previews of large matrices, from the training to the picture."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from protocol.events import Arrived, Joined
from protocol.messages import ArraySpec, Snapshot
from viewer.sources import FileSource

if TYPE_CHECKING:
    from tests.integration.conftest import Start, Viewer, Watch

LARGE = ("--hidden", "3000,400", "--epochs", "2", "--every", "2")


def newest(viewer: "Viewer") -> tuple[Snapshot, dict[tuple[str, int], ArraySpec]]:
    """Wait for the end state of a run, and what its arrays are."""
    (joined,) = viewer.wait_for(Joined)
    arrived = viewer.wait_for(Arrived, 2)[-1]
    assert isinstance(joined, Joined)
    assert isinstance(arrived, Arrived)
    return arrived.snapshot, {spec.key: spec for spec in joined.manifest.arrays}


def snapshots_in(path: Path) -> list[Snapshot]:
    found = []
    with FileSource(path) as source:
        while not source.finished:
            found += [e.snapshot for e in source.events() if isinstance(e, Arrived)]
    return found


def test_preview_holds_the_strongest_weights_of_the_same_run(
    train: "Start", watch: "Watch"
) -> None:
    whole_run = train(*LARGE, "--max-cells", "0", "--wait", "1")
    run = train(*LARGE, "--max-cells", "4096", "--wait", "1")

    whole, _ = newest(watch(whole_run.address))
    sent, specs = newest(watch(run.address))

    spec = specs["weights", 2]
    assert spec.full_shape == (3000, 400)
    places = [
        np.arange(full) * side // full
        for full, side in zip(spec.full_shape, spec.shape, strict=True)
    ]
    weights, found = whole.arrays["weights", 2].astype("<f2"), sent.arrays["weights", 2]
    block = np.ix_(*places)
    strongest, is_one_of_them = np.zeros(spec.shape, "<f2"), np.zeros(spec.shape, bool)
    np.maximum.at(strongest, block, np.abs(weights))
    np.logical_or.at(is_one_of_them, block, weights == found[block])
    np.testing.assert_array_equal(np.abs(found), strongest)
    assert is_one_of_them.all()
    np.testing.assert_array_equal(
        sent.arrays["activity", 1], whole.arrays["activity", 1]
    )


def test_recorder_gets_all_weights_when_it_asks_for_them(
    start: "Start", train: "Start", tmp_path: Path
) -> None:
    usual, full = tmp_path / "usual.ncast", tmp_path / "full.ncast"
    trainer = train(*LARGE, "--max-cells", "4096", "--wait", "2")
    recorders = [
        start("viewer", "record", trainer.address, "-o", usual),
        start("viewer", "record", trainer.address, "-o", full, "--full"),
    ]

    assert [recorder.end() for recorder in recorders] == [0, 0]

    few, all_weights = snapshots_in(usual), snapshots_in(full)
    assert [s.seq for s in few] == [s.seq for s in all_weights]
    assert few[0].arrays["weights", 2].shape == (64, 64)
    assert all_weights[0].arrays["weights", 2].shape == (3000, 400)


def test_recorder_says_that_whole_snapshots_are_too_large_for_the_trainer(
    start: "Start", train: "Start", tmp_path: Path
) -> None:
    path = tmp_path / "full.ncast"
    small = ("--max-cells", "4096", "--buffer", "1M")
    trainer = train(*LARGE, *small, "--wait", "1")

    recorder = start("viewer", "record", trainer.address, "-o", path, "--full")

    assert recorder.end() == 0
    assert any("larger --buffer" in line for line in recorder.lines)
    assert snapshots_in(path)[0].arrays["weights", 2].shape == (64, 64)


def test_run_of_previews_is_drawn(
    start: "Start", train: "Start", tmp_path: Path
) -> None:
    path = tmp_path / "run.png"
    trainer = train(*LARGE, "--max-cells", "4096", "--wait", "1")

    recorder = start(
        "viewer", "record", trainer.address, "-o", path, "--size", "640x360"
    )

    assert recorder.end() == 0
    with Image.open(path) as picture:
        assert picture.size == (640, 360)


def test_info_of_a_recording_names_previews(
    start: "Start", train: "Start", tmp_path: Path
) -> None:
    path = tmp_path / "run.ncast"
    trainer = train(*LARGE, "--max-cells", "4096", "--wait", "1")
    assert start("viewer", "record", trainer.address, "-o", path).end() == 0

    info = start("viewer", "info", path, "--json")

    assert info.end() == 0
    assert json.loads(info.out)["previews"] == [
        "hidden 1: 64 × 64 of 64 × 3000",
        "hidden 2: 64 × 64 of 3000 × 400",
    ]
