from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from trainer import checkpoint
from trainer.backend import CPU
from trainer.building import Built, build
from trainer.checkpoint import Checkpoint, go_on
from trainer.datasets.dataset import Dataset
from trainer.model_file import ModelFileError, load, save
from trainer.network import Network
from trainer.recipe import Recipe
from trainer.resuming import resume
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
    width = len(built.run.metrics)
    earlier = [[float(number)] * width for number in range(2)]
    kept = keeping(path, built, [], earlier)

    for step in built.training:
        kept.take(step.row(1.0))

    rows = load(path).arrays["rows"]
    assert rows[:2].tolist() == earlier
    assert rows[2:, 0].tolist() == list(range(9))


@pytest.mark.parametrize("rows", [np.zeros((2, 3)), np.zeros(()), np.array(["a", "b"])])
def test_rows_of_another_training_are_refused(
    built: Built, tmp_path: Path, rows: NDArray[Any]
) -> None:
    kept = keeping(tmp_path / "model.npz", built, [], [])
    for step in built.training:
        kept.take(step.row(1.0))
    model = load(tmp_path / "model.npz")
    model.arrays["rows"] = rows

    with pytest.raises(ModelFileError, match="it holds no training of this network"):
        go_on(model, tmp_path / "model.npz", built.training)


@pytest.mark.parametrize(
    "changes",
    [{"probe": 3}, {"seed": -1}, {"every": 0}, {"said": "no"}, {"data": None}],
)
def test_a_file_that_says_what_nobody_can_say_is_refused(
    built: Built, tmp_path: Path, changes: dict[str, Any]
) -> None:
    path = tmp_path / "model.npz"
    kept = keeping(path, built, [], [])
    for step in built.training:
        kept.take(step.row(1.0))
    model = load(path)
    model.meta["network"] |= changes
    save(path, model.meta, model.arrays)

    with pytest.raises(ModelFileError, match="it holds no training"):
        resume(path, {"epochs": 20})


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
