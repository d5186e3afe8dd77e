from pathlib import Path

import numpy as np

from protocol.events import Arrived, Ended, Joined
from protocol.messages import Want
from tests.integration.conftest import Start, Watch

SMALL = ("space", "--port", "0", "--size", "60", "--layers", "80", "--wait", "1")


def test_a_recorder_gets_every_layer_of_a_plane(
    start: Start, watch: Watch, tmp_path: Path
) -> None:
    model = tmp_path / "model.npz"
    run = start("trainer", *SMALL, "--save", model)

    viewer = watch(run.address, Want.ALL)
    viewer.wait_for(Ended)

    assert run.end() == 0
    maps = [
        event.snapshot.arrays["class_map", 0]
        for event in viewer.events
        if isinstance(event, Arrived)
    ]
    assert viewer.seqs == list(range(1, 82))
    left = [np.count_nonzero(cells == 255) for cells in maps]
    assert left == sorted(left, reverse=True)
    assert left[-1] == 0
    np.testing.assert_array_equal(maps[-1], np.load(model)["class_map"])


def test_who_joins_late_gets_the_curves_of_all_layers(
    start: Start, watch: Watch
) -> None:
    run = start("trainer", *SMALL, "--hold")
    watch(run.address).wait_for(Ended)

    late = watch(run.address)
    late.wait_for(Ended)

    (joined,) = late.of(Joined)
    assert isinstance(joined, Joined)
    np.testing.assert_array_equal(joined.rows[:, 0], np.arange(81))
    assert late.seqs == [81]
