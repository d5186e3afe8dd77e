"""Pictures of the edges of one gap, made when they are first needed and kept.

A gap has a picture of its edges at rest, one lit by the signal (|weight * activation|)
and one lit by the update (|change of weight|). All three show the same weights, those
of one snapshot, so they are made together.
"""

from dataclasses import dataclass
from itertools import count

import numpy as np
from numpy.typing import NDArray

from viewer.choice import Choice, Moment
from viewer.easing import ease
from viewer.geometry import Column, Geometry
from viewer.options import Unit
from viewer.paint.canvas import Canvas
from viewer.paint.edges import Curves, cover
from viewer.paint.gap import Picture
from viewer.paint.light import shine
from viewer.paint.passage import passage
from viewer.recent import Recent
from viewer.strongest import Chosen

Floats = NDArray[np.float32]
_KEPT = 3  # the last snapshot, this one and the following
_ROOMY = 140  # pixels at 720 lines: a wide gap, in which ...
_CLEAR = 300  # ... so many edges can be told apart; more of them shine less each
_THICKEST = 2.9  # pixels at 720 lines that a strong edge is wider than a weak one
_FINE = 0.35  # of that, where only the strongest are drawn
_BLOOM = 5  # pixels at 720 lines
_NEAR = 2.0  # pixels beside an edge that are still taken for it
_numbers = count(1)


@dataclass(frozen=True, eq=False)
class Edges:
    """The pictures of one gap for one snapshot.

    Attributes:
        idle: At rest.
        signal: Lit by the signal.
        update: Lit by the update that led here from another snapshot.
        over: Density at rest over the plates before and after, (channels, rows of the
            plate, columns of the plate); None beside discs.
        chosen: The edges drawn.
        curves: Where they run.
        came_from: Number of the snapshot that the update led here from.
    """

    idle: Picture
    signal: Picture
    update: Picture
    over: tuple[Floats | None, Floats | None]
    chosen: Chosen
    curves: Curves
    came_from: int

    def at(self, x: float, y: float) -> int | None:
        """Find the edge at a pixel, counted among the chosen."""
        if not len(self.curves.width):
            return None
        start, end = self.curves.x.T
        t = np.clip((x - start) / np.maximum(end - start, 1), 0, 1)
        rows = self.curves.y[:, 0] + np.diff(self.curves.y, axis=1)[:, 0] * ease(t)
        far = np.abs(rows - y) - self.curves.width / 2
        far[(x < start) | (x > end)] = np.inf
        nearest = int(far.argmin())
        return nearest if far[nearest] <= _NEAR else None


