"""A plane of classes as a picture: as it is where it fits, else evenly scaled.

How it works: the palette is a table of whole pixels, so one look-up colours a cell.
Where cells do not fall on pixels, each pixel is the mean of a few cells that it covers:
neighbours across are looked up as a pair in a table of mixed colours, the rest is
averaged four bytes at once.
"""

from itertools import product

import numpy as np
from numpy.typing import NDArray

from viewer.layout import Box
from viewer.palette import Colour
from viewer.plane import Cells

Whole = NDArray[np.uint32]  # one RGBA pixel each
_FILLS = 0.7  # of its frame: so large a map is drawn as it is rather than scaled
_AT_ONCE = 48  # rows of the picture
_MOST_SAMPLES = 1100  # across a map, or as many as it needs two for each pixel


class ClassMap:
    """The picture of a class map at one place of the frame.

    Attributes:
        box: Pixels that it covers.
        zoom: Pixels along the side of a cell, a whole number where each cell is drawn
            as it is; below 1 where cells share pixels.
    """

    def __init__(
        self,
        frame: Box,
        shape: tuple[int, int],
        colours: tuple[Colour, ...],
        unclassified: Colour,
        *,
        most_samples: int = _MOST_SAMPLES,
    ) -> None:
        """Find the place.

        Args:
            frame: Where the map may be; it is put in its middle.
            shape: Cells down and across.
            colours: Of the classes.
            unclassified: Colour of all other cells.
            most_samples: Cells looked at across a map that is scaled, if that is two
                for each pixel.
        """
        rows, columns = shape
        fit = min(frame.width / columns, frame.height / rows)
        exact = int(fit) > _FILLS * fit
        self.zoom = int(fit) if exact else fit
        width = max(round(columns * self.zoom), 1)
        height = max(round(rows * self.zoom), 1)
        left = frame.left + (frame.width - width) // 2
        top = frame.top + (frame.height - height) // 2
        self.box = Box(left, top, left + width, top + height)
        self._shape = shape
        self._classes = len(colours)
        self._palette = _palette(colours, unclassified)
        self._pairs = _mean(np.repeat(self._palette, 256), np.tile(self._palette, 256))
        samples = 2
        while samples * self.zoom < 1 and 2 * samples * width <= most_samples:
            samples *= 2
        self._rows = _sampled(height, samples, rows)
        self._columns = _sampled(width, samples, columns)
        looked_at = _AT_ONCE * max(len(self._rows) // height, 1)
        self._seen = np.empty((looked_at, len(self._columns)), np.uint8)
        self._paired = np.empty((looked_at, len(self._columns) // 2), np.uint32)

    @property
    def is_exact(self) -> bool:
        """Whether each cell is a pixel, or a square of pixels."""
        return self.zoom == int(self.zoom)

    def picture(self, cells: Cells, into: Whole | None = None) -> Whole:
        """Colour a map.

        Args:
            cells: Shape (rows, columns), uint8.
            into: A picture that is needed no more; taking new memory for a large one
                takes as long as painting it.

        Returns:
            Shape (box.height, box.width), uint32: RGBA, opaque; `into` if given.
        """
        if into is None:
            into = np.empty((self.box.height, self.box.width), np.uint32)
        if not self.is_exact:
            return self._scaled(cells, into)
        if self.zoom == 1:
            return self._palette.take(cells, out=into, mode="clip")
        times = int(self.zoom)
        larger = self._palette.take(cells).repeat(times, axis=1)
        into[...] = larger.repeat(times, axis=0)
        return into

    def _scaled(self, cells: Cells, into: Whole) -> Whole:
        """Scale a few rows at a time: what lies between stays in the fastest memory."""
        for start in range(0, len(into), _AT_ONCE):
            part = into[start : start + _AT_ONCE]
            looked_at = len(self._rows) // len(into)
            rows = self._rows[start * looked_at :][: len(part) * looked_at]
            self._scale(cells.take(rows, axis=0), part)
        return into

    def _scale(self, rows: Cells, into: Whole) -> None:
        seen, paired = self._seen[: len(rows)], self._paired[: len(rows)]
        rows.take(self._columns, axis=1, out=seen, mode="clip")
        pairs = seen.view(np.uint16)
        picture = self._pairs.take(pairs, out=paired, mode="clip")
        while picture.shape[1] > into.shape[1]:
            picture = _mean(picture[:, ::2], picture[:, 1::2])
        while picture.shape[0] > 2 * into.shape[0]:
            picture = _mean(picture[::2], picture[1::2])
        _mean(picture[::2], picture[1::2], into)

    def paint(self, pixels: NDArray[np.uint8], picture: Whole) -> None:
        """Paint a picture of the map on a frame, shape (height, width, 4), RGBA."""
        pixels.view(np.uint32)[..., 0][self.box.slices] = picture

    def lots(self, most: int) -> NDArray[np.uint8]:
        """Draw a number below `most` by lot for each pixel, one for all of a cell.

        Returns:
            Shape (box.height, box.width), uint8, the same at each call.
        """
        height, width = self.box.height, self.box.width
        rows, columns = min(height, self._shape[0]), min(width, self._shape[1])
        drawn = np.random.default_rng(0).integers(0, most, (rows, columns), np.uint8)
        down = np.arange(height) * rows // height
        return drawn[down].take(np.arange(width) * columns // width, axis=1)

    def mark(
        self, pixels: NDArray[np.uint8], cells: Cells, half: int, rim: Colour
    ) -> None:
        """Mark the classified cells of a map on a frame, each with a square.

        Args:
            pixels: The frame, shape (height, width, 4), RGBA; the map is on it.
            cells: Shape (rows, columns), uint8.
            half: Pixels from the middle of a mark to its edge; the rim is one more.
            rim: Colour round a mark, so that it stands out from its own class.
        """
        rows, columns = np.nonzero(cells < self._classes)
        colours = self._palette[cells[rows, columns]]
        box, frame = self.box, pixels.view(np.uint32)[..., 0]
        top = box.top + ((rows + 0.5) * self.zoom).astype(np.intp)
        left = box.left + ((columns + 0.5) * self.zoom).astype(np.intp)
        around = _palette((), rim)[0]
        for reach, colour in ((half + 1, around), (half, colours)):
            for down, across in product(range(-reach, reach + 1), repeat=2):
                row = (top + down).clip(box.top, box.bottom - 1)
                column = (left + across).clip(box.left, box.right - 1)
                frame[row, column] = colour

    def cell_at(self, x: float, y: float) -> tuple[int, int] | None:
        """Find the row and column of the cell at a pixel, None beside the map."""
        box = self.box
        if not (box.left <= x < box.right and box.top <= y < box.bottom):
            return None
        rows, columns = self._shape
        row = int((y - box.top) * rows / box.height)
        return row, int((x - box.left) * columns / box.width)


def _palette(colours: tuple[Colour, ...], unclassified: Colour) -> Whole:
    """Make the table from a byte to a pixel, shape (256,)."""
    table = np.full((256, 4), 255, np.uint8)
    table[:, :3] = unclassified
    table[: len(colours), :3] = np.reshape(colours, (-1, 3))
    return table.view(np.uint32)[:, 0]


def _mean(one: Whole, other: Whole, into: Whole | None = None) -> Whole:
    """Average pixels, all four channels of a pixel at once; `one` is spoilt.

    Source: Warren, Hacker's Delight, section 2-5 (average without overflow).
    """
    mean = np.bitwise_xor(one, other, out=into)
    mean &= np.uint32(0xFEFEFEFE)  # no bit may fall into the next channel
    mean >>= np.uint32(1)
    one &= other
    mean += one
    return mean


def _sampled(pixels: int, samples: int, cells: int) -> NDArray[np.intp]:
    """Choose the cells that the pixels of a row look at, `samples` for each.

    They are at least a cell apart where a pixel covers more than one: neighbours that
    pixel after pixel fall together or not would show as a pattern.
    """
    covered = cells / pixels
    step = max(covered / samples, 1.0) if covered > 1 else covered / samples
    middle = (np.arange(pixels) + 0.5) * covered
    offset = (np.arange(samples) - (samples - 1) / 2) * step
    at = np.floor(middle[:, None] + offset).astype(np.intp)
    return np.asarray(at.clip(0, cells - 1).ravel())
