import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from trainer import cli
from trainer.building import trained_of
from trainer.datasets.dataset import Dataset
from trainer.datasets.preparation import TABLE, Preparation
from trainer.datasets.source import source_of
from trainer.model_file import save
from trainer.models.mlp import MLP
from trainer.testing import decided, match, truths_of
from trainer.trained import pack, read

SIDE = 8
Save = Callable[..., Path]


def picture(kind: str) -> Image.Image:
    """A line across, a line down, or a square."""
    paper = np.full((SIDE, SIDE), 255, np.uint8)
    if kind in ("across", "square"):
        paper[3:5, 1:7] = 0
    if kind in ("down", "square"):
        paper[1:7, 3:5] = 0
    return Image.fromarray(paper)


@pytest.fixture
def save_model(tmp_path: Path, make_dataset: Callable[..., Dataset]) -> Save:
    """Save a network that knows lines across from lines down by what is left of them."""

    def make(**changes: Any) -> Path:
        features = SIDE * SIDE
        dataset = make_dataset(
            **{
                "classes": ("across", "down"),
                "preparation": Preparation("ink", (SIDE, SIDE)),
                "input_shape": (SIDE, SIDE),
                **changes,
            }
        )
        model = MLP((features, 2))
        rows = np.zeros((SIDE, SIDE), np.float32)
        rows[3:5] = 1
        model.weights[0][:] = np.stack([rows.ravel(), rows.T.ravel()], axis=1)
        meta, arrays = pack(trained_of(model, dataset, 0.6))
        save(tmp_path / "model.npz", meta, arrays)
        return tmp_path / "model.npz"

    return make


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Two lines across, one of them among those down, one line down, one square."""
    files = {
        "Across/1.png": "across",
        "downs/1.png": "down",
        "downs/2.png": "across",
        "junk/1.png": "square",
    }
    for name, kind in files.items():
        path = tmp_path / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        picture(kind).save(path)
    return tmp_path / "data"


def run(*arguments: str | Path) -> Any:
    return CliRunner().invoke(cli.app, [*map(str, arguments)])


def test_test_counts_what_was_taken_for_what(save_model: Save, data: Path) -> None:
    result = run("test", save_model(), "--data", data, "--port", "0")

    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "done: 3 of 4 pictures decided rightly: 75.0% (95 % between 30.1% and 95.4%), "
        "4 snapshots",
        "2 of 3 known ones rightly, unknown ones caught: 100.0%, AUROC 1.000",
        "true \\ decided  across  down  unknown",
        "across               1     0        0",
        "down                 1     1        0",
        "unknown              0     0        1",
    ]
    assert "no classes of this model, so unknown: junk" in result.stderr


def test_test_prints_its_summary_as_json(save_model: Save, data: Path) -> None:
    result = run("test", save_model(), "--data", data, "--port", "0", "--json")

    found = json.loads(result.stdout)
    assert (found["pictures"], found["accuracy"]) == (4, 0.75)
    assert (found["known"], found["known_accuracy"]) == (3, pytest.approx(2 / 3))
    assert (found["rejected"], found["caught"], found["auroc"]) == (0.0, 1.0, 1.0)
    assert found["interval"] == pytest.approx([0.3006, 0.9544], abs=1e-4)
    assert found["confusion"]["down"] == {"across": 1, "down": 1, "unknown": 0}


def test_test_names_a_picture_that_cannot_be_read(save_model: Save, data: Path) -> None:
    (data / "downs" / "3.png").write_bytes(b"no picture")

    result = run("test", save_model(), "--data", data, "--port", "0", "--json")

    assert json.loads(result.stdout)["pictures"] == 4
    assert "3.png: not a PNG or JPEG picture" in result.stderr


def test_test_fails_where_no_picture_can_be_read(save_model: Save, data: Path) -> None:
    for path in data.rglob("*.png"):
        path.write_bytes(b"no picture")

    result = run("test", save_model(), "--data", data, "--port", "0")

    assert str(result.exception) == f"none of 4 pictures can be read: {data}"


@pytest.mark.parametrize(
    ("classes", "name", "expected"),
    [
        (("Cat", "cat"), "cat", 1),
        (("cat", "cats"), "cats", 1),
        (("circles", "squares"), "Square", 1),
        (("circle", "square"), "Squares", 1),
        (("cat", "CAT"), "Cats", 0),
        (("cat", "dog"), "bird", None),
    ],
)
def test_a_class_is_found_by_its_name_also_in_the_plural(
    save_model: Save, classes: tuple[str, str], name: str, expected: int | None
) -> None:
    assert match(name, read(save_model(classes=classes))) == expected


def test_test_refuses_a_folder_without_any_class(save_model: Save, data: Path) -> None:
    for name in ("Across", "downs"):
        (data / name).rename(data / f"not {name}")

    result = run("test", save_model(), "--data", data, "--port", "0")

    assert "expected examples of across, down, got junk, not Across, not downs" in str(
        result.exception
    )


def test_predict_prints_a_line_for_each_picture(save_model: Save, data: Path) -> None:
    result = run("predict", save_model(), data / "Across" / "1.png", data / "junk")

    first, second = result.stdout.splitlines()
    assert first.startswith(f"{data / 'Across' / '1.png'}: across (across 100.0%, ")
    assert second.startswith(f"{data / 'junk' / '1.png'}: unknown (across 50.0%, down")


def test_predict_prints_objects(save_model: Save, data: Path) -> None:
    path = data / "downs" / "1.png"

    result = run("predict", save_model(), path, "--json")

    found = json.loads(result.stdout)
    assert (found["picture"], found["class"]) == (str(path), "down")
    assert sum(found["probabilities"].values()) == pytest.approx(1)


def test_predict_prints_no_number_where_there_is_none(
    save_model: Save, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MLP, "probabilities", lambda *_: np.full((1, 2), np.nan))

    result = run("predict", save_model(), data / "junk", "--json")

    found = json.loads(result.stdout, parse_constant=pytest.fail)
    assert found["class"] == "unknown"
    assert found["probabilities"] == {"across": None, "down": None}


def test_predict_rejects_as_it_is_told(save_model: Save, data: Path) -> None:
    result = run("predict", save_model(), data / "junk", "--reject", "0.4")

    assert ": unknown (" not in result.stdout


def test_predict_goes_on_after_a_picture_that_cannot_be_read(
    save_model: Save, data: Path
) -> None:
    broken = data / "broken.png"
    broken.write_bytes(b"no picture")

    result = run("predict", save_model(), broken, data / "Across")

    assert result.stdout.count("\n") == 1
    assert f"cannot read {broken}: not a PNG or JPEG picture" in result.stderr
    assert str(result.exception) == "1 picture could not be read"


def test_a_model_of_tables_takes_no_pictures(save_model: Save, data: Path) -> None:
    low, high = np.zeros(64, np.float32), np.ones(64, np.float32)
    model = save_model(preparation=Preparation(TABLE, (64,), low, high))

    result = run("predict", model, data / "Across")

    assert "expected rows of 64 numbers" in str(result.exception)


def test_test_reads_arrays(save_model: Save, tmp_path: Path) -> None:
    kinds = ["across", "down", "square", "across"]
    x = np.stack([np.asarray(picture(kind)) for kind in kinds])
    y = np.array(["across", "down", "other", "down"])
    np.savez(tmp_path / "data.npz", x=x, y=y)

    data = tmp_path / "data.npz"
    result = run("test", save_model(), "--data", data, "--port", "0", "--json")

    assert json.loads(result.stdout)["confusion"] == {
        "across": {"across": 1, "down": 0, "unknown": 0},
        "down": {"across": 1, "down": 1, "unknown": 0},
        "unknown": {"across": 0, "down": 0, "unknown": 1},
    }


def test_test_prepares_tables_as_they_were_learned(
    save_model: Save, tmp_path: Path
) -> None:
    low = np.full(64, 5, np.float32)
    rows = np.zeros((8, 8), np.float32)
    rows[3:5] = 2
    x = np.stack([rows.ravel(), rows.T.ravel(), rows.ravel()]) + 5
    np.savez(tmp_path / "data.npz", x=x, y=np.array(["across", "down", "down"]))

    model = save_model(preparation=Preparation(TABLE, (64,), low, low + 2))
    data = tmp_path / "data.npz"
    result = run("test", model, "--data", data, "--port", "0", "--json")

    assert json.loads(result.stdout)["accuracy"] == pytest.approx(2 / 3)


def test_test_refuses_rows_of_another_length(save_model: Save, tmp_path: Path) -> None:
    low = np.zeros(64, np.float32)
    model = save_model(preparation=Preparation(TABLE, (64,), low, low + 1))
    x, y = np.zeros((2, 3)), np.array(["across", "down"])
    np.savez(tmp_path / "data.npz", x=x, y=y)

    result = run("test", model, "--data", tmp_path / "data.npz", "--port", "0")

    assert "expected table of shape (64,)" in str(result.exception)


def test_rows_tell_the_unknown_from_the_known(save_model: Save, data: Path) -> None:
    trained = read(save_model())
    source = source_of(data, trained.preparation, print)
    truths = truths_of(source.names, data, trained)

    rows = [mark.row(1.0) for mark in decided(source, truths, trained)]

    known, unknown = rows[2], rows[3]
    assert known[:3] == [3, pytest.approx(2 / 3), 0.0]
    assert math.isnan(known[3])
    assert unknown == [4, 0.75, 0.0, 1.0]
