import json
import os
import sys
from inspect import signature
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from trainer import cli, preview
from trainer.commands.run import run
from trainer.recipe import Recipe
from trainer.transport import Transport

OF_RECIPE = ("hidden", "dropout", "epochs", "batch", "learning_rate", "reject")
TINY = ["--port", "0", "--hidden", "3", "--epochs", "3", "--every", "2"]


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """A folder with eight pictures of 8 x 8 in two classes."""
    for name in ("across", "down"):
        (tmp_path / name).mkdir()
        for number in range(4):
            paper = np.full((8, 8), 255, np.uint8)
            paper[number + 2, 1:7] = 0
            paper[0, number] = 0
            upright = paper.T if name == "down" else paper
            Image.fromarray(upright).save(tmp_path / name / f"{number}.png")
    return tmp_path


def test_run_prints_its_summary_as_json(pictures: Path) -> None:
    result = CliRunner().invoke(
        cli.app, ["run", "--data", str(pictures), *TINY, "--json"]
    )

    summary = json.loads(result.stdout)
    assert result.exit_code == 0
    assert summary["ended"] == "done"
    assert (summary["epochs"], summary["snapshots"], summary["dropped"]) == (3, 3, 0)


def test_run_prints_its_summary_as_a_line(pictures: Path) -> None:
    result = CliRunner().invoke(cli.app, ["run", "--data", str(pictures), *TINY])

    assert result.stdout.startswith("done: 3 epochs in ")
    assert result.stdout.count("\n") == 1


def test_run_says_how_to_watch(pictures: Path) -> None:
    result = CliRunner().invoke(cli.app, ["run", "--data", str(pictures), *TINY])

    listening, tunnel = [
        line for line in result.stderr.splitlines() if "127.0.0.1" in line
    ]
    port = listening.rpartition(":")[2]
    assert listening == f"listening on 127.0.0.1:{port}"
    assert f"ssh -L {port}:127.0.0.1:{port} USER@THIS-HOST" in tunnel
    assert tunnel.endswith(f"viewer connect 127.0.0.1:{port}")


def test_run_warns_when_it_is_open_to_the_network(pictures: Path) -> None:
    bind = ["--bind", "0.0.0.0", "--insecure"]

    result = CliRunner().invoke(cli.app, ["run", "--data", str(pictures), *TINY, *bind])

    assert "open to the network: viewer connect THIS-HOST:" in result.stderr


@pytest.mark.parametrize(
    ("bind", "said"),
    [
        ("127.0.0.1", "USER@THIS-HOST, then viewer connect 127.0.0.1:"),
        ("0.0.0.0", "authorized: viewer connect THIS-HOST:"),
    ],
)
def test_run_with_keys_says_how_to_watch_with_them(
    pictures: Path, tmp_path: Path, bind: str, said: str
) -> None:
    keys = tmp_path / "my keys"
    CliRunner().invoke(cli.app, ["keygen", str(keys)])
    options = ["--data", str(pictures), *TINY, "--bind", bind, "--keys", str(keys)]

    result = CliRunner().invoke(cli.app, ["run", *options])

    (line,) = [line for line in result.stderr.splitlines() if said in line]
    assert line.endswith(" --keys 'my keys'")


def test_run_with_keys_says_that_nobody_is_let_in_yet(
    pictures: Path, tmp_path: Path
) -> None:
    keys = tmp_path / "keys"
    CliRunner().invoke(cli.app, ["keygen", str(keys)])
    (keys / "authorized" / "viewer.key").unlink()
    options = ["--data", str(pictures), *TINY, "--keys", str(keys)]

    result = CliRunner().invoke(cli.app, ["run", *options])

    assert f"nobody can watch yet: there is no key in {keys}/authorized; make" in (
        result.stderr
    )


def test_run_names_and_counts_broken_pictures(pictures: Path) -> None:
    broken = pictures / "down" / "broken.png"
    broken.write_bytes(b"no picture")

    result = CliRunner().invoke(cli.app, ["run", "--data", str(pictures), *TINY])

    assert f"skipped {broken}: " in result.stderr
    assert "1 picture was skipped" in result.stderr
    assert result.exit_code == 0


def test_run_leaves_the_number_of_threads_to_the_user(
    pictures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)

    CliRunner().invoke(cli.app, ["run", "--data", str(pictures), *TINY])

    assert os.environ["OMP_NUM_THREADS"] == "2"
    assert os.environ["OPENBLAS_NUM_THREADS"] == "1"
    monkeypatch.delenv("OPENBLAS_NUM_THREADS")


