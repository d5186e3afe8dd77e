"""Several pictures in one frame, each under a title of its own."""

from dataclasses import dataclass
from itertools import pairwise, product

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from viewer.layout import Box, Layout
from viewer.paint.text import Label, Style
from viewer.palette import Theme
from viewer.tall_layouts import TallLayout

Pixels = NDArray[np.uint8]
Size = tuple[int, int]

# At 720 lines, in pixels: the title with its words, and the room before and after them.
TITLE, WORDS, MARGIN = 26, 11.5, 14
LOWEST = 15  # pixels of a title that words fit into
NAME = 0.5  # of a title, at most
LINE = 2  # pixels between two pictures
# Words of pictures smaller than this would lie over each other: such a picture is
# painted larger, and made smaller as a whole.
SMALLEST = (636, 330)


@dataclass(frozen=True, slots=True)
class Place:
    """Where one picture is.

    Attributes:
        title: The line above it.
        picture: The picture.
    """

    title: Box
    picture: Box

    @property
    def scale(self) -> float:
        """How much larger than it is shown a picture is painted, at least 1."""
        width, height = self.picture.width, self.picture.height
        return max(SMALLEST[0] / width, SMALLEST[1] / height, 1.0)

    @property
    def size(self) -> Size:
        """(width, height) in which the picture is to be painted."""
        scale = self.scale
        return round(self.picture.width * scale), round(self.picture.height * scale)


class Mosaic:
    """A frame of several pictures.

    Attributes:
        size: (width, height) of the frame.
        theme: The colours.
        pixels: The frame, shape (height, width, 4), RGBA.
        places: From left to right, then down.
    """

    def __init__(self, size: Size, theme: Theme, count: int) -> None:
        """Divide a frame among so many pictures, so that what is drawn is large."""
        self.size, self.theme = size, theme
        width, height = size
        self.pixels: Pixels = np.full((height, width, 4), 255, np.uint8)
        self.pixels[..., :3] = theme.background
        scale = min(width / 1280, height / 720)
        title = max(round(TITLE * scale), LOWEST)
        self.places = places_of(size, count, title)
        for place in self.places:
            self._paint_lines(place)
        self._labels = [self._write(place.title, scale) for place in self.places]

    def put(self, number: int, picture: Pixels, *, dimmed: bool = False) -> None:
        """Copy a picture of the size that it is to be painted in into its place."""
        box = self.places[number].picture
        region = self.pixels[box.slices]
        if picture.shape != region.shape:
            whole, shown = Image.fromarray(picture), (box.width, box.height)
            picture = np.asarray(whole.resize(shown, Image.Resampling.BOX))
        region[...] = picture
        if dimmed:
            half = np.array(self.theme.background, np.uint8) >> 1
            region[..., :3] = (region[..., :3] >> 1) + half

    def entitle(
        self, number: int, name: str, words: str, *, is_usual: bool = False
    ) -> bool:
        """Write above a picture what it is and how it stands.

        Returns:
            Whether that is anything new.
        """
        theme, (left, right) = self.theme, self._labels[number]
        before = left.text, right.text, right.colour
        left.show(name, theme.ink, bold=True)
        right.show(words, theme.dim if is_usual else theme.negative)
        return (left.text, right.text, right.colour) != before

    def at(self, x: float, y: float) -> tuple[int, float, float] | None:
        """Say which picture column x, row y is in, and where in it; or None.

        Returns:
            The number of the picture, column and row of what is painted.
        """
        for number, place in enumerate(self.places):
            box = place.picture
            if place.title.left <= x < box.right and place.title.top <= y < box.bottom:
                scale = place.scale
                return number, (x - box.left) * scale, (y - box.top) * scale
        return None

    def _write(self, title: Box, scale: float) -> tuple[Label, Label]:
        style = Style(min(WORDS * max(scale, 0.1), 0.7 * title.height))
        margin, y = MARGIN * scale, (title.top + title.bottom) / 2
        room = max(title.width - 3 * margin, 1)
        left, right = title.left + margin, title.right - margin
        name = Label(self.pixels, (left, y), style, room=room * NAME)
        words = Label(
            self.pixels, (right, y), style, align="right", room=room * (1 - NAME)
        )
        return name, words

    def _paint_lines(self, place: Place) -> None:
        """Paint what is behind a title, and the lines to the places before."""
        title, theme = place.title, self.theme
        self.pixels[title.slices][..., :3] = theme.panel
        bottom = place.picture.bottom
        if title.left:
            side = Box(title.left - LINE, title.top, title.left, bottom)
            self.pixels[side.slices][..., :3] = theme.hairline


def places_of(size: Size, count: int, title: int) -> list[Place]:
    """Divide a frame of (width, height), `title` pixels of each for words."""
    columns = max(range(1, count + 1), key=lambda n: _scale(size, count, n))
    rows = -(-count // columns)
    across, down = _parts(size[0], columns), _parts(size[1], rows)
    boxes = [(*a, *b) for b, a in product(down, across)][:count]
    return [
        Place(Box(x, y, right, y + title), Box(x, y + title, right, bottom))
        for x, right, y, bottom in boxes
    ]


def _scale(size: Size, count: int, columns: int) -> float:
    """Find how large text is in each of so many columns."""
    width, height = size[0] // columns, size[1] // -(-count // columns)
    is_tall = width < Layout.narrowest * height
    make = TallLayout if is_tall else Layout
    return make(width, height).scale


def _parts(length: int, count: int) -> list[tuple[int, int]]:
    """Divide a length into parts as equal as can be, with lines between."""
    starts = [round(number * (length + LINE) / count) for number in range(count + 1)]
    return [(a, b - LINE) for a, b in pairwise(starts)]
