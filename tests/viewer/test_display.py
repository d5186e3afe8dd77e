import sys

import pytest

from viewer import display
from viewer.display import (
    UNSAFE,
    DisplayError,
    attempt,
    find_backend,
    has_display,
)


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
def installed(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """Toolkits that can be imported, and how the attempt to open a window ends."""
    toolkits: dict[str, int] = {}
    by_program = {program: name for name, program in display.PROGRAMS.items()}
    monkeypatch.setenv("DISPLAY", ":77")
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(
        display, "find_spec", lambda name: object() if name in toolkits else None
    )
    monkeypatch.setattr(
        display, "attempt", lambda program: toolkits[by_program[program]]
    )
    return toolkits


def test_backend_is_qt_where_it_works(installed: dict[str, int]) -> None:
    installed.update(tkinter=0, PySide6=0)

    assert find_backend() == "QtAgg"


def test_backend_is_tk_where_qt_dies(installed: dict[str, int]) -> None:
    installed.update(tkinter=0, PySide6=-6)

    assert find_backend() == "TkAgg"


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (
            -6,
            "PySide6 does not start here, tkinter is used instead; Debian, Ubuntu: apt",
        ),
        (
            UNSAFE,
            "this version of PySide6 crashes with this version of Python, tkinter",
        ),
    ],
)
def test_backend_says_why_it_is_not_the_best_one(
    installed: dict[str, int], code: int, said: str
) -> None:
    installed.update(tkinter=0, PySide6=code)
    lines: list[str] = []

    find_backend(lines.append)

    [line] = lines
    assert line.startswith(said)


@pytest.mark.usefixtures("installed")
def test_backend_says_what_to_install_where_there_is_no_toolkit() -> None:
    with pytest.raises(DisplayError, match="python3-tk"):
        find_backend()


def test_backend_says_what_it_tried_where_none_works(
    installed: dict[str, int],
) -> None:
    installed.update(tkinter=1, PySide6=-6)

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
    ("program", "code"),
    [
        ("pass", 0),
        ("raise ImportError", 1),
        ("import os; os.abort()", -6),
        (f"import sys; sys.exit({UNSAFE})", UNSAFE),
    ],
)
def test_attempt_survives_whatever_a_toolkit_does(program: str, code: int) -> None:
    assert attempt(program) == code


def test_attempt_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(display, "PROBE_S", 0.2)

    assert attempt("import threading; threading.Event().wait()")
