import json
import signal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from protocol.events import Arrived, Joined
from protocol.messages import Want
from tests.integration.conftest import Start, Watch
from trainer.model_file import load, save

EPOCHS = ("--epochs", "60", "--every", "4")


def arrays_of(path: Path) -> dict[str, NDArray[Any]]:
    with np.load(path) as file:
        found = {name: file[name] for name in file.files if name != "meta"}
    found["rows"] = found["rows"][:, :-1]  # the last column is a speed
    return found


def test_a_run_stopped_and_resumed_equals_one_that_went_through(
    train: Start, start: Start, tmp_path: Path
) -> None:
    whole, parts = tmp_path / "whole.npz", tmp_path / "parts.npz"
    logs = tmp_path / "whole.csv", tmp_path / "parts.csv"
    assert train(*EPOCHS, "--save", whole, "--log-csv", logs[0]).end() == 0

    stopped = train(*EPOCHS, "--save", parts, "--pace", "0.2")
    stopped.wait_for_line("epoch 12/60")
    stopped.signal(signal.SIGINT)
    assert stopped.end() == 130
    again = ("--port", "0", "--resume", parts, "--save", parts, "--log-csv", logs[1])
    resumed = start("trainer", "run", *again)

    assert resumed.end() == 0
    expected, found = arrays_of(whole), arrays_of(parts)
    assert expected.keys() == found.keys()
    for name, array in expected.items():
        np.testing.assert_array_equal(found[name], array, err_msg=name)
    curves = [
        [line.rpartition(",")[0] for line in log.read_text().splitlines()]
        for log in logs
    ]
    assert curves[0] == curves[1]
    assert len(curves[0]) == 62


def test_a_run_that_goes_on_shows_all_rows_at_once(
    train: Start, start: Start, watch: Watch, tmp_path: Path
) -> None:
    model = tmp_path / "model.npz"
    assert train("--epochs", "7", "--every", "4", "--save", model).end() == 0

    more = ("--resume", model, "--epochs", "9", "--wait", "1", "--port", "0")
    run = start("trainer", "run", *more)
    viewer = watch(run.address, Want.ALL)
    first, *others = viewer.wait_for(Arrived, 3)

    assert isinstance(first, Arrived)
    assert first.snapshot.epoch == 7
    np.testing.assert_array_equal(first.rows[:, 0], np.arange(8))
    assert [e.snapshot.epoch for e in others if isinstance(e, Arrived)] == [8, 9]
    assert isinstance(viewer.of(Joined)[0], Joined)
    assert run.end() == 0


def test_ctrl_c_saves_the_epoch_that_is_complete(train: Start, tmp_path: Path) -> None:
    model = tmp_path / "model.npz"
    run = train("--epochs", "100000", "--every", "1", "--save", model)
    run.wait_for_line("epoch 5/")

    run.signal(signal.SIGINT)

    assert run.end() == 130
    saved = run.wait_for_line(r"saved .* at epoch (\d+) of 100000; --resume .* goes on")
    with np.load(model) as file:
        meta = json.loads(file["meta"].tobytes())
    assert meta["training"]["epoch"] == int(saved[1]) >= 5
    assert run.out.startswith(f"interrupted: {saved[1]} epochs in ")


def test_what_cannot_be_saved_is_reported_all_the_same(
    train: Start, tmp_path: Path
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    run = train(
        "--epochs", "3", "--every", "1", "--save", folder / "m.npz", "--pace", "1"
    )
    run.wait_for_line("epoch 0/3")

    folder.rmdir()

    assert run.end() == 1
    assert run.out.startswith("done: 3 epochs")
    assert run.lines[-1].endswith("m.npz': no such file or directory")


def test_a_checkpoint_survives_a_kill(train: Start, tmp_path: Path) -> None:
    model = tmp_path / "model.npz"
    often = ("--save", model, "--checkpoint-every", "4")
    run = train("--epochs", "100000", "--every", "4", "--pace", "0.02", *often)
    run.wait_for_line("epoch 12/")

    run.signal(signal.SIGKILL)
    run.end()

    with np.load(model) as file:
        epoch = json.loads(file["meta"].tobytes())["training"]["epoch"]
    assert epoch >= 8
    assert epoch % 4 == 0


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("--hidden", "7"), "expected --hidden 5, as .* was trained, got 7; leave"),
        (("--seed", "3"), "expected --seed 0, as .* was trained, got 3"),
        (("--batch", "9"), "expected --batch 2000, as .* was trained, got 9"),
        ((), "is trained to the end, epoch 2 of 2; go on with --epochs of more"),
    ],
)
def test_what_contradicts_the_model_is_refused(
    train: Start,
    start: Start,
    tmp_path: Path,
    options: tuple[str, ...],
    expected: str,
) -> None:
    model = tmp_path / "model.npz"
    assert train("--epochs", "2", "--save", model).end() == 0

    run = start("trainer", "run", "--resume", model, *options)

    assert run.end() == 2
    run.wait_for_line(expected)
    assert len(run.lines) == 1


def test_data_that_do_not_fit_the_model_are_refused(
    train: Start, start: Start, tmp_path: Path
) -> None:
    model, other = tmp_path / "model.npz", tmp_path / "other.npz"
    assert train("--epochs", "2", "--save", model).end() == 0
    x = np.random.default_rng(0).random((20, 3))
    np.savez(other, x=x, y=np.arange(20) % 5)

    options = ("--resume", model, "--data", other, "--epochs", "3", "--port", "0")
    run = start("trainer", "run", *options)

    assert run.end() == 2
    run.wait_for_line(
        "expected examples of .* numbers, as .* trained on, got 3 in other"
    )


def test_another_data_set_is_told(
    train: Start, start: Start, pictures: Path, tmp_path: Path
) -> None:
    model = tmp_path / "model.npz"
    assert train("--epochs", "2", "--save", model).end() == 0
    next(next(pictures.iterdir()).glob("*.png")).unlink()

    more = ("--resume", model, "--epochs", "3", "--port", "0")
    run = start("trainer", "run", *more)

    assert run.end() == 0
    run.wait_for_line("is not what .* was trained on so far")


@pytest.mark.parametrize(
    "changes",
    [
        {"network": {"every": 0}},
        {"network": {"seed": -1}},
        {"network": {"data": 7}},
        {"training": {"last": []}},
        {"training": {"steps": -1}},
    ],
)
def test_a_forged_training_is_refused_in_a_line(
    train: Start, start: Start, tmp_path: Path, changes: dict[str, dict[str, Any]]
) -> None:
    path = tmp_path / "model.npz"
    assert train("--epochs", "2", "--save", path).end() == 0
    model = load(path)
    for name, values in changes.items():
        model.meta[name] |= values
    save(path, model.meta, model.arrays)

    run = start("trainer", "run", "--resume", path, "--epochs", "9", "--port", "0")

    assert run.end() == 1
    run.wait_for_line("cannot go on with .* it holds no training")
    assert not any("Traceback" in line for line in run.lines)
