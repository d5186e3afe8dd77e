"""The pictures of the edges of a stage: made when needed, or a few a frame ahead of it."""

import numpy as np

from viewer.choice import Choice, Moment
from viewer.cue import Phase
from viewer.detail import Detail
from viewer.geometry import Geometry
from viewer.options import Normalisation, Unit
from viewer.paint.canvas import Canvas
from viewer.paint.edge_pictures import EdgePictures, Edges
from viewer.saturation import Saturation

# What a hurried supply draws in a frame: one gap of a usual network, or some small ones.
PIXELS_A_FRAME = 80_000


class Supply:
    """Makes the pictures of the gaps of one stage.

    Attributes:
        pictures: One a gap.
        is_hurried: Whether little is made in a frame, and some of it ahead.
        is_finished: Whether the last call left nothing for the next.
    """

    def __init__(
        self,
        canvas: Canvas,
        detail: Detail,
        geometry: Geometry,
        saturation: Saturation,
        first: int,
    ) -> None:
        self.is_hurried = False
        self.is_finished = True
        self._saturation, self._first = saturation, first
        self._room = PIXELS_A_FRAME * canvas.layout.scale**2
        self._rows = geometry.rows
        self.pictures = [
            EdgePictures(canvas, Choice(detail, first + gap), geometry, gap)
            for gap in range(len(geometry.columns) - 1)
        ]

    def found(
        self, gap: int, moment: Moment | None, focus: Unit | None
    ) -> Edges | None:
        """Give the pictures of a gap; None while they are still to be made."""
        return None if moment is None else self.pictures[gap].found(moment, focus)

    def make(
        self, now: Moment, following: Moment | None, phase: Phase, focus: Unit | None
    ) -> None:
        """Make what is missing of what is seen in a phase, and soon if there is room.

        Args:
            now: Whose edges are seen.
            following: Whose edges the update brings.
            phase: Of the cycle.
            focus: Draw the edges of this unit only.
        """
        forth = range(len(self.pictures))
        wanted = [(gap, now) for gap in forth]
        is_soon = phase is not Phase.FORWARD if self.is_hurried else _is_back(phase)
        if following is not None and is_soon:
            wanted += [(gap, following) for gap in reversed(forth)]
        used, self.is_finished = 0, True
        for gap, moment in wanted:
            if self.pictures[gap].found(moment, focus) is not None:
                continue
            area = self.pictures[gap].columns * self._rows
            if self.is_hurried and used and used + area > self._room:
                self.is_finished = False
                break
            level = self._saturation.of(moment.snapshot, Normalisation.LAYER)
            carried = np.nan_to_num(level[self._first + gap])
            self.pictures[gap].make(moment, focus, carried)
            used += area


def _is_back(phase: Phase) -> bool:
    return phase in (Phase.BACKWARD, Phase.UPDATE)
