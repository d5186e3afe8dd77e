"""The network: units in columns, edges between them, the signal running through."""

import numpy as np
from numpy.typing import NDArray

from protocol.messages import Manifest, Snapshot
from viewer.cue import Cue, Phase
from viewer.detail import Detail, is_drawable
from viewer.easing import clamp, ease
from viewer.geometry import NetworkGeometry
from viewer.paint.canvas import Canvas
from viewer.paint.edge_pictures import EdgePictures
from viewer.paint.gap import Gap, Wave
from viewer.paint.text import fit, width
from viewer.paint.units import UnitColumn
from viewer.palette import Colour
from viewer.scene import Scene

Floats = NDArray[np.floating]


def wants(manifest: Manifest) -> bool:
    """Draw a network whose weights and activations are streamed."""
    return is_drawable(manifest)


class NetworkPanel:
    """Columns of units and the gaps between them."""

    def __init__(self, canvas: Canvas, manifest: Manifest) -> None:
        self._canvas = canvas
        self._detail = Detail(manifest)
        self._geometry = NetworkGeometry(canvas.layout, self._detail)
        self._pictures = EdgePictures(canvas, self._detail, self._geometry)
        self._saturation: dict[int, list[NDArray[np.float32]]] = {}
        shape = self._geometry.top, self._geometry.rows
        self._gaps = [
            Gap(canvas.pixels, bundle.left, shape[0], (shape[1], bundle.columns))
            for bundle in self._pictures.bundles
        ]
        self._columns = self._unit_columns()

    def _unit_columns(self) -> list[UnitColumn]:
        geometry = self._geometry
        first_bare = [0, *(gap.right for gap in self._gaps)]
        last_bare = [gap.left - 1 for gap in self._gaps] + [self._canvas.layout.width]
        return [
            UnitColumn(self._canvas, (float(x), rows), radius, (first, last))
            for x, rows, radius, first, last in zip(
                geometry.columns,
                geometry.unit_rows,
                geometry.radii,
                first_bare,
                last_bare,
                strict=True,
            )
        ]

    def prepare(self) -> None:
        """Paint the names of the layers under their columns."""
        theme = self._canvas.theme
        for x, layer in zip(self._geometry.columns, self._detail.layers, strict=True):
            self._write(layer.spec.name, (float(x), 0.895), 10.5, theme.dim)
            self._write(layer.caption, (float(x), 0.921), 9.5, theme.faint)

    def _write(
        self, text: str, at: tuple[float, float], size: float, colour: Colour
    ) -> None:
        """Write under a column, clear of the legend that is right of the last one."""
        canvas, layout = self._canvas, self._canvas.layout
        style = canvas.style(size)
        text = fit(text, style, self._geometry.spacing * 0.96)
        rightmost = layout.outputs[0] - layout.px(6) - width(text, style) / 2
        x, y = min(at[0], rightmost), layout.y(at[1])
        canvas.label(x, y, style, align="center").show(text, colour)

    def paint(self, scene: Scene) -> None:
        """Paint the columns under the wave and the units that changed."""
        changed = self._plan_units(scene)
        self._plan_gaps(scene)
        self._spread(changed)
        for index, gap in enumerate(self._gaps):
            before, behind, lit = self._gap_pictures(scene, index, gap)
            gap.paint(before, behind, lit)
        for column, dirty in zip(self._columns, changed, strict=True):
            if dirty:
                column.paint()

    def _plan_units(self, scene: Scene) -> list[bool]:
        now = self._saturation_of(scene.snapshot)
        if scene.cue.phase is Phase.UPDATE and scene.following is not None:
            share = ease(scene.cue.progress)
            coming = self._saturation_of(scene.following)[0]
            now = [now[0] * (1 - share) + coming * share, *now[1:]]
        changed = []
        for index, (column, value) in enumerate(zip(self._columns, now, strict=True)):
            on, flash = self._liveliness(scene.cue, index)
            light = (0.10 + 0.80 * value**2) * on * (0.55 + 0.7 * flash)
            changed.append(column.plan(value * on, np.clip(light, 0, 1)))
        return changed

    def _liveliness(self, cue: Cue, layer: int) -> tuple[float, float]:
        """How far a layer has lit up, and how close the wave is, both 0 to 1."""
        last = len(self._columns) - 1
        position, on = float(last), 1.0
        if cue.phase is Phase.FORWARD:
            position = cue.progress * last
            on = ease(clamp((position - layer) * 3 + 1))
        elif cue.phase is Phase.LOSS:
            position = last + cue.progress
        elif cue.phase is Phase.BACKWARD:
            position = (1 - cue.progress) * last
        elif cue.phase is Phase.UPDATE:
            position = -cue.progress
            on = 1.0 if layer == 0 else 1 - ease(cue.progress)
        return on, float(np.exp(-(((position - layer) / 0.35) ** 2)))

    def _plan_gaps(self, scene: Scene) -> None:
        wave = self._wave(scene.cue)
        before = scene.snapshot.seq
        behind = before if wave.direction > 0 else self._leads_to(scene).seq
        for gap in self._gaps:
            gap.plan(wave, before, behind)

    def _wave(self, cue: Cue) -> Wave:
        left, right = self._geometry.columns[0], self._geometry.columns[-1]
        spacing, head = self._geometry.spacing, self._canvas.layout.px(26)
        tail = min(0.9 * spacing, 0.3 * (right - left))
        leave = 2.5 * tail
        match cue.phase:
            case Phase.FORWARD:
                x = left + (right - left) * cue.progress
            case Phase.LOSS:
                x = right + leave * cue.progress
            case Phase.BACKWARD:
                x = right - (right - left) * cue.progress
            case Phase.UPDATE:
                x = left - leave * cue.progress
        forward = cue.phase in (Phase.FORWARD, Phase.LOSS)
        return Wave(float(x), tail, head, 1 if forward else -1)

    def _spread(self, changed: list[bool]) -> None:
        """Where a unit's glow lies over edges, both must be painted together."""
        for _ in range(2):
            for index, column in enumerate(self._columns):
                span = column.box.left, column.box.right
                near = self._gaps[max(index - 1, 0) : index + 1]
                changed[index] |= any(gap.is_stale(*span) for gap in near)
                if changed[index]:
                    for gap in near:
                        gap.spoil(*span)

    def _gap_pictures(
        self, scene: Scene, index: int, gap: Gap
    ) -> tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8] | None]:
        snapshot, pictures = scene.snapshot, self._pictures
        idle = pictures.idle(index, snapshot)
        if scene.cue.phase in (Phase.FORWARD, Phase.LOSS):
            if not gap.is_mixed:
                return idle, idle, None
            saturation = self._saturation_of(snapshot)[index]
            return idle, idle, pictures.signal(index, snapshot, saturation)
        following = self._leads_to(scene)
        behind = pictures.idle(index, following)
        lit = pictures.update(index, snapshot, following) if gap.is_mixed else None
        return idle, behind, lit

    @staticmethod
    def _leads_to(scene: Scene) -> Snapshot:
        return scene.following if scene.following is not None else scene.snapshot

    def _saturation_of(self, snapshot: Snapshot) -> list[NDArray[np.float32]]:
        if snapshot.seq not in self._saturation:
            while len(self._saturation) > 2:
                del self._saturation[next(iter(self._saturation))]
            self._saturation[snapshot.seq] = self._detail.saturation(snapshot)
        return self._saturation[snapshot.seq]
