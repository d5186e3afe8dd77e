"""A window of two trainers, dragged and pressed as by a user; one trainer is killed."""

import json
import signal
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

if TYPE_CHECKING:
    from tests.integration.conftest import Start

LONG = ("--epochs", "600", "--pace", "0.1", "--wait", "1")


@pytest.mark.slow
def test_two_live_runs_are_scrubbed_by_one_bar(
    start: "Start", train: "Start", display: None, tmp_path: Path
) -> None:
    if find_spec("tkinter") is None and find_spec("PySide6") is None:
        pytest.skip("needs tkinter or PySide6")
    one, other = (train(*LONG, "--every", every) for every in ("1", "2"))

    program = "tests.integration.side_by_side.desk"
    desk = start(program, tmp_path, one.address, other.address)
    desk.wait_for_line("scrubbed")
    other.signal(signal.SIGKILL)

    assert desk.end() == 0, desk.lines
    seen = json.loads(desk.out)
    for asked, stop, first, second in seen["held"]:
        assert stop == pytest.approx(asked, abs=3)
        assert first <= stop
        assert second <= stop
    assert seen["paused"]
    assert seen["live"][0].startswith("live")
    assert seen["lost"][0].startswith("live")
    assert seen["lost"][1]
    with Image.open(tmp_path / "neurocast-1.png") as picture:
        assert picture.size == (900, 500)
