"""Colours: two themes, safe for colour-blind eyes, and the ramps made from them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Colour = tuple[int, int, int]
Ramp = NDArray[np.uint8]


def rgb(code: str) -> Colour:
    """Read "#RRGGBB"."""
    return int(code[1:3], 16), int(code[3:5], 16), int(code[5:7], 16)


def _lab(colours: NDArray[np.float64]) -> NDArray[np.float64]:
    """Convert sRGB in 0..1, shape (n, 3), to CIELAB under D65.

    Source: IEC 61966-2-1 (transfer curve and matrix), CIE 15 (L*a*b*).
    """
    linear = np.where(
        colours <= 0.04045, colours / 12.92, ((colours + 0.055) / 1.055) ** 2.4
    )
    to_xyz = np.array(
        [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    )
    xyz = linear @ to_xyz.T / to_xyz.sum(axis=1)
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    x, y, z = f.T
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=1)


def ramp(stops: tuple[str, ...], steps: int = 256) -> Ramp:
    """Blend stops into a ramp whose steps look equally large.

    Args:
        stops: Two or more "#RRGGBB".
        steps: Length of the ramp.

    Returns:
        Shape (steps, 3), uint8; neighbours are equally far apart in CIELAB.
    """
    colours = np.array([rgb(stop) for stop in stops]) / 255
    fine = np.linspace(0, len(stops) - 1, 4096)
    along = np.arange(len(stops))
    dense = np.stack([np.interp(fine, along, colours[:, c]) for c in range(3)], axis=1)
    length = np.linalg.norm(np.diff(_lab(dense), axis=0), axis=1)
    travelled = np.concatenate([[0.0], np.cumsum(length)])
    wanted = np.linspace(0, travelled[-1], steps)
    even = [np.interp(wanted, travelled, dense[:, c]) for c in range(3)]
    return np.asarray(np.rint(np.stack(even, axis=1) * 255), np.uint8)


@dataclass(frozen=True)
class Theme:
    """The colours of one look.

    Attributes:
        name: "dark" or "light".
        background: Behind everything.
        panel: Behind a picture.
        hairline: Thin lines and empty bars.
        ink: Text that matters; `dim` and `faint` matter less.
        positive: Weights above zero, and accuracy.
        negative: Weights below zero, and loss.
        correct: A prediction that is the label.
        wrong: A prediction that is not.
        ring: Rim of a resting unit.
        stops: Ramp of the units' saturation, 0 first.
        classes: Of a class map, in the order of the classes.
        unclassified: A cell of a class map that no class has reached.
        glows: Edges add light (dark theme) rather than ink (light theme).
    """

    name: str
    background: Colour
    panel: Colour
    hairline: Colour
    ink: Colour
    dim: Colour
    faint: Colour
    positive: Colour
    negative: Colour
    correct: Colour
    wrong: Colour
    ring: Colour
    stops: tuple[str, ...]
    classes: tuple[str, ...]
    unclassified: Colour
    glows: bool

    @cached_property
    def saturation(self) -> Ramp:
        """Shape (256, 3), uint8: colour of a unit by its saturation."""
        return ramp(self.stops)

    def class_colours(self, names: Sequence[str]) -> tuple[Colour, ...]:
        """Give each class its colour; beyond twelve they come again.

        Classes that are all named after colours have those: nobody could read a map
        whose "red" is blue.
        """
        if all(name.lower() in NAMED for name in names):
            return tuple(NAMED[name.lower()] for name in names)
        return tuple(
            rgb(self.classes[k % len(self.classes)]) for k in range(len(names))
        )


DARK = Theme(
    name="dark",
    background=rgb("#0B0F17"),
    panel=rgb("#111827"),
    hairline=rgb("#1F2937"),
    ink=rgb("#E6EDF3"),
    dim=rgb("#8B98A9"),
    faint=rgb("#64748B"),
    positive=rgb("#4CC2FF"),
    negative=rgb("#FF8A3D"),
    correct=rgb("#6EE7B7"),
    wrong=rgb("#FF6B8A"),
    ring=rgb("#3B4A60"),
    stops=(
        "#16202F", "#304071", "#624B9E", "#AA4F9A", "#CE6186", "#EC756E",
        "#F7A474", "#FDD090", "#FFF6D6",
    ),
    classes=(
        "#1E4E8C", "#4CC2FF", "#F4E9CD", "#FF8A3D", "#8B4A9E", "#2FA36B",
        "#FFD23F", "#D6336C", "#7C5A3C", "#A6E3A1", "#B8A2F2", "#6B7F1F",
    ),
    unclassified=rgb("#111827"),
    glows=True,
)  # fmt: skip

LIGHT = Theme(
    name="light",
    background=rgb("#FBFAF7"),
    panel=rgb("#FFFFFF"),
    hairline=rgb("#E4E1DA"),
    ink=rgb("#1B2430"),
    dim=rgb("#66707D"),
    faint=rgb("#8A8780"),
    positive=rgb("#0B6FB8"),
    negative=rgb("#B85010"),
    correct=rgb("#0C8258"),
    wrong=rgb("#C2305A"),
    ring=rgb("#9AA3AE"),
    stops=(
        "#F3EFE6", "#D9D9E3", "#A9B6D6", "#6C86BF", "#3D5A9E", "#22356B", "#121B3A",
    ),
    classes=(
        "#1E4E8C", "#4CC2FF", "#F2C14E", "#C8452B", "#8B4A9E", "#2FA36B",
        "#1B2430", "#E56BA8", "#7C5A3C", "#A6E3A1", "#B8A2F2", "#6B7F1F",
    ),
    unclassified=rgb("#EFECE5"),
    glows=False,
)  # fmt: skip

# The first four as its author had them in PB_clustering_video.py, 2022.
NAMED = {
    "red": (255, 0, 0),
    "blue": (0, 0, 255),
    "orange": (255, 179, 0),
    "green": (0, 179, 0),
    "yellow": (255, 224, 80),
    "purple": (139, 74, 158),
    "pink": (229, 107, 168),
    "brown": (124, 90, 60),
}

THEMES = {theme.name: theme for theme in (DARK, LIGHT)}
