"""A window of matplotlib; the only file that knows pyplot.

How it works: what changed of our frame is copied into the buffer of the window's own Agg
canvas, which is then put on screen; matplotlib draws nothing itself. The loop is ours: it
asks for a frame sixty times a second and lets the toolkit handle its events in between, so
an error or an interrupt leaves through here and not through the toolkit.
"""

import itertools
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import matplotlib as mpl
import numpy as np
from matplotlib import pyplot as plt
from matplotlib.transforms import Bbox

from viewer.controls import Action, Pointer
from viewer.errors import ViewerError
from viewer.interrupt import never
from viewer.layout import Box
from viewer.paints import Frame, Size
from viewer.palette import THEMES
from viewer.sinks.changes import changed_boxes
from viewer.sinks.film import Film
from viewer.sinks.inputs import Inputs, Key
from viewer.sinks.still import save_png

FRAMES_PER_SECOND = 60
# So often keys are looked for; they are answered at once.
LISTEN_S = 0.004
DPI = 100
# Smaller windows than this are drawn at this size and cut by the window.
SMALLEST = (320, 200)


class Show(Protocol):
    """What a window shows; viewer.screen.Screen.

    Attributes:
        size: (width, height) of the frames; set when the window changes.
        filming_s: How long a video has been made of the picture, None where none is.
    """

    size: Size
    filming_s: float | None

    @property
    def theme(self) -> str:
        """One of the themes."""

    @property
    def picture(self) -> Frame | None:
        """The part of the newest frame that is saved and filmed."""

    def press(self, key: str) -> Action | None:
        """Do what a key says, give what is left for the window to do."""

    def point(self, x: float, y: float, what: Pointer) -> None:
        """Do what the mouse says at column x, row y of the frame."""

    def frame(self, now: float) -> Frame | None:
        """Paint, None where nothing has changed."""

    def remark(self, text: str, now: float) -> None:
        """Put a word on the picture for a moment."""


