"""Some layers of a network in a box: their edges, their units, light running through.

How it works: first it is decided for every gap and layer what it should show now; then
those are painted that differ from what is on the frame. Where pictures of edges are not
there yet, those shown last stay.
"""

import numpy as np
from numpy.typing import NDArray

from protocol.messages import Snapshot
from viewer.choice import Moment
from viewer.detail import Detail
from viewer.easing import ease
from viewer.geometry import Geometry
from viewer.motion import Motion
from viewer.options import Unit
from viewer.paint.canvas import Canvas
from viewer.paint.edge_pictures import Edges
from viewer.paint.gap import Fade, Gap, Light, Picture, Wave
from viewer.paint.light import Shares, together, veil
from viewer.paint.plate import Plate
from viewer.paint.supply import Supply
from viewer.paint.units import UnitColumn
from viewer.palette import Ramp
from viewer.saturation import Saturation
from viewer.scene import Scene

Floats = NDArray[np.float32]
_HEAD = 26  # pixels at 720 lines round the front of the wave that shine most
_LEAVES = 2.5  # tails, until the light has left
_OVER_PLATES = 0.3  # of its light an edge keeps over the cells of a plate


class Stage:
    """Layers `first` to `first + len(geometry.columns) - 1` of a network.

    Attributes:
        shown: The pictures of each gap that were painted last, if any were.
        supply: Makes the pictures of the edges.
    """

    def __init__(
        self,
        canvas: Canvas,
        detail: Detail,
        geometry: Geometry,
        saturation: Saturation,
        first: int = 0,
    ) -> None:
        """Lay out gaps and layers.

        Args:
            canvas: The frame.
            detail: What is drawn of the whole network.
            geometry: Where the layers of this stage are.
            saturation: Of the whole network.
            first: Number of the first layer.
        """
        self.shown: list[Edges | None] = [None] * (len(geometry.columns) - 1)
        self._behind: list[Edges | None] = list(self.shown)
        self._lit: Light = Fade(0.0)
        self._canvas, self._detail, self._geometry = canvas, detail, geometry
        self._saturation, self._first = saturation, first
        self._last = len(detail.layers) - 1
        self.supply = Supply(canvas, detail, geometry, saturation, first)
        top, rows = geometry.top, geometry.rows
        pictures = self.supply.pictures
        self._gaps = [
            Gap(canvas.pixels, made.left, top, (rows, made.width)) for made in pictures
        ]
        self._empty = [_empty(canvas, (rows, made.width)) for made in pictures]
        self._layers = [self._layer(k) for k in range(len(geometry.columns))]
        self._veils: list[tuple[tuple[int, ...], Shares | None]] = [
            ((), None) for _ in self._layers
        ]

    def _layer(self, number: int) -> UnitColumn | Plate:
        column, canvas = self._geometry.columns[number], self._canvas
        drawn = self._detail.layers[self._first + number]
        if column.plate is not None:
            ramp = canvas.theme.saturation
            if drawn.is_picture:
                return Plate(canvas, column, _ink(canvas))
            return Plate(canvas, column, ramp, glows=canvas.theme.glows)
        first = self._gaps[number - 1].right if number else 0
        is_last = number == len(self._gaps)
        last = self._before_outputs if is_last else self._gaps[number].left - 1
        centre = column.middle, column.y
        return UnitColumn(canvas, centre, column.radius, (first, last))

    @property
    def _before_outputs(self) -> int:
        """Last column right of all units that is theirs: the bars begin soon after."""
        layout, units = self._canvas.layout, self._geometry.columns[-1]
        left = layout.outputs[0] - 2
        return left if left > units.right else layout.width

    def paint(self, scene: Scene) -> None:
        """Paint the columns under the light and the units that changed."""
        motion = Motion(scene.cue, self._last, scene.options.reduced_motion)
        now, following = moments(scene)
        self.make(scene)
        self._plan_gaps(scene, motion, now, following)
        changed = self._plan_layers(scene, motion, now, following)
        self._spread(changed)
        for gap in self._gaps:
            gap.paint()
        for layer, dirty in zip(self._layers, changed, strict=True):
            if dirty:
                layer.paint()

    def make(self, scene: Scene) -> None:
        """Make pictures that this scene needs, without painting."""
        now, following = moments(scene)
        phase, focus = scene.cue.phase, scene.options.focus
        self.supply.make(now, following, phase, focus)

    def forget(self) -> None:
        """Paint everything at the next frame: something else was painted here."""
        for gap in self._gaps:
            gap.forget()
        for layer in self._layers:
            layer.forget()

    def unit_at(self, x: float, y: float) -> Unit | None:
        """Find the unit at a pixel."""
        for number, column in enumerate(self._geometry.columns):
            found = column.at(x, y)
            if found is not None:
                return Unit(self._first + number, found)
        return None

    def edge_at(self, x: float, y: float) -> tuple[int, int, int, float] | None:
        """Find the edge at a pixel: number of its gap, places of its ends, weight."""
        for gap, made in enumerate(self.supply.pictures):
            if not made.left <= x < made.left + made.width:
                continue
            passed = self._lit.passed(np.array([x]))[0] >= 0.5
            edges = self._behind[gap] if passed else self.shown[gap]
            found = None if edges is None else edges.at(x, y - self._geometry.top)
            if edges is not None and found is not None:
                source, target, weight = made.ends(edges, found)
                return self._first + gap, source, target, weight
        return None

    # The gaps

    def _plan_gaps(
        self, scene: Scene, motion: Motion, now: Moment, following: Moment | None
    ) -> None:
        self._lit, focus = self._light(motion), scene.options.focus
        for index, gap in enumerate(self._gaps):
            edges = self.supply.found(index, now, focus) or self.shown[index]
            self.shown[index] = self._behind[index] = edges
            idle = edges.idle if edges is not None else self._empty[index]
            lit = edges.signal if edges is not None else idle
            behind = idle
            if not motion.is_forward:
                new = self.supply.found(index, following, focus)
                self._behind[index] = new or edges
                behind = new.idle if new is not None else idle
                lit = new.update if new is not None else idle
            gap.plan(self._lit, idle, behind, lit)

    def _light(self, motion: Motion) -> Light:
        if motion.is_reduced:
            return Fade(motion.faded)
        geometry, px = self._geometry, self._canvas.layout.px
        columns = geometry.columns
        reach = columns[-1].middle - columns[0].middle
        tail = min(0.9 * geometry.spacing, 0.3 * reach)
        position = motion.position(_LEAVES * tail / geometry.spacing) - self._first
        direction = 1 if motion.is_forward else -1
        return Wave(geometry.position(position), tail, px(_HEAD), direction)

    # The units

    def _plan_layers(
        self, scene: Scene, motion: Motion, now: Moment, following: Moment | None
    ) -> list[bool]:
        levels = self._levels(scene)
        changed = []
        for number, layer in enumerate(self._layers):
            index = self._first + number
            value, on = levels[index], motion.on(index)
            stuck = self._saturation.stuck(scene.snapshot)[index]
            if isinstance(layer, Plate):
                lying = self._lying(number, scene, motion, now, following)
                changed.append(
                    layer.plan(value * on, stuck.dead, self._veil(number, lying))
                )
                continue
            glow = (0.10 + 0.80 * value**2) * on * (0.55 + 0.7 * motion.flash(index))
            changed.append(layer.plan(value * on, np.clip(glow, 0, 1), *stuck))
        return changed

    def _levels(self, scene: Scene) -> list[Floats]:
        """Saturations now; the next example fades in at the end of the cycle."""
        levels = self._saturation.of(scene.snapshot, scene.options.normalisation)
        first = self._input(scene.snapshot, scene)
        if scene.cue.is_leaving and scene.following is not None:
            share = ease(scene.cue.progress)
            coming = self._input(scene.following, scene)
            first = first * (1 - share) + coming * share
        return [first, *levels[1:]]

    def _input(self, snapshot: Snapshot, scene: Scene) -> Floats:
        """Give the saturations of the input, or the ink of a picture."""
        if self._detail.layers[0].is_picture:
            return self._saturation.ink(snapshot)
        return self._saturation.of(snapshot, scene.options.normalisation)[0]

    def _lying(
        self,
        number: int,
        scene: Scene,
        motion: Motion,
        now: Moment,
        following: Moment | None,
    ) -> list[tuple[int, Floats]]:
        """Find the densities of edges over a plate, each with its picture's number."""
        passed = motion.has_passed(self._first + number)
        found = []
        for gap, side in ((number - 1, 1), (number, 0)):
            if not 0 <= gap < len(self._gaps):
                continue
            focus = scene.options.focus
            new = self.supply.found(gap, following, focus) if passed else None
            edges = new or self.shown[gap]
            over = edges.over[side] if edges is not None else None
            if edges is not None and over is not None:
                found.append((edges.idle.number, over))
        return found

    def _veil(self, number: int, lying: list[tuple[int, Floats]]) -> Shares | None:
        """Make what edges leave of a plate, anew only where they are others."""
        key = tuple(picture for picture, _ in lying)
        if key != self._veils[number][0]:
            made = None
            if lying:
                total = together([over for _, over in lying])
                made = veil(_OVER_PLATES * total, self._canvas.theme)
            self._veils[number] = key, made
        return self._veils[number][1]

    def _spread(self, changed: list[bool]) -> None:
        """Where a unit's glow lies over edges, both must be painted together."""
        for _ in range(2):
            for index, layer in enumerate(self._layers):
                if isinstance(layer, Plate):
                    continue
                span = layer.box.left, layer.box.right
                near = self._gaps[max(index - 1, 0) : index + 1]
                changed[index] |= any(gap.is_stale(*span) for gap in near)
                if changed[index]:
                    for gap in near:
                        gap.spoil(*span)


def moments(scene: Scene) -> tuple[Moment, Moment | None]:
    """Say whose edges a scene shows now, and whose the update leads to."""
    now = Moment(scene.snapshot, scene.previous)
    if scene.following is None:
        return now, None
    return now, Moment(scene.following, scene.before_following, scene.snapshot)


def _empty(canvas: Canvas, shape: tuple[int, int]) -> Picture:
    image = np.full((*shape, 4), 255, np.uint8)
    image[..., :3] = canvas.theme.background
    return Picture(image, 0)


def _ink(canvas: Canvas) -> Ramp:
    """Colours of a picture: from paper to ink."""
    share = np.linspace(0, 1, 256)[:, None]
    paper, ink = np.array(canvas.theme.panel), np.array(canvas.theme.ink)
    return np.asarray(np.rint(paper * (1 - share) + ink * share), np.uint8)
