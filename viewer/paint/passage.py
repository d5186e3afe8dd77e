"""What is seen between two layers without edges: a quiet band from one to the other.

It says that something leads from layer to layer which is not drawn, such as a
convolution: two dashed lines, no edge of any unit.
"""

import numpy as np
from numpy.typing import NDArray

from viewer.easing import ease
from viewer.palette import Theme

Image = NDArray[np.uint8]
Ends = tuple[float, float]  # first and last row
_FILL, _FILL_OF_INK, _LINE = 0.16, 0.09, 0.6  # shares of the colour of a line
_DASH, _GAP, _THICK = 5, 5, 1.2  # pixels at 720 lines
_LIT = 0.55  # share of the brightest colour where the light passes


def passage(
    image: Image,
    ends: tuple[Ends, Ends],
    theme: Theme,
    scale: float,
    *,
    is_lit: bool = False,
) -> None:
    """Paint a band over all columns of a picture of a gap.

    Args:
        image: Shape (rows, columns, 4), RGBA, painted over.
        ends: First and last row of the layer before, and of the one after.
        theme: Gives the colours.
        scale: Pixels of the frame for one at 720 lines.
        is_lit: Whether the light passes; then it shines, as edges do.
    """
    colour = np.array(theme.ring, np.float64)
    if is_lit:
        colour += (np.array(theme.ink) - colour) * _LIT
    height, width = image.shape[:2]
    at = np.arange(width) + 0.5
    share = ease(at / width)
    top, bottom = (a + (b - a) * share for a, b in zip(*ends, strict=True))
    rows = np.arange(height)[:, None] + 0.5
    fill = _FILL if theme.glows else _FILL_OF_INK
    cover = fill * np.clip(np.minimum(rows - top, bottom - rows) + 0.5, 0, 1)
    period = (_DASH + _GAP) * scale
    dashes = ((at - width / 2 + _DASH * scale / 2) % period) < _DASH * scale
    for line in (top, bottom):
        thick = max(_THICK * scale, 1.0) * np.hypot(1, np.gradient(line))
        near = np.clip(thick / 2 + 0.5 - np.abs(rows - line), 0, 1)
        cover = np.maximum(cover, _LINE * near * dashes)
    ground = image[..., :3]
    ground[...] = np.rint(ground + (colour - ground) * cover[..., None])
