"""The window on a virtual display, with a trivial show: no network, no timing."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from viewer.controls import ACTIONS, Action, Pointer

Frame = NDArray[np.uint8]


class Show:
    """Paints one grey after the other; acts at given frames, quits after the last."""

    def __init__(self, acts: list[Callable[[Any], None]]) -> None:
        self.size = (400, 300)
        self.theme = "dark"
        self.acts = acts
        self.keys: list[str] = []
        self.mouse: list[tuple[float, float, Pointer]] = []
        self.picture: Frame | None = None
        self.filming_s: float | None = None
        self.filmed: list[float | None] = []
        self.remarks: list[str] = []
        self.seen: list[tuple[int, int]] = []
        self.on_screen: list[int] = []
        self.window: Any = None

    def press(self, key: str) -> Action | None:
        self.keys.append(key)
        return ACTIONS.get(key)

    def point(self, x: float, y: float, what: Pointer) -> None:
        self.mouse.append((x, y, what))

    def frame(self, now: float) -> Frame | None:
        self.seen.append(self.size)
        self.on_screen.append(int(np.asarray(self._canvas.buffer_rgba())[5, 5, 0]))
        act = self.acts.pop(0) if self.acts else lambda show: show.type("q")
        act(self)
        self.filmed.append(self.filming_s)
        frame = np.full((self.size[1], self.size[0], 4), 255, np.uint8)
        frame[..., :3] = 10 * len(self.seen) % 256
        self.picture = frame[: self.size[1] - 20]
        return frame

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

    def do(self, name: str, x: int, y: int, **more: Any) -> None:
        """Use the mouse as the toolkit reports it, with rows counted from below."""
        from matplotlib.backend_bases import MouseEvent

        event = MouseEvent(name, self._canvas, x, y, **more)
        self._canvas.callbacks.process(name, event)


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
        assert picture.size == (400, 280)


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


def test_window_gives_the_mouse_to_the_show_from_the_top(
    run: Callable[..., Show],
) -> None:
    def use(show: Show) -> None:
        show.do("motion_notify_event", 10, 250)
        show.do("motion_notify_event", 20, 200)
        show.do("button_press_event", 20, 200, button=1)
        show.do("button_press_event", 20, 200, button=3)
        show.do("button_release_event", 30, 200, button=1)
        show.do("scroll_event", 30, 200, step=1)
        show.do("scroll_event", 30, 200, step=-1)
        show.do("figure_leave_event", 30, 200)

    show = run(nothing, use, nothing)

    assert show.mouse == [
        (20, 100, Pointer.MOVE),
        (20, 100, Pointer.PRESS),
        (30, 100, Pointer.RELEASE),
        (30, 100, Pointer.SCROLL_UP),
        (30, 100, Pointer.SCROLL_DOWN),
        (30, 100, Pointer.LEAVE),
    ]


def press_r(show: Show) -> None:
    show.type("r")


def test_window_films_between_two_keys(
    run: Callable[..., Show],
    decode: Callable[[Path], list[Frame]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)

    show = run(nothing, press_r, *[nothing] * 10, press_r, nothing)

    frames = decode(tmp_path / "neurocast-1.mp4")
    assert show.remarks == ["saved neurocast-1.mp4"]
    assert show.filmed[1] is None
    assert show.filmed[-1] is None
    assert all(seconds is not None for seconds in show.filmed[3:12])
    assert len(frames) >= 10
    assert frames[0].shape == (280, 400, 3)


def test_window_finishes_the_film_when_it_is_closed(
    backend: str,
    decode: Callable[[Path], list[Frame]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from viewer.sinks.window import Window

    monkeypatch.chdir(tmp_path)
    show = Show([nothing, press_r, *[nothing] * 6])
    said: list[str] = []
    show.window = Window(show, backend=backend, title="a test", say=said.append)

    show.window.run()

    assert said == ["saved neurocast-1.mp4"]
    assert len(decode(tmp_path / "neurocast-1.mp4")) >= 6


def test_window_ends_the_film_when_the_picture_gets_another_size(
    run: Callable[..., Show], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def resize(show: Show) -> None:
        show.window._manager.resize(640, 400)

    monkeypatch.chdir(tmp_path)

    show = run(nothing, press_r, nothing, resize, *[nothing] * 10)

    assert show.remarks == ["saved neurocast-1.mp4: the picture has another size"]


def test_window_without_a_pace_asks_as_often_as_it_can(backend: str) -> None:
    from viewer.sinks.window import Window

    show = Show([nothing] * 200)
    show.window = Window(show, backend=backend, title="x", frames_per_second=None)

    began = time.perf_counter()
    show.window.run()

    assert time.perf_counter() - began < 200 / 60


def test_window_answers_a_key_before_its_next_frame_is_due(backend: str) -> None:
    from viewer.sinks.window import Window

    show = Show([lambda show: show.type("left")])
    show.window = Window(show, backend=backend, title="x", frames_per_second=0.01)

    began = time.perf_counter()
    show.window.run()

    assert show.keys == ["left", "q"]
    assert time.perf_counter() - began < 50