class Window:
    """A window that stays open until the user closes it."""

    def __init__(
        self,
        show: Show,
        *,
        backend: str,
        title: str,
        frames_per_second: float | None = FRAMES_PER_SECOND,
        say: Callable[[str], None] | None = None,
    ) -> None:
        """Open the window.

        Args:
            show: What to show; its size follows the window's.
            backend: Matplotlib's name of the toolkit, from `viewer.display`.
            title: Of the window.
            frames_per_second: How often to ask for a frame; None for without a pause.
            say: Takes a line about a video that was finished by closing the window.
        """
        plt.switch_backend(backend)
        self._show = show
        self._beat_s = 1 / frames_per_second if frames_per_second else 0.0
        self._say = say
        self._is_open = True
        self._newest: Frame | None = None
        self._film: Film | None = None
        width, height = show.size
        with mpl.rc_context({"toolbar": "None"}):
            figure = plt.figure(figsize=(width / DPI, height / DPI), dpi=DPI)
        self._theme = ""
        self._figure = figure
        canvas: Any = figure.canvas
        self._canvas = canvas
        self._manager = canvas.manager
        self._manager.set_window_title(title)
        self._backend = backend.lower()
        self._inputs = Inputs(self._canvas)
        self._canvas.mpl_connect("close_event", self._on_close)
        self._canvas.mpl_connect("draw_event", self._on_draw)
        self._take_theme()
        self._manager.show()
        self._canvas.draw()

    def run(self, is_interrupted: Callable[[], bool] = never) -> None:
        """Show frame after frame until the window is closed or the user interrupts."""
        due = time.perf_counter()
        try:
            while self._is_open and not is_interrupted():
                self._canvas.flush_events()
                if self._is_open:
                    self._tick(time.perf_counter())
                now = time.perf_counter()
                if now >= due:
                    due = max(due + self._beat_s, now)
                self._rest(due)
        finally:
            plt.close(self._figure)
            if self._film is not None:
                self._tell(self._cut())

    def _rest(self, until: float) -> None:
        """Wait for the next frame, but not with a key or a click."""
        while self._is_open and not self._inputs.is_urgent:
            left = until - time.perf_counter()
            if left <= 0:
                break
            time.sleep(min(left, LISTEN_S))
            self._canvas.flush_events()

    def _tick(self, now: float) -> None:
        self._show.size = self._size()
        for each in self._inputs.take():
            if isinstance(each, Key):
                self._act(self._show.press(each.name), now)
            else:
                self._show.point(each.x, each.y, each.what)
        frame = self._show.frame(now)
        if frame is not None:
            self._take_theme()
            self._newest = frame
            self._put_up()
        self._expose(now)

    def _size(self) -> Size:
        width, height = self._canvas.get_width_height(physical=True)
        return max(width, SMALLEST[0]), max(height, SMALLEST[1])

    def _take_theme(self) -> None:
        """Let the figure, which a resized window shows for a moment, be as dark."""
        if self._theme != self._show.theme:
            self._theme = self._show.theme
            red, green, blue = (c / 255 for c in THEMES[self._theme].background)
            self._figure.set_facecolor((red, green, blue))

    def _put_up(self) -> None:
        """Show what changed of the newest frame, cut where the window is smaller."""
        buffer, frame = self._overlap()
        boxes = changed_boxes(buffer, frame)
        for box in boxes:
            buffer[box.slices] = frame[box.slices]
        if boxes and not self._shows_boxes:
            self._canvas.blit()
        elif boxes:
            size = self._canvas.get_width_height(physical=True)
            for box in boxes:
                self._canvas.blit(_bbox(box, size))
            # Tk puts it on the screen when it next has time, Qt at once.
            self._canvas.flush_events()

    @property
    def _shows_boxes(self) -> bool:
        """Whether the toolkit can show a part: macOS shows whole figures only.

        Qt leaves a line at the edge of a box that begins within one of its pixels.
        """
        is_whole = float(self._canvas.device_pixel_ratio).is_integer()
        return self._backend == "tkagg" or (self._backend == "qtagg" and is_whole)

    def _overlap(self) -> tuple[Frame, Frame]:
        """Give the parts of the canvas and of the newest frame that both have."""
        buffer = np.asarray(self._canvas.buffer_rgba())
        if self._newest is None:
            return buffer[:0], buffer[:0]
        height, width = np.minimum(buffer.shape, self._newest.shape)[:2]
        return buffer[:height, :width], self._newest[:height, :width]

    def _act(self, action: Action | None, now: float) -> None:
        if action is Action.QUIT:
            self._is_open = False
        elif action is Action.FULL_SCREEN:
            self._manager.full_screen_toggle()
        elif action is Action.SCREENSHOT and self._show.picture is not None:
            self._show.remark(_save(self._show.picture), now)
        elif action is Action.RECORD and self._film is not None:
            self._show.remark(self._cut(), now)
        elif action is Action.RECORD and self._show.picture is not None:
            height, width = self._show.picture.shape[:2]
            self._film = Film(_free_name(".mp4"), (width, height), now)

    def _expose(self, now: float) -> None:
        """Give the picture to the film, if there is one."""
        film, picture = self._film, self._show.picture
        if film is None or picture is None:
            return
        if film.size != picture.shape[1::-1]:
            self._show.remark(f"{self._cut()}: the picture has another size", now)
            return
        try:
            film.take(picture, now)
        except ViewerError as error:
            self._show.remark(f"{error}; {self._cut()}", now)
        else:
            self._show.filming_s = film.seconds(now)

    def _cut(self) -> str:
        """End the film; say where it is, or why not."""
        film, self._film = self._film, None
        assert film is not None, "only what is filmed is cut"
        self._show.filming_s = None
        try:
            film.close()
        except ViewerError as error:
            return str(error)
        return f"saved {film.path}"

    def _tell(self, text: str) -> None:
        if self._say is not None:
            self._say(text)

    def _on_close(self, event: Any) -> None:
        self._is_open = False

    def _on_draw(self, event: Any) -> None:
        """The toolkit drew its empty figure over our frame, to show it: put it back."""
        if self._is_open:
            buffer, frame = self._overlap()
            buffer[...] = frame


def _bbox(box: Box, size: Size) -> Bbox:
    """Turn a box upside down, as matplotlib counts, and a little larger.

    Qt counts in points, of two pixels on a fine display, and rounds sizes down.
    """
    width, height = size
    left, right = max(box.left - 2, 0), min(box.right + 2, width)
    low, high = max(height - box.bottom - 2, 0), min(height - box.top + 2, height)
    return Bbox([[left, low], [right, high]])


def _save(frame: Frame) -> str:
    """Save a picture; say where, or why not."""
    path = _free_name(".png")
    try:
        save_png(frame, path)
    except ViewerError as error:
        return str(error)
    return f"saved {path}"


def _free_name(ending: str) -> Path:
    """Name a file in the current folder that is not there yet."""
    names = (Path(f"neurocast-{number}{ending}") for number in itertools.count(1))
    return next(path for path in names if not path.exists())
