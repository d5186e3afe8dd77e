"""Whether there is a display, and which window toolkit works on it.

A toolkit is tried in a process of its own: Qt without one of its libraries ends the
process that tries it, and a display that is named but not there is found out, too.
"""

import os
import subprocess
import sys
from collections.abc import Mapping
from importlib.util import find_spec

from viewer.errors import UsageError

# Best first: what to import, a program that opens a display, matplotlib's name.
PROGRAMS = {
    "PySide6": "from PySide6 import QtWidgets; QtWidgets.QApplication([])",
    "PyQt6": "from PyQt6 import QtWidgets; QtWidgets.QApplication([])",
    "tkinter": "import tkinter; tkinter.Tk().destroy()",
}
BACKENDS = {"PySide6": "QtAgg", "PyQt6": "QtAgg", "tkinter": "TkAgg"}
# A toolkit that works answers in half a second.
PROBE_S = 10.0

NO_DISPLAY = (
    "no display found; record instead: viewer record SOURCE -o run.mp4, "
    "or run under xvfb-run -a"
)
NO_WINDOW = (
    "no window opens on display {!r} with {}; record instead: "
    "viewer record SOURCE -o run.mp4, or run under xvfb-run -a"
)
NO_TOOLKIT = (
    "no window toolkit is installed: install tkinter (Debian: python3-tk) or "
    "neurocast[qt], or record instead: viewer record SOURCE -o run.mp4"
)


class DisplayError(UsageError):
    """No window can be opened; known before anything starts."""


def find_backend() -> str:
    """Name the matplotlib backend that can open a window here.

    Raises:
        DisplayError: There is no display, or no toolkit for it.
    """
    if not has_display(os.environ, sys.platform):
        raise DisplayError(NO_DISPLAY)
    if sys.platform == "darwin":
        return "macosx"
    toolkits = [name for name in PROGRAMS if find_spec(name) is not None]
    for name in toolkits:
        if works(PROGRAMS[name]):
            return BACKENDS[name]
    if not toolkits:
        raise DisplayError(NO_TOOLKIT)
    display = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY", "")
    raise DisplayError(NO_WINDOW.format(display, ", ".join(toolkits)))


def has_display(environ: Mapping[str, str], platform: str) -> bool:
    """Whether a display is named, or the system always has one."""
    if platform in ("darwin", "win32"):
        return True
    return bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))


def works(program: str) -> bool:
    """Whether a program runs to its end in a process of its own."""
    try:
        done = subprocess.run(
            [sys.executable, "-c", program],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=PROBE_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0
