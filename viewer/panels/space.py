"""The class map of a space run, large; between two layers cell after cell changes."""

import numpy as np

from protocol.messages import Manifest, Snapshot
from viewer.cue import Cue
from viewer.easing import clamp, ease
from viewer.layout import Box
from viewer.paint.canvas import Canvas
from viewer.paint.class_map import ClassMap, Whole
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
        self._foot = layout.plane_foot
        self._legend = canvas.label(
            layout.plane_classes.left, self._foot - layout.px(18), canvas.style(10)
        )
        self._turns = self._map.lots(_TURNS)
        self._pictures: dict[int, Whole] = {}
        self._moment: tuple[Snapshot, Snapshot, int] | None = None
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
        now, following = scene.snapshot, scene.following or scene.snapshot
        level = int(_changed(scene.cue) * _TURNS)
        wanted, is_there = scene.options.points, scene.history[0].epoch == 0
        points = wanted and is_there
        key = now.seq, following.seq if level else now.seq, level, wanted
        if key == self._shown:
            return
        self._shown, self._moment = key, (now, following, level)
        picture = self._picture(now)
        if level:
            turned = self._turns < level
            picture = np.where(turned, self._picture(following), picture)
        self._map.paint(self._canvas.pixels, picture)
        words = self._words(is_there) if wanted else ""
        self._legend.show(words, self._canvas.theme.dim)
        if points:
            self._mark(self._plane.cells(scene.history[0]))

    def _picture(self, snapshot: Snapshot) -> Whole:
        """Give the picture of a layer; the two asked for last are kept."""
        picture = self._pictures.pop(snapshot.seq, None)
        if picture is None:
            spare = None
            if len(self._pictures) > 1:
                spare = self._pictures.pop(next(iter(self._pictures)))
            picture = self._map.picture(self._plane.cells(snapshot), spare)
        self._pictures[snapshot.seq] = picture
        return picture

    def _words(self, is_there: bool) -> str:
        """Say what is marked, or why it cannot be."""
        if is_there:
            return "□ training points"
        texts = ["no training points: layer 0 did not come", "no training points"]
        column = self._canvas.layout.plane_classes
        return longest_that_fits(texts, self._canvas.style(10), column.width)

    def _mark(self, points: Cells) -> None:
        """Lay the training points, which are all that layer 0 has, over the map."""
        canvas = self._canvas
        half = max(round(canvas.layout.px(1.4)), 1)
        self._map.mark(canvas.pixels, points, half, canvas.theme.background)

    def spot(self, x: float, y: float) -> Spot | None:
        """Name the class at a pixel and the cell, counted from the lower left."""
        at = self._map.cell_at(x, y)
        if at is None or self._moment is None:
            return None
        now, following, level = self._moment
        box, (row, column) = self._map.box, at
        turned = self._turns[int(y) - box.top, int(x) - box.left] < level
        cells = self._plane.cells(following if turned else now)
        words = f"{self._plane.name(int(cells[at]))}  at x {column}"
        return Spot(f"{words}, y {self._plane.rows - 1 - row}")


def _changed(cue: Cue) -> float:
    """Share of the cells that are in the following layer already.

    There is no signal to run back: the time of the phases backward and update is
    that of the change.
    """
    start = cue.cycle.rest
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