@pytest.mark.parametrize(
    ("arguments", "code", "line"),
    [
        (["--hidden", "x"], 2, "expected --hidden such as 12,12,12, got 'x'"),
        (["--bind", "0.0.0.0"], 2, "anyone on the network could watch on 0.0.0.0;"),
        (["--keys", "no/keys"], 1, "no key no/keys/server.key_secret; make it with"),
        (["--keys", "k", "--insecure"], 2, "expected --keys or --insecure, got both"),
        (["--preset", "x"], 2, "expected --preset default or nn-plot, got 'x'"),
        (["--data", "no/such/folder"], 1, "no such folder: no/such/folder"),
        (["--bind", "192.0.2.1", "--insecure"], 1, "cannot listen on 192.0.2.1:0: "),
        (["--record", "run.mp4"], 2, "expected --record with a file that ends in .nca"),
    ],
)
def test_main_says_in_one_line_what_is_wrong(
    arguments: list[str],
    code: int,
    line: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "argv", ["trainer", "run", "--port", "0", *arguments])
    monkeypatch.setattr("signal.signal", lambda number, handler: None)

    with pytest.raises(SystemExit) as exit_:
        cli.main()

    said = capsys.readouterr().err or f"{exit_.value.code}\n"
    assert said.startswith(f"Error: {line}")
    assert said.count("\n") == 1
    assert exit_.value.code in (code, said.rstrip("\n"))


def test_main_says_which_example_there_is_none_of(pictures: Path) -> None:
    arguments = ["run", "--data", str(pictures), *TINY, "--probe", "circle"]

    result = CliRunner().invoke(cli.app, arguments)

    assert "expected 'cycle', a class (across, down) or a number" in str(
        result.exception
    )


def test_run_refuses_a_network_that_nobody_could_watch(pictures: Path) -> None:
    huge = ["--hidden", "99999999,99999999"]
    arguments = ["run", "--data", str(pictures), *TINY, *huge]

    result = CliRunner().invoke(cli.app, arguments)

    assert "use fewer units, or stream fewer weights" in str(result.exception)


def test_run_says_which_weights_are_not_all_streamed(pictures: Path) -> None:
    arguments = ["run", "--data", str(pictures), *TINY, "--max-cells", "100"]

    result = CliRunner().invoke(cli.app, arguments)

    assert "of 1 of 2 weight matrices only the strongest weights" in result.stderr


@pytest.mark.parametrize("cells", [[], ["--max-cells", "0"]])
def test_run_says_nothing_of_previews_where_there_are_none(
    pictures: Path, cells: list[str]
) -> None:
    arguments = ["run", "--data", str(pictures), *TINY, *cells]

    result = CliRunner().invoke(cli.app, arguments)

    assert result.exit_code == 0
    assert "strongest" not in result.stderr


def test_main_says_that_a_network_takes_too_much_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail() -> None:
        raise MemoryError("Unable to allocate 8 TiB")

    monkeypatch.setattr(cli, "app", lambda prog_name: fail())
    monkeypatch.setattr("signal.signal", lambda number, handler: None)

    with pytest.raises(
        SystemExit, match=r"^Error: not enough memory .*8 TiB; use fewer"
    ):
        cli.main()


def test_most_weights_of_a_matrix_are_those_of_the_preview_by_default() -> None:
    options = signature(run).parameters

    assert options["max_cells"].default == preview.MAX_CELLS


def test_help_shows_the_numbers_of_the_default_recipe() -> None:
    options = signature(run).parameters

    shown = {
        name: get_args(options[name].annotation)[1].show_default for name in OF_RECIPE
    }
    assert shown["hidden"] == ",".join(map(str, Recipe().hidden))
    for name in ("dropout", "epochs", "batch", "learning_rate", "reject"):
        assert float(shown[name]) == getattr(Recipe(), name)


@pytest.mark.parametrize("command", [[], ["run"], ["keygen"]])
def test_help_ends_with_an_example(command: list[str]) -> None:
    result = CliRunner().invoke(cli.app, [*command, "-h"])

    assert result.exit_code == 0
    assert "Example: trainer" in result.stdout


def test_version_names_the_program() -> None:
    result = CliRunner().invoke(cli.app, ["--version"])

    assert result.exit_code == 0
    assert result.stdout.startswith("trainer")


def test_run_fails_when_it_could_not_publish(
    pictures: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(self: Transport) -> None:
        raise RuntimeError("no buffers left")

    monkeypatch.setattr(Transport, "_write", fail)

    result = CliRunner().invoke(cli.app, ["run", "--data", str(pictures), *TINY])

    assert result.stdout.startswith("done: 3 epochs in ")
    assert str(result.exception) == "not all was published: no buffers left"
    assert "the training goes on" in caplog.text


def test_run_says_that_the_buffer_is_too_small_for_two_snapshots(
    pictures: Path,
) -> None:
    wide = ["--hidden", "10000", "--max-cells", "0", "--buffer", "1M"]
    arguments = ["run", "--data", str(pictures), *TINY, *wide, "--epochs", "0"]

    result = CliRunner().invoke(cli.app, arguments)

    assert "two snapshots are kept in any case" in result.stderr
    assert "more than --buffer 1M" in result.stderr
