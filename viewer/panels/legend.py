"""What the colours and the marks mean."""

import numpy as np

from protocol.messages import Manifest
from viewer.detail import is_drawable
from viewer.drawn import is_deep, is_plate
from viewer.head import DECISION
from viewer.layout import Box
from viewer.options import Normalisation
from viewer.paint import marks
from viewer.paint.canvas import Canvas
from viewer.paint.marks import Mark
from viewer.paint.shapes import disc
from viewer.paint.text import Label, Style, height, longest_that_fits, width
from viewer.palette import Colour
from viewer.saturation import KIND, LIMITS
from viewer.scene import Scene

_ROWS = 5
_PITCH = 19  # pixels at 720 lines from row to row, where there is room
# In wordings ever shorter.
_STRENGTH = [
    "share of its gap's 98th percentile",
    "of its gap's 98th percentile",
    "of 98th percentile",
]
_SATURATION = {
    Normalisation.LAYER: ["of a unit in its layer", "in its layer"],
    Normalisation.NETWORK: [
        "of a unit, one scale for all layers",
        "one scale for all layers",
        "of all layers",
    ],
}
# Where functions have values below 0, too.
_SIGNED = {
    Normalisation.LAYER: ["either sign, in its layer", "either sign"],
    Normalisation.NETWORK: [
        "either sign, one scale for all layers",
        "either sign, all layers",
        "either sign",
    ],
}
_NEVER_BELOW_0 = {"relu", "relu6", "sigmoid", "softmax", "softplus", "exp", DECISION}
_SENT = ["as the trainer scales it", "the trainer's scale", "trainer's"]


def wants(manifest: Manifest) -> bool:
    """Explain the colours of a drawn network."""
    return is_drawable(manifest)


