from pathlib import Path
from typing import Any

import numpy as np
import pytest

from trainer.datasets import bitmaps
from trainer.datasets.bitmaps import load_bitmaps, read_bitmaps
from trainer.datasets.dataset import DatasetError
from trainer.datasets.folder import load_folder
from trainer.datasets.load import load

RNG = np.random.default_rng(0)


def drawings(count: int) -> Any:
    found = np.zeros((count, 28, 28), np.uint8)
    found[:, 4:24, 4:24] = 255 * (RNG.random((count, 20, 20)) < 0.2)
    return found.reshape(count, 784)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two classes in files as they are called where they come from, and as people do."""
    np.save(tmp_path / "full_numpy_bitmap_ice cream.npy", drawings(30))
    np.save(tmp_path / "bee.npy", drawings(20))
    return tmp_path


def test_each_file_is_a_class(folder: Path) -> None:
    dataset = load_bitmaps(folder)

    assert dataset.classes == ("bee", "ice cream")
    assert dataset.input_shape == (28, 28)
    assert dataset.preparation.kind == "ink"
    assert np.bincount(dataset.held_out_y).tolist() == [5, 8]


def test_a_file_that_is_written_by_columns_is_read_by_rows(folder: Path) -> None:
    rows, _ = read_bitmaps(folder)
    for path in folder.iterdir():
        np.save(path, np.asfortranarray(np.load(path)))

    found, _ = read_bitmaps(folder)

    np.testing.assert_array_equal(found, rows)


def test_of_very_many_drawings_some_are_chosen(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bitmaps, "MOST_EACH", 25)
    notes: list[str] = []

    dataset = load_bitmaps(folder, held_out=0.99, on_note=notes.append)

    assert notes[0] == (
        "of 30 drawings in full_numpy_bitmap_ice cream.npy 25 are taken, "
        "chosen at random"
    )
    assert np.bincount(dataset.held_out_y).tolist() == [19, 24]


def test_a_folder_with_such_files_is_read_as_one(folder: Path) -> None:
    def never(*_: Any) -> None:
        raise AssertionError

    dataset = load(str(folder), seed=0, on_skip=never, on_note=print, on_progress=never)

    assert dataset.classes == ("bee", "ice cream")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (np.zeros((3, 783), np.uint8), r"it is uint8 of \(3, 783\), expected uint8"),
        (np.zeros((3, 784)), r"it is float64 of \(3, 784\), expected uint8"),
        (np.zeros((0, 784), np.uint8), "it is empty"),
        (np.array([{}]), "it is an array of Python objects"),
    ],
)
def test_other_arrays_are_refused(folder: Path, content: Any, expected: str) -> None:
    np.save(folder / "ant.npy", content)

    with pytest.raises(DatasetError, match=expected):
        load_bitmaps(folder)


def test_a_cut_file_is_refused(folder: Path) -> None:
    path = folder / "bee.npy"
    path.write_bytes(path.read_bytes()[:-1])

    with pytest.raises(DatasetError, match=r"bee\.npy: it is not as large as it says"):
        load_bitmaps(folder)


def test_a_single_file_is_no_data_set(folder: Path) -> None:
    (folder / "bee.npy").unlink()

    with pytest.raises(DatasetError, match=r"expected two or more \.npy files"):
        load_bitmaps(folder)
    with pytest.raises(DatasetError, match="expected a folder"):
        load_folder(folder / "full_numpy_bitmap_ice cream.npy")
