"""Frames on demand: by a painter made when it is needed, or a page of text."""

from dataclasses import dataclass

from viewer.cue import Cue
from viewer.options import Options
from viewer.pages import help_page, message_page
from viewer.paints import Frame, MakePainter, Paints, Size
from viewer.scene import Beside
from viewer.spot import Spot
from viewer.timeline import Timeline


@dataclass(frozen=True, slots=True)
class View:
    """What a frame depends on: two equal views of a timeline give the same frame.

    Attributes:
        cue: Which moment; None before there is any.
        badge: A short word about the stream.
        received: Snapshots and metric rows that came so far.
        size: (width, height) of the frame.
        theme: "dark" or "light".
        is_helping: Whether the list of keys is shown instead.
        options: How the moment is drawn.
        beside: The other runs that are shown at the same time.
    """

    cue: Cue | None
    badge: str
    received: tuple[int, int]
    size: Size
    theme: str
    is_helping: bool
    options: Options
    beside: tuple[Beside, ...] = ()


class Easel:
    """Paints one view after the other.

    Attributes:
        picture: The newest frame; None before there is one.
    """

    def __init__(self, make: MakePainter) -> None:
        """Begin with nothing painted; `make` makes the painter."""
        self.picture: Frame | None = None
        self._make = make
        self._painter: Paints | None = None
        self._made_for: tuple[Size, str] | None = None
        self._shown: View | None = None

    def start_anew(self) -> None:
        """Make another painter for the next frame, because the run is another one."""
        self._painter = self._shown = None

    def paint(self, timeline: Timeline, view: View) -> Frame | None:
        """Paint a view.

        Returns:
            Shape (height, width, 4), RGBA, painted over by the next call; None where
            the last frame shows it already.
        """
        if view == self._shown and (self._is_page or self._is_finished):
            return None
        self._shown = view
        self.picture = self._frame(timeline, view)
        return self.picture

    def spot(self, x: float, y: float) -> Spot | None:
        """Say what the newest frame shows at a pixel; None where that is nothing."""
        if self._painter is None or self._is_page:
            return None
        return self._painter.spot(x, y)

    @property
    def _is_page(self) -> bool:
        return self._shown is None or self._shown.is_helping or self._shown.cue is None

    @property
    def _is_finished(self) -> bool:
        return self._painter is None or self._painter.is_finished

    def _frame(self, timeline: Timeline, view: View) -> Frame:
        if view.is_helping:
            return help_page(view.size, view.theme)
        manifest = timeline.manifest
        if view.cue is None or manifest is None:
            return message_page(view.badge, view.size, view.theme)
        if self._painter is None or self._made_for != (view.size, view.theme):
            self._painter = self._make(manifest, view.size, view.theme)
            self._made_for = view.size, view.theme
        return self._painter.paint(
            timeline, view.cue, view.badge, view.options, view.beside
        )
