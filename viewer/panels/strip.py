"""An input that is no picture: a bar for each of few values, a cell for each of many."""

import numpy as np
from numpy.typing import NDArray

from protocol.messages import Manifest, Snapshot
from viewer.detail import is_drawable
from viewer.drawn import is_deep, is_wide
from viewer.layout import Box
from viewer.number import brief
from viewer.paint.canvas import Canvas
from viewer.paint.cells import Cells, blends
from viewer.paint.shapes import bar
from viewer.paint.text import width
from viewer.palette import Theme
from viewer.panels.caption import Caption
from viewer.pictures import shows_pictures
from viewer.scene import Scene

Floats = NDArray[np.float64]
MOST_BARS = 30
_TIGHT, _ROOMY = 13, 40  # pixels at 720 lines between bars: no words below, no more
_BROAD = 120  # pixels at 720 lines across; where less, words would leave no bar
_STEPS = 128  # of colour from zero to the largest value


def wants(manifest: Manifest) -> bool:
    """Show what is no picture; beside plates the network's first plate does."""
    if not is_drawable(manifest) or (is_wide(manifest) and not is_deep(manifest)):
        return False
    return not shows_pictures(manifest)


class StripPanel:
    """The values, how many there are, and which example they are of."""

    def __init__(self, canvas: Canvas, manifest: Manifest) -> None:
        self._canvas, box = canvas, canvas.layout.picture
        self._caption = Caption(canvas, manifest)
        self._count = count = manifest.layers[0].units
        y = box.top - canvas.layout.px(14)
        self._title = canvas.label(box.left, y, canvas.style(10.5))
        self._values = (Bars if count <= MOST_BARS else Plate)(canvas, box, count)
        self._shown: tuple[int, int, float] | None = None

    def prepare(self) -> None:
        """Say how many values there are."""
        plural = "" if self._count == 1 else "s"
        self._title.show(f"{self._count:,} input{plural}", self._canvas.theme.dim)
        self._values.prepare()

    def paint(self, scene: Scene) -> None:
        """Paint the example; during the update it changes into the next one."""
        share = scene.exchanged
        following = scene.following if scene.following is not None else scene.snapshot
        key = scene.snapshot.seq, following.seq, share
        if key == self._shown:
            return
        self._shown = key
        nearer = scene.snapshot if share < 0.5 else following
        shares = _shares(scene.snapshot)
        if share:
            shares = shares * (1 - share) + _shares(following) * share
        self._values.paint(shares, nearer.arrays["activation", 0])
        self._caption.show(nearer)


class Bars:
    """A row for each value: its number, a bar from the middle, the value."""

    def __init__(self, canvas: Canvas, box: Box, count: int) -> None:
        px = canvas.layout.px
        self._canvas = canvas
        pitch = min(box.height / count, px(_ROOMY))
        self._y = box.top + pitch * (np.arange(count) + 0.5)
        self._half = min(px(3), 0.3 * pitch)
        has_words = pitch >= px(_TIGHT) and box.width >= px(_BROAD)
        style = canvas.style(9, mono=True)
        left, right = float(box.left), float(box.right)
        if has_words:
            left += width("00", style) + px(6)
            right -= width("-0.000e0", style) + px(6)
        self._left, self._right = left, right
        shown = self._y if has_words else self._y[:0]
        self._numbers = [canvas.label(box.left, y, style) for y in shown]
        self._words = [canvas.label(box.right, y, style, align="right") for y in shown]

    def prepare(self) -> None:
        """Number the rows, and paint where zero is."""
        theme, pixels = self._canvas.theme, self._canvas.pixels
        for number, label in enumerate(self._numbers):
            label.show(str(number), theme.faint)
        middle = round((self._left + self._right) / 2)
        reach = self._half + self._canvas.layout.px(3)
        top, bottom = round(self._y[0] - reach), round(self._y[-1] + reach)
        pixels[top:bottom, middle, :3] = theme.ring

    def paint(self, shares: Floats, values: NDArray[np.floating]) -> None:
        """Paint bars of these shares, and write the values."""
        theme, middle = self._canvas.theme, (self._left + self._right) / 2
        top, bottom = self._y[0] - self._half, self._y[-1] + self._half
        left, right = int(self._left) - 2, int(self._right) + 3
        self._canvas.restore(Box(left, int(top) - 2, right, int(bottom) + 3))
        for y, share in zip(self._y, shares, strict=True):
            length = share * (self._right - self._left) / 2
            if not abs(length) >= 0.5:  # nor NaN
                continue
            ends = sorted((middle, middle + length))
            rect = ends[0], y - self._half, ends[1], y + self._half
            bar(
                self._canvas.pixels,
                rect,
                theme.positive if share > 0 else theme.negative,
            )
        for label, value in zip(self._words, values.tolist(), strict=False):
            known = np.isfinite(value)
            label.show(brief(value), theme.dim if known else theme.wrong)


class Plate:
    """A cell for each value, coloured by its sign and size."""

    def __init__(self, canvas: Canvas, box: Box, count: int) -> None:
        columns = int(np.ceil(np.sqrt(count)))
        self._shape = -(-count // columns), columns
        self._canvas, self._box = canvas, box
        self._cells = Cells(canvas, box, self._shape, _signs(canvas.theme))

    def prepare(self) -> None:
        """Paint the hairline round the cells."""
        box = self._box
        outer = Box(box.left - 1, box.top - 1, box.right + 1, box.bottom + 1)
        self._canvas.pixels[outer.slices][..., :3] = self._canvas.theme.hairline

    def paint(self, shares: Floats, _: NDArray[np.floating]) -> None:
        """Paint cells of these shares."""
        rows, columns = self._shape
        numbers = np.full(rows * columns, 2 * _STEPS + 1)
        known = np.isfinite(shares)
        numbers[: len(shares)] = np.where(
            known, _STEPS + np.rint(np.where(known, shares, 0) * _STEPS), 2 * _STEPS + 2
        )
        self._cells.paint(numbers.reshape(rows, columns).astype(np.intp))


def _shares(snapshot: Snapshot) -> Floats:
    """Divide the input by its largest size, shape (units,); NaN what is not finite."""
    values = np.asarray(snapshot.arrays["activation", 0], np.float64)
    finite = np.isfinite(values)
    largest = np.abs(values[finite]).max(initial=1e-12)
    return np.where(finite, np.where(finite, values, 0) / largest, np.nan)


def _signs(theme: Theme) -> NDArray[np.uint8]:
    """Colour from -1 over 0 to 1, then of an empty cell, and of what is not finite."""
    below = blends(theme.negative, theme.panel, _STEPS + 1)
    above = blends(theme.panel, theme.positive, _STEPS + 1)
    others = np.array([theme.background, theme.wrong], np.uint8)
    return np.concatenate([below, above[1:], others])
