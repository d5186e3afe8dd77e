"""Whether there is a display, and which window toolkit works on it.

A toolkit is tried in a process of its own: Qt without one of its libraries ends the
process that tries it, and a display that is named but not there is found out, too.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from importlib.util import find_spec

from viewer.errors import UsageError

# Exit code of a toolkit that opens a display and would crash later.
UNSAFE = 3
# PySide6 6.12.0 gives away a reference to None with every event; before Python 3.12,
# which made None immortal, the process dies of it after a minute.
QT_PROGRAM = f"""
import os, sys
from {{}} import QtWidgets
app = QtWidgets.QApplication([])
before = sys.getrefcount(None)
for _ in range(100):
    app.processEvents()
os._exit({UNSAFE} if sys.getrefcount(None) < before - 50 else 0)
"""
# Best first: what to import, a program that opens a display, matplotlib's name.
PROGRAMS = {
    "PySide6": QT_PROGRAM.format("PySide6"),
    "PyQt6": QT_PROGRAM.format("PyQt6"),
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
LIBRARIES = (
    "libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-image0 libxcb-render-util0 "
    "libxkbcommon-x11-0"
)
INSTEAD = {
    False: "{0} does not start here, {1} is used instead; "
    f"Debian, Ubuntu: apt install {LIBRARIES}",
    True: "this version of {0} crashes with this version of Python, {1} is used "
    "instead; Python 3.12 or another version of {0} would do",
}


class DisplayError(UsageError):
    """No window can be opened; known before anything starts."""


def find_backend(say: Callable[[str], None] | None = None) -> str:
    """Name the matplotlib backend that can open a window here.

    Args:
        say: Takes a line about a better toolkit that is installed and does not work.

    Raises:
        DisplayError: There is no display, or no toolkit for it.
    """
    if not has_display(os.environ, sys.platform):
        raise DisplayError(NO_DISPLAY)
    if sys.platform == "darwin":
        return "macosx"
    toolkits = [name for name in PROGRAMS if find_spec(name) is not None]
    failed: dict[str, int] = {}
    for name in toolkits:
        code = attempt(PROGRAMS[name])
        if code == 0:
            for better, why in failed.items():
                if say is not None:
                    say(INSTEAD[why == UNSAFE].format(better, name))
            return BACKENDS[name]
        failed[name] = code
    if not toolkits:
        raise DisplayError(NO_TOOLKIT)
    display = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY", "")
    raise DisplayError(NO_WINDOW.format(display, ", ".join(toolkits)))


def has_display(environ: Mapping[str, str], platform: str) -> bool:
    """Whether a display is named, or the system always has one."""
    if platform in ("darwin", "win32"):
        return True
    return bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))


def attempt(program: str) -> int:
    """Run a program in a process of its own; give its exit code, 0 where it works."""
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
        return 1
    return done.returncode
