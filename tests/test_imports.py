"""Who loads what, seen from inside: no static rule finds an import by a third party."""

import pkgutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import protocol

ROOT = Path(__file__).parents[1]
PATIENCE_S = 60.0

# Prints what is loaded at the very end, whatever the program did.
EPILOGUE = """
import atexit, sys
atexit.register(lambda: print("LOADED", *sys.modules))
"""


def loaded_by(program: str, *arguments: str | Path) -> set[str]:
    """Run a program of its own; give the top-level packages that it has loaded."""
    done = subprocess.run(
        [sys.executable, "-c", EPILOGUE + program, *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=PATIENCE_S,
    )
    assert done.returncode == 0, done.stderr
    _, *modules = done.stdout.splitlines()[-1].split()
    return {module.partition(".")[0] for module in modules}


def main_of(package: str, *arguments: str) -> str:
    line = [package, *arguments]
    return f"sys.argv = {line!r} + sys.argv[1:]; from {package}.cli import main; main()"


def modules_of(names: Sequence[str]) -> str:
    return "; ".join(f"import {name}" for name in names)


def test_protocol_loads_neither_sockets_nor_pictures() -> None:
    names = [
        f"protocol.{found.name}" for found in pkgutil.iter_modules(protocol.__path__)
    ]

    loaded = loaded_by(modules_of(names))

    assert len(names) > 10
    assert {"protocol", "msgpack"} <= loaded
    assert loaded.isdisjoint({"zmq", "matplotlib", "PIL", "typer", "av"})


@pytest.mark.parametrize(
    "line", ["trainer --help", "trainer run --help", "viewer --help", "viewer demo -h"]
)
def test_help_loads_nothing_that_takes_long(line: str) -> None:
    package, *options = line.split()

    loaded = loaded_by(main_of(package, *options))

    assert {package, "typer"} <= loaded
    assert loaded.isdisjoint({"numpy", "matplotlib", "zmq", "av", "PIL", "msgpack"})


def test_command_line_of_the_trainer_loads_no_matplotlib() -> None:
    loaded = loaded_by("import trainer.cli")

    assert "matplotlib" not in loaded


def test_run_loads_no_matplotlib(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        for number in range(3):
            picture = rng.integers(0, 256, (8, 8)).astype(np.uint8)
            Image.fromarray(picture).save(tmp_path / name / f"{number}.png")
    options = ("--port", "0", "--epochs", "2", "--hidden", "4", "--json")

    loaded = loaded_by(main_of("trainer", "run", *options, "--data"), tmp_path)

    assert {"trainer", "zmq", "numpy", "PIL"} <= loaded
    assert loaded.isdisjoint({"matplotlib", "av", "viewer"})
