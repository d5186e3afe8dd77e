"""A trained network is tried while others watch."""

from pathlib import Path
from typing import TYPE_CHECKING

from protocol.events import Ended, Joined

if TYPE_CHECKING:
    from tests.integration.conftest import Start, Watch


def test_live_viewer_gets_every_picture_that_is_tried(
    train: "Start", start: "Start", watch: "Watch", pictures: Path, tmp_path: Path
) -> None:
    model = tmp_path / "model.npz"
    assert train("--epochs", "3", "--save", model).end() == 0
    tried = start(
        *("trainer", "test", model, "--data", pictures, "--port", "0", "--wait", "1")
    )

    viewer = watch(tried.address)
    viewer.wait_for(Ended)

    assert tried.end() == 0
    assert viewer.seqs == list(range(1, 25))
    joined = viewer.of(Joined)[0]
    assert isinstance(joined, Joined)
    assert (joined.manifest.axis, joined.manifest.epochs) == ("example", 24)
