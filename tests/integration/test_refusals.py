"""What cannot work is said in a line, with the right exit code."""

import json
import socket
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.integration.conftest import Program, Start

BROKEN = b"\x89PNG\r\n\x1a\nand then nothing that makes sense"


def assert_refused(program: "Program", code: int, text: str) -> None:
    assert program.end() == code
    assert program.out == ""
    (line,) = program.lines
    assert line.startswith("Error: ")
    assert text in line


def test_trainer_says_that_the_port_is_in_use(train: "Start") -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        trainer = train("--port", str(port))

        assert_refused(trainer, 1, f"cannot listen on 127.0.0.1:{port}: the port is in")


def test_viewer_gives_up_where_nobody_listens(start: "Start", tmp_path: Path) -> None:
    where, path = "127.0.0.1:1", tmp_path / "run.ncast"

    viewer = start("viewer", "record", where, "-o", path, "--timeout", "0.7")

    assert viewer.end() == 1
    notes, line = viewer.lines
    assert notes == f"nobody listens on {where} yet; trying again"
    assert line.startswith(f"Error: no run on {where} after 0.7 s; is 'trainer run")


def test_trainer_names_skips_and_counts_a_broken_picture(
    train: "Start", pictures: Path
) -> None:
    broken = pictures / "dot" / "broken.png"
    broken.write_bytes(BROKEN)

    trainer = train("--epochs", "1", "--json")

    assert trainer.end() == 0
    said = [line for line in trainer.lines if "skipped" in line]
    assert said[0].startswith(f"skipped {broken}: ")
    assert said[1].startswith("1 picture ")
    assert json.loads(trainer.out)["epochs"] == 1


@pytest.mark.parametrize(
    ("classes", "text"),
    [
        ([], "found no pictures"),
        (["bar"], "found only one class, 'bar'"),
    ],
)
def test_trainer_says_what_a_folder_lacks(
    train: "Start", pictures: Path, tmp_path: Path, classes: list[str], text: str
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    for name in classes:
        (pictures / name).rename(data / name)

    trainer = train(data=data)

    assert_refused(trainer, 1, text)


def test_trainer_says_that_there_is_no_such_folder(
    train: "Start", tmp_path: Path
) -> None:
    trainer = train(data=tmp_path / "gone")

    assert_refused(trainer, 1, f"no such folder: {tmp_path / 'gone'}")


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (["--bind", "0.0.0.0"], "--insecure"),
        (["--hidden", "12,x"], "--hidden such as 12,12,12, got '12,x'"),
        (["--probe", "cat"], "got 'cat'"),
    ],
)
def test_trainer_refuses_options_that_make_no_sense(
    train: "Start", options: list[str], text: str
) -> None:
    trainer = train(*options)

    assert_refused(trainer, 2, text)
