import errno
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from trainer import cli
from trainer.datasets.drawing import generate
from trainer.datasets.folder import load_folder
from trainer.patience import Patience


def run(*arguments: str | Path) -> Any:
    return CliRunner().invoke(cli.app, ["generate", *map(str, arguments)])


def test_drawings_are_written_as_the_generator_makes_them(tmp_path: Path) -> None:
    result = run(tmp_path / "made", "--count", "150", "--seed", "3")

    files = sorted((tmp_path / "made").rglob("*"))
    assert sum(path.suffix == ".png" for path in files) == 150
    assert {path.name for path in files if path.is_dir()} == {
        "circle",
        "square",
        "triangle",
        "unknown",
    }
    assert result.stdout.startswith(f"wrote 150 drawings into {tmp_path / 'made'}: ")
    pictures, labels = generate(128, np.random.default_rng(3))
    with Image.open(tmp_path / "made" / "circle" / "001.png") as image:
        grey = np.asarray(image)
    ink = pictures[labels == 0][0]
    np.testing.assert_array_equal(grey, np.rint(255 * (1 - ink)))


def test_drawings_can_be_learned_from(tmp_path: Path) -> None:
    run(tmp_path, "--count", "60")

    dataset = load_folder(tmp_path, learned=100)

    assert dataset.classes == ("circle", "square", "triangle", "unknown")
    assert dataset.input_shape == (50, 50)


def test_drawings_are_not_mixed_with_others(tmp_path: Path) -> None:
    run(tmp_path, "--count", "5")
    before = sorted(tmp_path.rglob("*"))

    result = run(tmp_path, "--count", "5")

    assert "expected a folder without pictures" in str(result.exception)
    assert sorted(tmp_path.rglob("*")) == before


def test_patience_speaks_only_of_long_work(monkeypatch: pytest.MonkeyPatch) -> None:
    now, said = 0.0, list[str]()
    monkeypatch.setattr("time.monotonic", lambda: now)
    patience = Patience("read", said.append)

    for now in (1.0, 2.9, 3.1, 4.0):
        patience(int(now * 10), 100)

    assert said == ["read 31 of 100 pictures"]


def test_a_disk_that_is_full_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("trainer.generating.write_ink", full)

    result = run(tmp_path, "--count", "5")

    assert str(result.exception) == f"cannot write {tmp_path}: no space left on device"
