"""Keys and the mouse of a toolkit window, in the order they came."""

from collections import deque
from dataclasses import dataclass
from typing import Any

from viewer.controls import Pointer

# Of mouse buttons only this one means something.
LEFT = 1


@dataclass(frozen=True, slots=True)
class Key:
    """A key, as matplotlib names it."""

    name: str


@dataclass(frozen=True, slots=True)
class Mouse:
    """What the mouse did at column x, row y of the canvas, in pixels of the screen."""

    x: float
    y: float
    what: Pointer


class Inputs:
    """What the user did to a canvas since it was last asked."""

    def __init__(self, canvas: Any) -> None:
        """Listen to a canvas of matplotlib that has a window."""
        self._figure = canvas.figure
        self._waiting: deque[Key | Mouse] = deque()
        connect = canvas.mpl_connect
        # matplotlib has keys of its own: q, s, f, left ...
        canvas.mpl_disconnect(canvas.manager.key_press_handler_id)
        connect("key_press_event", self._on_key)
        connect("button_press_event", lambda e: self._on_button(e, Pointer.PRESS))
        connect("button_release_event", lambda e: self._on_button(e, Pointer.RELEASE))
        connect("motion_notify_event", lambda e: self._on_mouse(e, Pointer.MOVE))
        connect("figure_leave_event", lambda e: self._on_mouse(e, Pointer.LEAVE))
        connect("scroll_event", self._on_scroll)

    @property
    def is_urgent(self) -> bool:
        """Whether there is more than the mouse on its way."""
        return any(
            isinstance(each, Key) or each.what is not Pointer.MOVE
            for each in self._waiting
        )

    def take(self) -> list[Key | Mouse]:
        """Give what came, oldest first, and forget it."""
        taken = list(self._waiting)
        self._waiting.clear()
        return taken

    def _on_key(self, event: Any) -> None:
        if event.key is not None:
            self._waiting.append(Key(event.key))

    def _on_button(self, event: Any, what: Pointer) -> None:
        if event.button == LEFT:
            self._on_mouse(event, what)

    def _on_scroll(self, event: Any) -> None:
        up = event.step > 0
        self._on_mouse(event, Pointer.SCROLL_UP if up else Pointer.SCROLL_DOWN)

    def _on_mouse(self, event: Any, what: Pointer) -> None:
        """Note it, rows counted from the top; of moves only the last one counts."""
        last = self._waiting[-1] if self._waiting else None
        if isinstance(last, Mouse) and last.what is what is Pointer.MOVE:
            self._waiting.pop()
        y = self._figure.bbox.height - event.y
        self._waiting.append(Mouse(float(event.x), float(y), what))
