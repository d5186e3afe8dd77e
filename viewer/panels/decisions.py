"""What is decided about examples not trained on, and how well the unknown stand out."""

from math import isfinite

import numpy as np

from protocol.messages import Manifest
from viewer.confusion import FIGURES, Counts, is_measured, metric_of, spec_of, words_at
from viewer.cue import Phase
from viewer.detail import is_drawable
from viewer.drawn import is_deep
from viewer.layout import Box
from viewer.number import percent
from viewer.paint.canvas import Canvas
from viewer.paint.text import Label, longest_that_fits, mask, width
from viewer.panels.matrix import Matrix
from viewer.scene import Scene
from viewer.spot import Spot

_TITLES = [
    "held out: truth by row, decision by column",
    "truth by row, decision by column",
    "truth ↓  decision →",
    "decisions",
]
_NAMES = {"rejected": "rejected", "caught": "caught", "auroc": "AUROC"}
_WORD, _NUMBER = 9.5, 12  # sizes of letters
_BESIDE = 1.5  # times as wide as high: numbers stand beside the matrix


def wants(manifest: Manifest) -> bool:
    """Tell what was decided where a trainer sends it; deep networks leave no room."""
    return is_drawable(manifest) and not is_deep(manifest) and is_measured(manifest)


class DecisionsPanel:
    """A confusion matrix, and the figures of the unknown beside it or below."""

    def __init__(self, canvas: Canvas, manifest: Manifest) -> None:
        self._canvas, self._manifest = canvas, manifest
        assert canvas.layout.decided is not None
        self._box, self._spec = canvas.layout.decided, spec_of(manifest)
        self._matrix: Matrix | None = None
        self._figures: dict[str, tuple[Label, Label]] = {}
        self._counts: Counts | None = None
        self._shown = -1
        if self._spec is not None:
            self._matrix = Matrix(canvas, self._square(self._box), self._spec.shape[0])
        self._place_figures(self._box)

    def _square(self, box: Box) -> Box:
        side = min(box.width, box.height)
        return Box(box.left, box.top, box.left + side, box.top + side)

    def _place_figures(self, box: Box) -> None:
        """Reserve places: beside the matrix, or below it where the box is high."""
        manifest = self._manifest
        known = [f for f in FIGURES if metric_of(manifest, f) in manifest.metrics]
        if manifest.axis == "example":  # there is a curve of what is rejected
            known = [figure for figure in known if figure != "rejected"]
        if box.width < _BESIDE * box.height:
            self._place_below(box, known)
            return
        left, number = (
            float(box.left),
            self._canvas.style(_NUMBER, bold=True, mono=True),
        )
        if self._matrix is not None:
            left = self._matrix.box.right + self._canvas.layout.px(14)
        if box.right - left >= width("000.0%", number):
            self._place_beside(box, left, known)

    def _place_beside(self, box: Box, left: float, known: list[str]) -> None:
        """Stack as many figures as there is room for, each below its name."""
        small = self._canvas.style(_WORD)
        number = self._canvas.style(_NUMBER, bold=True, mono=True)
        name, above = mask("rejected", small)
        value, before = mask("00.0%", number)
        gap = max(round(self._canvas.layout.px(3)), 1)
        step = len(name) - above + before + gap  # from the middle of one to the other
        count = min(int(box.height / (len(name) + len(value) + gap + 1)), len(FIGURES))
        for row, figure in enumerate(known[:count]):
            y = box.top + above + box.height / count * row
            self._figures[figure] = (
                self._canvas.label(left, y, small),
                self._canvas.label(left, y + step, number),
            )

    def _place_below(self, box: Box, known: list[str]) -> None:
        """Give each figure a row, its name on the left."""
        px, small = self._canvas.layout.px, self._canvas.style(_WORD)
        number = self._canvas.style(10.5, bold=True, mono=True)
        top, right = box.top, box.right
        if self._matrix is not None:
            top = self._matrix.box.bottom
            if self._matrix.box.width >= width("rejected 00.0%", number):
                right = self._matrix.box.right
        for row, figure in enumerate(known):
            y = top + px(15) + px(17) * row
            self._figures[figure] = (
                self._canvas.label(box.left, y, small),
                self._canvas.label(right, y, number, align="right"),
            )

    def prepare(self) -> None:
        """Say what rows and columns are."""
        if self._matrix is None:
            return
        style = self._canvas.style(_WORD)
        title = longest_that_fits(self._titles, style, self._box.width)
        y = self._box.top - self._canvas.layout.px(13)
        label = self._canvas.label(self._box.left, y, style)
        label.show(title, self._canvas.theme.dim)

    @property
    def _titles(self) -> list[str]:
        return _TITLES[1:] if self._manifest.axis == "example" else _TITLES

    def paint(self, scene: Scene) -> None:
        """Paint the matrix where it is another, and the figures."""
        theme = self._canvas.theme
        for figure, (name, value) in self._figures.items():
            share = scene.newest(metric_of(self._manifest, figure))
            known = isfinite(share)
            text = f"{share:.3f}" if figure == "auroc" else percent(share)
            name.show(_NAMES[figure] if known else "", theme.dim)
            value.show(text if known else "", theme.ink)
        self._paint_matrix(scene)

    def _paint_matrix(self, scene: Scene) -> None:
        shown = scene.snapshot
        if scene.cue.phase is Phase.FORWARD and not scene.cue.cycle.runs_back:
            shown = scene.previous or shown  # this example is not decided yet
        if self._matrix is None or self._spec is None or shown.seq == self._shown:
            return
        self._shown = shown.seq
        self._counts = np.nan_to_num(shown.arrays[self._spec.key])
        self._matrix.paint(self._counts)

    def spot(self, x: float, y: float) -> Spot | None:
        """Say what the cell at a pixel counts."""
        cell = None if self._matrix is None else self._matrix.at(x, y)
        if cell is None or self._counts is None:
            return None
        return Spot(words_at(self._manifest, self._counts, *cell))
