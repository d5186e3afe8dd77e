"""The class map of a space run, large; between two layers cell after cell changes."""

import numpy as np
from numpy.typing import NDArray

from protocol.messages import Manifest
from viewer.cue import BOUNDARIES, Cue
from viewer.easing import clamp, ease
from viewer.layout import Box
from viewer.paint.canvas import Canvas
from viewer.paint.class_map import ClassMap
from viewer.paint.text import longest_that_fits
from viewer.plane import Cells, Plane, plane_of
from viewer.scene import Scene
from viewer.spot import Spot

_TURNS = 256  # groups of cells that change one after the other


def wants(manifest: Manifest) -> bool:
    """Show a run that has a class map."""
    return plane_of(manifest) is not None


class SpacePanel:
    """The map, and right of it, at its foot, how it is drawn."""

    def __init__(self, canvas: Canvas, manifest: Manifest) -> None:
        plane = plane_of(manifest)
        assert plane is not None, "only what wants() chose is made"
        theme = canvas.theme
        self._canvas = canvas
        self._plane = plane
        colours = theme.class_colours(plane.classes)
        self._map = ClassMap(
            canvas.layout.plane, plane.shape, colours, theme.unclassified
        )
        layout = canvas.layout
        self._foot = layout.plane_curves[-1].bottom + layout.px(16)
        self._legend = canvas.label(
            layout.plane_classes.left, self._foot - layout.px(18), canvas.style(10)
        )
        self._turn: NDArray[np.uint8] | None = None
        self._cells: Cells | None = None
        self._shown: tuple[int, int, int, bool] | None = None

    def prepare(self) -> None:
        """Paint the hairline round the map and say how it is drawn."""
        canvas, box = self._canvas, self._map.box
        outer = Box(box.left - 1, box.top - 1, box.right + 1, box.bottom + 1)
        canvas.pixels[outer.slices][..., :3] = canvas.theme.hairline
        column, style = canvas.layout.plane_classes, canvas.style(10)
        words = longest_that_fits(_scale(self._plane, self._map), style, column.width)
        label = canvas.label(column.left, self._foot, style)
        label.show(words, canvas.theme.faint)

    def paint(self, scene: Scene) -> None:
        """Paint the map of this layer, some cells of it already as in the following."""
        following, share = scene.following, _changed(scene.cue)
        level = int(share * _TURNS) if following is not None else 0
        points = scene.options.points and scene.history[0].epoch == 0
        target = following.seq if following is not None and level else 0
        key = scene.snapshot.seq, target, level, points
        if key == self._shown:
            return
        self._shown = key
        cells = self._plane.cells(scene.snapshot)
        if following is not None and level:
            new = self._plane.cells(following)
            cells = np.where(self._turns() < level, new, cells)
        self._cells = cells
        self._map.paint(self._canvas.pixels, cells)
        self._legend.show("□ training points" if points else "", self._canvas.theme.dim)
        if points:
            self._mark(self._plane.cells(scene.history[0]))

    def _mark(self, points: Cells) -> None:
        """Lay the training points, which are all that layer 0 has, over the map."""
        canvas = self._canvas
        half = max(round(canvas.layout.px(1.4)), 1)
        self._map.mark(canvas.pixels, points, half, canvas.theme.background)

    def spot(self, x: float, y: float) -> Spot | None:
        """Name the class at a pixel and the cell, counted from the lower left."""
        at = self._map.cell_at(x, y)
        if at is None or self._cells is None:
            return None
        row, column = at
        name = self._plane.name(int(self._cells[at]))
        return Spot(f"{name}  at x {column}, y {self._plane.rows - 1 - row}")

    def _turns(self) -> NDArray[np.uint8]:
        """Draw by lot when each cell changes, the same for every pair of layers."""
        if self._turn is None:
            lots = np.random.default_rng(0)
            self._turn = lots.integers(0, _TURNS, self._plane.shape, np.uint8)
        return self._turn


def _changed(cue: Cue) -> float:
    """Share of the cells that are in the following layer already.

    There is no signal to run back: the time of the phases backward and update is
    that of the change.
    """
    start = BOUNDARIES[2]
    return ease(clamp((cue.fraction - start) / (1 - start)))


def _scale(plane: Plane, drawn: ClassMap) -> list[str]:
    """Say how many cells there are and how large each is, in words ever shorter."""
    cells = f"{plane.rows * plane.columns:,} cells"
    if drawn.zoom == 1:
        return [f"{cells}, each a pixel", cells]
    if drawn.is_exact:
        side = f"{drawn.zoom:.0f} × {drawn.zoom:.0f}"
        return [f"{cells}, each {side} pixels", cells]
    box = drawn.box
    return [f"{cells}, scaled to {box.width} × {box.height} pixels", cells]
