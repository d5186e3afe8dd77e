import sys

import pytest

from viewer import display
from viewer.display import DisplayError, find_backend, has_display, works


@pytest.mark.parametrize(
    ("environ", "platform", "expected"),
    [
        ({}, "linux", False),
        ({"DISPLAY": ""}, "linux", False),
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({}, "darwin", True),
        ({}, "win32", True),
    ],
)
def test_has_display_looks_where_the_system_names_it(
    environ: dict[str, str], platform: str, expected: bool
) -> None:
    assert has_display(environ, platform) is expected


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> dict[str, bool]:
    """Toolkits that can be imported, and whether they open a window."""
    toolkits: dict[str, bool] = {}
    by_program = {program: name for name, program in display.PROGRAMS.items()}
    monkeypatch.setenv("DISPLAY", ":77")
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(
        display, "find_spec", lambda name: object() if name in toolkits else None
    )
    monkeypatch.setattr(display, "works", lambda program: toolkits[by_program[program]])
    return toolkits


def test_backend_is_qt_where_it_works(installed: dict[str, bool]) -> None:
    installed.update(tkinter=True, PySide6=True)

    assert find_backend() == "QtAgg"


def test_backend_is_tk_where_qt_dies(installed: dict[str, bool]) -> None:
    installed.update(tkinter=True, PySide6=False)

    assert find_backend() == "TkAgg"


@pytest.mark.usefixtures("installed")
def test_backend_says_what_to_install_where_there_is_no_toolkit() -> None:
    with pytest.raises(DisplayError, match="python3-tk"):
        find_backend()


def test_backend_says_what_it_tried_where_none_works(
    installed: dict[str, bool],
) -> None:
    installed.update(tkinter=False, PySide6=False)

    with pytest.raises(DisplayError, match="':77' with PySide6, tkinter; record"):
        find_backend()


@pytest.mark.usefixtures("installed")
def test_backend_says_what_to_do_where_there_is_no_display(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("DISPLAY")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)

    with pytest.raises(DisplayError, match="no display found; record instead"):
        find_backend()


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        ("pass", True),
        ("raise ImportError", False),
        ("import os; os.abort()", False),
    ],
)
def test_works_survives_whatever_a_toolkit_does(program: str, expected: bool) -> None:
    assert works(program) is expected


def test_works_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(display, "PROBE_S", 0.2)

    assert not works("import threading; threading.Event().wait()")
