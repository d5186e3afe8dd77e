"""What a player needs of a painter, so that it can be tested without one."""

from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from protocol.messages import Manifest
from viewer.cue import Cue
from viewer.timeline import Timeline

Frame = NDArray[np.uint8]
Size = tuple[int, int]


class Paints(Protocol):
    """Turns a moment of a timeline into a frame; viewer.painter.Painter."""

    def paint(self, timeline: Timeline, cue: Cue, badge: str = "") -> Frame:
        """Paint one frame, shape (height, width, 4); painted over by the next call."""


# From manifest, (width, height) and theme.
MakePainter = Callable[[Manifest, Size, str], Paints]


def make_painter(manifest: Manifest, size: Size, theme: str) -> Paints:
    """Make the real painter; matplotlib is imported here and not before."""
    from viewer.painter import Painter

    return Painter(manifest, size, theme)
