from pathlib import Path

import pytest

from trainer import checkpoint
from trainer.backend import CPU
from trainer.building import Built, build
from trainer.checkpoint import Checkpoint
from trainer.datasets.dataset import Dataset
from trainer.model_file import ModelFileError, load
from trainer.network import Network
from trainer.recipe import Recipe
from trainer.running import Row

NETWORK = Network(said={})


@pytest.fixture
def built(dataset: Dataset) -> Built:
    recipe = Recipe(hidden=(3,), epochs=9)
    return build(NETWORK, recipe, dataset, backend=CPU, max_cells=0)


def keeping(
    path: Path, built: Built, said: list[str], earlier: list[Row]
) -> Checkpoint:
    return Checkpoint(
        path,
        NETWORK,
        built.training,
        built.trained,
        digest="",
        earlier=earlier,
        every=1,
        say=said.append,
    )


def test_what_a_checkpoint_keeps_begins_with_the_earlier_rows(
    built: Built, tmp_path: Path
) -> None:
    path = tmp_path / "model.npz"
    width = len(built.manifest.metrics)
    earlier = [[float(number)] * width for number in range(2)]
    kept = keeping(path, built, [], earlier)

    for step in built.training:
        kept.take(step.row(1.0))

    rows = load(path).arrays["rows"]
    assert rows[:2].tolist() == earlier
    assert rows[2:, 0].tolist() == list(range(9))


def test_a_disk_that_is_full_ends_no_training(
    built: Built, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    kept = keeping(tmp_path / "model.npz", built, said, [])

    def full(*args: object) -> None:
        raise ModelFileError("cannot save 'model.npz': no space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(checkpoint, "save", full)
        for step in built.training:
            kept.take(step.row(1.0))
    kept.finish()

    assert len(said) == 9 + 1
    assert said[0].endswith("no space left on device; the training goes on")
    assert load(tmp_path / "model.npz").meta["training"]["epoch"] == 9
