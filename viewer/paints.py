"""What a player needs of a painter, so that it can be tested without one."""

from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from protocol.messages import Manifest
from viewer.cue import Cue
from viewer.options import PLAIN, Options
from viewer.scene import Beside
from viewer.spot import Spot
from viewer.timeline import Timeline

Frame = NDArray[np.uint8]
Size = tuple[int, int]


class Paints(Protocol):
    """Turns a moment of a timeline into a frame; viewer.painter.Painter."""

    @property
    def is_finished(self) -> bool:
        """Whether the last frame shows all of its moment; only hurried ones do not."""

    def paint(
        self,
        timeline: Timeline,
        cue: Cue,
        badge: str = "",
        options: Options = PLAIN,
        beside: tuple[Beside, ...] = (),
    ) -> Frame:
        """Paint one frame, shape (height, width, 4); painted over by the next call."""

    def spot(self, x: float, y: float) -> Spot | None:
        """Say what the last frame shows at a pixel; None where that is nothing."""


# From manifest, (width, height) and theme.
MakePainter = Callable[[Manifest, Size, str], Paints]


def make_painter(manifest: Manifest, size: Size, theme: str) -> Paints:
    """Make the painter of files; matplotlib is imported here and not before."""
    from viewer.painter import Painter

    return Painter(manifest, size, theme)


def make_hurried_painter(manifest: Manifest, size: Size, theme: str) -> Paints:
    """Make the painter of windows, whose frames must never be late."""
    from viewer.painter import Painter

    return Painter(manifest, size, theme, hurried=True)
