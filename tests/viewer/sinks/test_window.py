"""The window on a virtual display, with a trivial show: no network, no timing."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from viewer.controls import Action
from viewer.display import DisplayError, find_backend

Frame = NDArray[np.uint8]


@pytest.fixture(scope="module")
def display() -> Iterator[None]:
    """A virtual display of our own."""
    server = shutil.which("Xvfb")
    if server is None:
        pytest.skip("needs Xvfb, the virtual display (Debian: xvfb)")
    reading, writing = os.pipe()
    # 960 pixels at 96 dpi are a whole number of millimetres: nothing is scaled.
    options = ["-screen", "0", "960x720x24", "-dpi", "96", "-nolisten", "tcp"]
    with subprocess.Popen(
        [server, "-displayfd", str(writing), *options],
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
    ) as process:
        os.close(writing)
        with os.fdopen(reading) as pipe:
            number = pipe.readline().strip()
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("DISPLAY", f":{number}")
            yield
        process.terminate()


@pytest.fixture(scope="module")
def backend(display: None) -> str:
    try:
        return find_backend()
    except DisplayError as error:
        pytest.skip(str(error))


class Show:
    """Paints one grey after the other; acts at given frames, quits after the last."""

    def __init__(self, acts: list[Callable[[Any], None]]) -> None:
        self.size = (400, 300)
        self.theme = "dark"
        self.acts = acts
        self.keys: list[str] = []
        self.remarks: list[str] = []
        self.seen: list[tuple[int, int]] = []
        self.on_screen: list[int] = []
        self.window: Any = None

    def press(self, key: str) -> Action | None:
        self.keys.append(key)
        actions = {"q": Action.QUIT, "s": Action.SCREENSHOT, "f": Action.FULL_SCREEN}
        return actions.get(key)

    def frame(self, now: float) -> Frame | None:
        self.seen.append(self.size)
        self.on_screen.append(int(np.asarray(self._canvas.buffer_rgba())[5, 5, 0]))
        act = self.acts.pop(0) if self.acts else lambda show: show.type("q")
        act(self)
        grey = 10 * len(self.seen)
        return np.full((self.size[1], self.size[0], 4), grey, np.uint8)

    def remark(self, text: str, now: float) -> None:
        self.remarks.append(text)

    @property
    def _canvas(self) -> Any:
        return self.window._canvas

    def type(self, key: str) -> None:
        """Press a key as the toolkit reports it."""
        from matplotlib.backend_bases import KeyEvent

        event = KeyEvent("key_press_event", self._canvas, key)
        self._canvas.callbacks.process("key_press_event", event)


def nothing(show: Show) -> None:
    """Let a frame pass."""


@pytest.fixture
def run(backend: str) -> Callable[..., Show]:
    from viewer.sinks.window import Window

    def show_all(*acts: Callable[[Show], None]) -> Show:
        show = Show(list(acts))
        show.window = Window(show, backend=backend, title="a test")
        show.window.run()
        return show

    return show_all


def test_window_puts_our_frames_on_its_canvas(run: Callable[..., Show]) -> None:
    show = run(nothing, nothing, nothing)

    assert show.on_screen[1:4] == [10, 20, 30]


def test_window_closes_at_q(run: Callable[..., Show]) -> None:
    from matplotlib._pylab_helpers import Gcf

    show = run(nothing)

    assert show.keys == ["q"]
    assert Gcf.get_all_fig_managers() == []


def test_window_ends_when_it_is_closed(run: Callable[..., Show]) -> None:
    def close(show: Show) -> None:
        from matplotlib.backend_bases import CloseEvent

        canvas = show.window._canvas
        canvas.callbacks.process("close_event", CloseEvent("close_event", canvas))

    show = run(nothing, close)

    assert show.keys == []
    assert len(show.seen) == 2


def test_window_ends_when_interrupted(backend: str) -> None:
    from viewer.sinks.window import Window

    show = Show([nothing] * 100)
    show.window = Window(show, backend=backend, title="a test")
    show.window.run(lambda: len(show.seen) >= 3)

    assert len(show.seen) == 3


def test_window_gives_every_key_to_the_show(run: Callable[..., Show]) -> None:
    keys = [" ", "left", "shift+right", "home", "l", "+"]

    show = run(*[lambda show, key=key: show.type(key) for key in keys])

    assert show.keys == [*keys, "q"]


def test_window_saves_pictures_under_new_names(
    run: Callable[..., Show], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    show = run(nothing, *[lambda show: show.type("s")] * 2)

    assert show.remarks == ["saved neurocast-1.png", "saved neurocast-2.png"]
    with Image.open(tmp_path / "neurocast-1.png") as picture:
        assert picture.size == (400, 300)


def test_window_says_when_a_picture_cannot_be_saved(
    run: Callable[..., Show], monkeypatch: pytest.MonkeyPatch
) -> None:
    if not Path("/proc").is_dir():
        pytest.skip("needs /proc: a folder that nobody, not even root, can write to")
    monkeypatch.chdir("/proc")

    show = run(nothing, lambda show: show.type("s"))

    assert "cannot write" in show.remarks[0]


def test_window_asks_for_frames_of_its_new_size(run: Callable[..., Show]) -> None:
    def resize(show: Show) -> None:
        show.window._manager.resize(640, 400)

    show = run(nothing, resize, *[nothing] * 10)

    assert show.seen[0] == (400, 300)
    assert show.seen[-1] == (640, 400)


def test_window_survives_filling_the_screen(run: Callable[..., Show]) -> None:
    show = run(nothing, lambda show: show.type("f"), nothing, nothing)

    assert show.keys == ["f", "q"]
