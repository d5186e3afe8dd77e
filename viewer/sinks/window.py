"""A window of matplotlib; the only file that knows pyplot.

How it works: our frame is copied into the buffer of the window's own Agg canvas, which
is then put on screen; matplotlib draws nothing itself. The loop is ours: it asks for
a frame sixty times a second and lets the toolkit handle its events in between, so an
error or an interrupt leaves through here and not through the toolkit.
"""

import itertools
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import matplotlib as mpl
import numpy as np
from matplotlib import pyplot as plt

from viewer.controls import Action
from viewer.errors import ViewerError
from viewer.interrupt import never
from viewer.paints import Frame, Size
from viewer.palette import THEMES
from viewer.sinks.still import save_png

FRAMES_PER_SECOND = 60
DPI = 100
# Smaller windows than this are drawn at this size and cut by the window.
SMALLEST = (320, 180)


class Show(Protocol):
    """What a window shows; viewer.watching.Watch.

    Attributes:
        size: (width, height) of the frames; set when the window changes.
        theme: "dark" or "light".
    """

    size: Size
    theme: str

    def press(self, key: str) -> Action | None:
        """Do what a key says, give what is left for the window to do."""

    def frame(self, now: float) -> Frame | None:
        """Paint, None where nothing has changed."""

    def remark(self, text: str, now: float) -> None:
        """Put a word on the picture for a moment."""


class Window:
    """A window that stays open until the user closes it."""

    def __init__(self, show: Show, *, backend: str, title: str) -> None:
        """Open the window.

        Args:
            show: What to show; its size follows the window's.
            backend: Matplotlib's name of the toolkit, from `viewer.display`.
            title: Of the window.
        """
        plt.switch_backend(backend)
        self._show = show
        self._is_open = True
        self._keys: deque[str] = deque()
        self._newest: Frame | None = None
        width, height = show.size
        red, green, blue = (c / 255 for c in THEMES[show.theme].background)
        with mpl.rc_context({"toolbar": "None"}):
            figure = plt.figure(
                figsize=(width / DPI, height / DPI),
                dpi=DPI,
                facecolor=(red, green, blue),
            )
        canvas: Any = figure.canvas
        self._canvas = canvas
        self._manager = canvas.manager
        self._manager.set_window_title(title)
        # matplotlib has keys of its own: q, s, f, left ...
        self._canvas.mpl_disconnect(self._manager.key_press_handler_id)
        self._canvas.mpl_connect("key_press_event", self._on_key)
        self._canvas.mpl_connect("close_event", self._on_close)
        self._canvas.mpl_connect("draw_event", self._on_draw)
        self._manager.show()
        self._canvas.draw()

    def run(self, is_interrupted: Callable[[], bool] = never) -> None:
        """Show frame after frame until the window is closed or the user interrupts."""
        beat = 1 / FRAMES_PER_SECOND
        due = time.perf_counter()
        try:
            while self._is_open and not is_interrupted():
                self._canvas.flush_events()
                if self._is_open:
                    self._tick(time.perf_counter())
                now = time.perf_counter()
                due = max(due + beat, now)
                time.sleep(due - now)
        finally:
            plt.close(self._canvas.figure)

    def _tick(self, now: float) -> None:
        while self._keys:
            self._act(self._show.press(self._keys.popleft()), now)
        self._show.size = self._size()
        frame = self._show.frame(now)
        if frame is not None:
            self._newest = frame
            self._put_up()

    def _size(self) -> Size:
        width, height = self._canvas.get_width_height(physical=True)
        return max(width, SMALLEST[0]), max(height, SMALLEST[1])

    def _put_up(self) -> None:
        """Copy the newest frame to the screen, cut where the window is smaller."""
        if self._newest is None:
            return
        buffer = np.asarray(self._canvas.buffer_rgba())
        height, width = (
            min(a, b)
            for a, b in zip(buffer.shape[:2], self._newest.shape[:2], strict=True)
        )
        buffer[:height, :width] = self._newest[:height, :width]
        self._canvas.blit()

    def _act(self, action: Action | None, now: float) -> None:
        if action is Action.QUIT:
            self._is_open = False
        elif action is Action.FULL_SCREEN:
            self._manager.full_screen_toggle()
        elif action is Action.SCREENSHOT and self._newest is not None:
            self._show.remark(_save(self._newest), now)

    def _on_key(self, event: Any) -> None:
        if event.key is not None:
            self._keys.append(event.key)

    def _on_close(self, event: Any) -> None:
        self._is_open = False

    def _on_draw(self, event: Any) -> None:
        """The toolkit drew its empty figure over our frame: put it back."""
        if self._is_open:
            self._put_up()


def _save(frame: Frame) -> str:
    """Save a picture; say where, or why not."""
    path = _free_name()
    try:
        save_png(frame, path)
    except ViewerError as error:
        return str(error)
    return f"saved {path}"


def _free_name() -> Path:
    """Name a picture in the current folder that is not there yet."""
    names = (Path(f"neurocast-{number}.png") for number in itertools.count(1))
    return next(path for path in names if not path.exists())