class EdgePictures:
    """The pictures of a gap.

    Attributes:
        left: First column of the gap.
        width: How many columns it has.
    """

    def __init__(
        self, canvas: Canvas, choice: Choice, geometry: Geometry, gap: int
    ) -> None:
        """Prepare; nothing is drawn yet.

        Args:
            canvas: Gives theme and scale.
            choice: Which edges are drawn.
            geometry: Where the units are.
            gap: Number of the gap in that geometry.
        """
        self._theme, self._scale = canvas.theme, canvas.layout.scale
        self._choice, self._geometry = choice, geometry
        self._before, self._after = geometry.columns[gap : gap + 2]
        self.left = int(np.ceil(self._before.right))
        self.width = max(int(np.floor(self._after.left)) - self.left, 1)
        self._roominess = self.width / (_ROOMY * self._scale)
        self._kept: Recent[tuple[object, ...], Edges] = Recent(_KEPT)

    @property
    def columns(self) -> int:
        """How many columns edges cross, those of plates included."""
        first, last = self._reach()
        return last - first

    def found(self, moment: Moment, focus: Unit | None) -> Edges | None:
        """Give the pictures if they are made already, None where not."""
        edges = self._kept.get((*moment.key, focus))
        if edges is None or moment.came_from is None:
            return edges
        return edges if edges.came_from == moment.came_from.seq else None

    def make(self, moment: Moment, focus: Unit | None, saturation: Floats) -> Edges:
        """Make the pictures; the longest work there is in a frame.

        Args:
            moment: Whose weights, and what they are compared with.
            focus: Draw the edges of this unit only.
            saturation: Shape (units,), of the layer before, what the signal carries.
        """
        edges = self._draw(moment, focus, saturation)
        return self._kept.put((*moment.key, focus), edges)

    def ends(self, edges: Edges, number: int) -> tuple[int, int, float]:
        """Name the disc or cell at both ends of a chosen edge, and its weight."""
        chosen = edges.chosen
        source = int(self._choice.rows[chosen.rows[number]])
        target = int(self._choice.columns[chosen.columns[number]])
        return source, target, float(chosen.weights[number])

    def _draw(self, moment: Moment, focus: Unit | None, saturation: Floats) -> Edges:
        chosen = self._choice.of(moment, focus)
        curves = self._curves(chosen)
        drives = [
            self._choice.signal(chosen, saturation),
            self._choice.change(chosen, moment),
        ]
        over, idle, signal, update = self._densities(
            chosen, curves, self._light(chosen, drives)
        )
        bloom = round(_BLOOM * self._scale)
        at_rest, lit_by_signal, lit_by_update = images = [
            shine(seen, self._theme, bloom=glow)
            for seen, glow in ((idle, 0), (signal, bloom), (update, bloom))
        ]
        if self._choice.is_empty:
            for image in images:
                is_lit = image is lit_by_signal
                passage(image, self._ends, self._theme, self._scale, is_lit=is_lit)
        return Edges(
            idle=Picture(at_rest, next(_numbers)),
            signal=Picture(lit_by_signal, next(_numbers)),
            update=Picture(lit_by_update, next(_numbers)),
            over=(self._cut(over, self._before), self._cut(over, self._after)),
            chosen=chosen,
            curves=curves,
            came_from=0 if moment.came_from is None else moment.came_from.seq,
        )

    @property
    def _ends(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """First and last row of the layers before and after."""
        top = self._geometry.top
        before, after = (
            (column.y[0] - column.radius - top, column.y[-1] + column.radius - top)
            if column.plate is None
            else (column.plate.top - top, column.plate.bottom - top)
            for column in (self._before, self._after)
        )
        return before, after

    def _densities(
        self, chosen: Chosen, curves: Curves, lights: Floats
    ) -> tuple[Floats, Floats, Floats, Floats]:
        """Add the edges up: at rest, plates included; then at rest and lit, without."""
        channel = np.where(chosen.weights > 0, 0, 1)
        channel[~np.isfinite(chosen.weights)] = 2
        channels, rows = int(channel.max(initial=1)) + 1, self._geometry.rows
        first, last = self._reach()
        covered = cover(curves, first, last - first)
        (over,) = covered.density(lights[:1], channel, (channels, rows, last - first))
        inside = slice(self.left - first, self.left - first + self.width)
        if last - first > self.width:
            covered = covered.within(inside.start, inside.stop)
        shape = channels, rows, self.width
        signal, update = covered.density(lights[1:], channel, shape)
        return over, over[..., inside], signal, update

    def _light(self, chosen: Chosen, drives: list[Floats]) -> Floats:
        """Shape (pictures, edges): at rest 0.10 + 0.55 s^1.4 for a strength s."""
        light = 0.10 + 0.55 * chosen.strength**1.4
        found = [light]
        for drive in drives:
            excited = drive / max(float(np.max(drive, initial=0)), 1e-12)
            found.append(0.65 * light + 0.10 + 1.7 * excited**1.1)
        crowd = max(len(chosen.strength), 1) / self._roominess
        return np.asarray(np.stack(found) * min(1.0, _CLEAR / crowd) ** 0.7)

    def _curves(self, chosen: Chosen) -> Curves:
        """Width 0.55 + 2.9 s^1.3 pixels for a strength s; finer where it is narrow."""
        source = self._choice.rows[chosen.rows]
        target = self._choice.columns[chosen.columns]
        before, after = self._before, self._after
        out = before.x[source] + (before.radius if before.plate is None else 0)
        into = after.x[target] - (after.radius if after.plate is None else 0)
        y = np.stack([before.y[source], after.y[target]], axis=1) - self._geometry.top
        thickest = _THICKEST * min(self._roominess, 1.0)
        if self._choice.leaves_some_out:  # all that are left are strong
            thickest *= _FINE
        width = (0.55 + thickest * chosen.strength**1.3) * self._scale
        return Curves(np.stack([out, into], axis=1), y, width)

    def _reach(self) -> tuple[int, int]:
        """First column that edges cross and the one after the last, plates included."""
        before, after = self._before.plate, self._after.plate
        first = self.left if before is None else before.left
        last = self.left + self.width if after is None else after.right
        return first, last

    def _cut(self, density: Floats, column: Column) -> Floats | None:
        if column.plate is None:
            return None
        first, _ = self._reach()
        plate, top = column.plate, self._geometry.top
        rows = slice(plate.top - top, plate.bottom - top)
        return density[:, rows, plate.left - first : plate.right - first]
