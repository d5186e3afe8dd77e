"""The frame of several runs side by side: a pane each, put together."""

from collections.abc import Sequence

from viewer.badge import joined
from viewer.paint.mosaic import Mosaic
from viewer.paints import Frame, Size
from viewer.palette import THEMES
from viewer.pane import Moment, Pane
from viewer.scene import Beside, rows_shown


class Composition:
    """Paints panes into one frame; what did not change is left as it is.

    Attributes:
        panes: From left to right, then down.
    """

    def __init__(self, panes: Sequence[Pane]) -> None:
        """Begin with nothing painted."""
        self.panes = panes
        self._mosaic: Mosaic | None = None
        self._dimmed = [False] * len(panes)

    @property
    def picture(self) -> Frame | None:
        """The newest frame; None before there is one."""
        return None if self._mosaic is None else self._mosaic.pixels

    def paint(
        self, moments: Sequence[Moment], size: Size, theme: str, common: str = ""
    ) -> Frame | None:
        """Paint a moment of each run.

        Args:
            moments: One for each pane.
            size: (width, height) of the frame.
            theme: "dark" or "light".
            common: What there is to say of all runs; it stands in the first title.

        Returns:
            Shape (height, width, 4), RGBA, painted over by the next call; None where
            the last frame shows it already.
        """
        mosaic, is_new = self._mosaic, False
        if mosaic is None or (mosaic.size, mosaic.theme) != (size, THEMES[theme]):
            mosaic = Mosaic(size, THEMES[theme], len(self.panes))
            self._mosaic, is_new = mosaic, True
        shown = self._shown(moments)
        changed = [
            self._paint_pane(mosaic, number, moment, theme, shown, is_new=is_new)
            for number, moment in enumerate(moments)
        ]
        for number, moment in enumerate(moments):
            words = moment.standing.words
            if number == 0 and common:
                words = joined([common, words])
            is_usual = moment.standing.is_usual and words == moment.standing.words
            name = self.panes[number].name
            changed.append(mosaic.entitle(number, name, words, is_usual=is_usual))
        return mosaic.pixels if any(changed) else None

    def at(self, x: float, y: float) -> tuple[Pane, float, float] | None:
        """Say which pane column x, row y is in, and where in its picture; or None."""
        found = None if self._mosaic is None else self._mosaic.at(x, y)
        return None if found is None else (self.panes[found[0]], *found[1:])

    def _shown(self, moments: Sequence[Moment]) -> dict[int, Beside]:
        """Say of each run that has a picture how much of its curves that shows."""
        return {
            number: Beside(pane.timeline, rows_shown(pane.timeline, moment.cue))
            for number, (pane, moment) in enumerate(
                zip(self.panes, moments, strict=True)
            )
            if moment.cue is not None
        }

    def _paint_pane(
        self,
        mosaic: Mosaic,
        number: int,
        moment: Moment,
        theme: str,
        shown: dict[int, Beside],
        *,
        is_new: bool,
    ) -> bool:
        pane, size = self.panes[number], mosaic.places[number].size
        dimmed = not moment.standing.is_shown
        beside = tuple(each for other, each in shown.items() if other != number)
        changed = pane.paint(moment, size, theme, beside) is not None
        if not (changed or is_new or dimmed != self._dimmed[number]):
            return False
        self._dimmed[number] = dimmed
        if pane.picture is not None:
            mosaic.put(number, pane.picture, dimmed=dimmed)
        return True
