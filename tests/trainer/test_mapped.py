"""A classified plane, kept in a file and used."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from trainer.datasets.window import Window
from trainer.mapped import Mapped, save, unpack
from trainer.model_file import Model, ModelFileError, load

CELLS = np.array([[0, 1], [255, 1]], np.uint8)
MAPPED = Mapped(CELLS, ("a", "größer, als"), Window((-1.0, 0.0), (1.0, 4.0)))
META: dict[str, Any] = {"classes": ["a", "b"], "low": [-1, 0], "high": [1, 4]}


def test_a_plane_is_read_as_it_was_saved(tmp_path: Path) -> None:
    path = tmp_path / "model.npz"

    save(path, MAPPED)

    found = unpack(load(path, "space"), path)
    np.testing.assert_array_equal(found.cells, CELLS)
    assert (found.classes, found.window) == (MAPPED.classes, MAPPED.window)


def test_points_have_the_class_of_their_cell_and_are_outside_beyond_the_map() -> None:
    places = np.array([(-0.5, 3.0), (0.5, 3.0), (-0.5, 1.0), (9.0, -9.0)])

    names, is_outside = MAPPED.decide(places)

    assert names == ["a", "größer, als", "unclassified", "größer, als"]
    assert is_outside.tolist() == [False, False, False, True]


@pytest.mark.parametrize(
    ("changes", "cells", "expected"),
    [
        ({"classes": None}, CELLS, "cannot use the model model.npz"),
        ({"classes": ["a"]}, CELLS, "a map with more than its 1 classes"),
        ({"low": [2, 0]}, CELLS, "a window from"),
        ({"low": [-1e999, 0]}, CELLS, "a window from"),
        ({"low": [-1e308, 0], "high": [1e308, 4]}, CELLS, "a window from"),
        ({"high": [float("nan"), 4]}, CELLS, "a window from"),
        ({"high": [1]}, CELLS, "cannot use the model"),
        ({}, CELLS[:1], "expected a square map of bytes"),
        ({}, CELLS.astype(np.int64), "expected a square map of bytes"),
        ({}, CELLS[:0, :0], "a map with more than"),
    ],
)
def test_a_file_that_makes_no_sense_is_refused(
    changes: dict[str, Any], cells: np.ndarray[Any, Any], expected: str
) -> None:
    model = Model({**META, **changes}, {"class_map": cells})

    with pytest.raises(ModelFileError, match=expected):
        unpack(model, Path("model.npz"))


@pytest.mark.parametrize("name", ["classes", "low", "high"])
def test_what_is_missing_is_named(name: str) -> None:
    meta = {key: value for key, value in META.items() if key != name}

    with pytest.raises(ModelFileError, match=f"{name}' is missing"):
        unpack(Model(meta, {"class_map": CELLS}), Path("model.npz"))
