from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from trainer.building import trained_of
from trainer.datasets.dataset import Dataset
from trainer.datasets.preparation import TABLE, Preparation
from trainer.model_file import ModelFileError, load, save
from trainer.models.mlp import MLP
from trainer.trained import pack, read


def save_trained(path: Path, model: MLP, dataset: Dataset, **changes: Any) -> None:
    meta, arrays = pack(trained_of(model, dataset, 0.6))
    save(path, meta | changes, arrays)


def test_a_network_comes_back_as_it_was(
    model: MLP, dataset: Dataset, tmp_path: Path
) -> None:
    save_trained(tmp_path / "model.npz", model, dataset)

    found = read(tmp_path / "model.npz")

    p = model.probabilities(dataset.x)
    np.testing.assert_array_equal(found.network.probabilities(dataset.x), p)
    assert found.classes == dataset.classes
    assert found.input_shape == (2, 2)
    assert (found.unknown, found.reject) == (None, 0.6)
    assert found.decisions == ("zero", "one", "two", "unknown")


def test_how_a_table_is_prepared_comes_back(
    model: MLP, make_dataset: Callable[..., Dataset], tmp_path: Path
) -> None:
    low, high = np.arange(4, dtype="f4"), np.arange(4, 8, dtype="f4")
    dataset = make_dataset(preparation=Preparation(TABLE, (4,), low, high))

    save_trained(tmp_path / "model.npz", model, dataset)

    found = read(tmp_path / "model.npz").preparation
    assert (found.kind, found.shape) == (TABLE, (4,))
    np.testing.assert_array_equal(found.low, low)
    np.testing.assert_array_equal(found.high, high)


@pytest.mark.parametrize(
    "changes",
    [
        {"sizes": [4, 5]},
        {"sizes": [4, 6, 3]},
        {"sizes": []},
        {"sizes": "many"},
        {"classes": ["one"]},
        {"unknown": 7},
        {"preparation": None},
        {"dropout": 2},
        {"dropout": 1e999},
        {"input_shape": [3, 3]},
        {"preparation": {"kind": "ink", "shape": [4]}},
        {"preparation": {"kind": "table", "shape": [4]}},
        {"preparation": {"kind": "ink", "shape": [2, 3]}},
    ],
)
def test_a_file_that_contradicts_itself_is_refused(
    model: MLP, dataset: Dataset, tmp_path: Path, changes: dict[str, Any]
) -> None:
    save_trained(tmp_path / "model.npz", model, dataset, **changes)

    with pytest.raises(ModelFileError, match="cannot use the model"):
        read(tmp_path / "model.npz")


def test_a_file_that_lacks_something_is_refused(
    model: MLP, dataset: Dataset, tmp_path: Path
) -> None:
    path = tmp_path / "model.npz"
    save_trained(path, model, dataset)
    found = load(path)
    del found.arrays["bias_2"]
    save(path, found.meta, found.arrays)

    with pytest.raises(ModelFileError, match="'bias_2' is missing"):
        read(path)