class LegendPanel:
    """A wedge for weights, a ramp for saturation, and the marks of units."""

    def __init__(self, canvas: Canvas, manifest: Manifest) -> None:
        self._canvas = canvas
        box = canvas.layout.legend
        self._marks = _marks_of(manifest)
        self._is_discs = _is_discs(manifest)
        self._name, self._small = canvas.style(10), canvas.style(9)
        pitch = min(box.height / _ROWS, canvas.layout.px(_PITCH))
        if pitch < height(self._name):  # no room for marks
            self._marks, pitch = [], box.height / (_ROWS - 1)
        rows = np.rint(box.top + pitch * (np.arange(_ROWS) + 0.5))
        self._rows = [int(row) for row in rows]
        self._left, self._right = box.left, box.right
        self._of_what = self._second("saturation", self._rows[2])
        functions = {layer.activation for layer in manifest.layers[1:]}
        self._is_signed = not functions <= _NEVER_BELOW_0
        self._has_weights = any(spec.kind == "weights" for spec in manifest.arrays)
        self._is_sent = any(spec.kind == KIND for spec in manifest.arrays)

    def _second(self, name: str, row: int) -> tuple[Label, float]:
        """Place what is said beside a name, and measure the room for it."""
        room = self._right - self._left - width(f"{name}  ", self._name)
        label = self._canvas.label(self._right, row, self._small, align="right")
        return label, room

    def prepare(self) -> None:
        """Paint what never changes."""
        canvas, theme = self._canvas, self._canvas.theme
        weight, wedge, saturation, ramp, _ = self._rows
        inset = round(canvas.layout.px(15))
        left, right = self._left + inset, self._right - inset
        if self._has_weights:
            canvas.label(self._left, weight, self._name).show("weight", theme.dim)
            label, room = self._second("weight", weight)
            label.show(longest_that_fits(_STRENGTH, self._small, room), theme.faint)
            colours = theme.negative, theme.positive
            self._ends(wedge, canvas.style(10, bold=True), ("−", "+"), colours)
            self._wedge(Box(left, 0, right, 0), wedge)
        canvas.label(self._left, saturation, self._name).show("saturation", theme.dim)
        self._ends(ramp, canvas.style(10), ("0", "1"), (theme.dim, theme.dim))
        self._ramp(left, right, ramp)
        self._explain_marks()

    def _ends(
        self,
        y: int,
        style: Style,
        words: tuple[str, str],
        colours: tuple[Colour, Colour],
    ) -> None:
        """Write what is at both ends of a row."""
        canvas = self._canvas
        canvas.label(self._left, y, style).show(words[0], colours[0])
        label = canvas.label(self._right, y, style, align="right")
        label.show(words[1], colours[1])

    def paint(self, scene: Scene) -> None:
        """Say what saturations are shares of."""
        label, room = self._of_what
        kinds = _SIGNED if self._is_signed else _SATURATION
        words = kinds[scene.options.normalisation]
        if self._is_sent:
            words = _SENT
        label.show(
            longest_that_fits(words, self._small, room), self._canvas.theme.faint
        )

    def _explain_marks(self) -> None:
        """Paint each mark and its name, as many as there is room for."""
        canvas, px = self._canvas, self._canvas.layout.px
        x, y = float(self._left), self._rows[-1]
        for mark in self._marks:
            needed = px(18) + width(mark, self._small)
            if x + needed > self._right:
                return
            self._mark(mark, (x + px(6.5), y))
            canvas.label(x + px(17), y, self._small).show(mark, canvas.theme.faint)
            x += needed + px(9)

    def _mark(self, mark: Mark, centre: tuple[float, float]) -> None:
        canvas, theme = self._canvas, self._canvas.theme
        radius = max(canvas.layout.px(5.5), 2.0)
        if self._is_discs:
            if mark is Mark.SATURATED:
                radius *= 0.9
                colour = tuple(int(channel) for channel in theme.saturation[200])
                disc(canvas.pixels, centre, radius, (colour[0], colour[1], colour[2]))
            marks.paint(canvas.pixels, mark, centre, radius, theme)
            return
        x, y, half = round(centre[0]), round(centre[1]), round(0.75 * radius)
        panel = canvas.pixels[y - half - 1 : y + half + 2, x - half - 1 : x + half + 2]
        cell = canvas.pixels[y - half : y + half + 1, x - half : x + half + 1]
        panel[..., :3] = theme.ring
        cell[..., :3] = theme.background if mark is Mark.DEAD else mark.colour(theme)

    def _wedge(self, box: Box, y: int) -> None:
        layout, theme = self._canvas.layout, self._canvas.theme
        t = np.linspace(-1, 1, box.width)
        half = layout.px(0.3) + layout.px(3.2) * np.abs(t) ** 1.2
        reach = int(half.max()) + 2
        rows = np.arange(-reach, reach + 1)[:, None]
        cover = np.clip(half + 0.5 - np.abs(rows), 0, 1) * (0.25 + 0.75 * np.abs(t))
        ink = np.where(t[:, None] > 0, theme.positive, theme.negative)
        area = Box(box.left, y - reach, box.right, y + reach + 1)
        region = self._canvas.pixels[area.slices][..., :3]
        alpha = cover[..., None]
        region[...] = (region * (1 - alpha) + ink * alpha).astype(np.uint8)

    def _ramp(self, left: int, right: int, y: int) -> None:
        half = max(round(self._canvas.layout.px(3)), 1)
        colours = self._canvas.theme.saturation
        across = colours[np.linspace(0, 255, right - left).astype(int)]
        self._canvas.pixels[y - half : y + half + 1, left:right, :3] = across


def _is_discs(manifest: Manifest) -> bool:
    """Whether any layer after the input is a column of discs, which bear marks."""
    return is_deep(manifest) or not any(map(is_plate, manifest.layers[1:-1]))


def _marks_of(manifest: Manifest) -> list[Mark]:
    """List the marks that units of this run can bear."""
    found = [Mark.BROKEN]
    hidden = {layer.activation for layer in manifest.layers[:-1]}
    if hidden & LIMITS.keys() and _is_discs(manifest):
        found.insert(0, Mark.SATURATED)
    if any(spec.kind == "activity" for spec in manifest.arrays):
        found.insert(0, Mark.DEAD)
    return found
