"""The lens on a deep network: the layers around the light, drawn in full.

How it works: every page of layers is a stage of its own in the same box; a page is made
when it is first seen. A hurried lens makes pictures of the pages to come while the one
that is seen needs nothing.
"""

from protocol.messages import Manifest
from viewer.detail import Detail, is_drawable
from viewer.drawn import LENS_UNITS, is_deep
from viewer.geometry import Geometry
from viewer.layout import Box
from viewer.layouts import DeepLayout
from viewer.lens import SEEN, first_of, pages, shown_at
from viewer.motion import Motion
from viewer.paint.canvas import Canvas
from viewer.panels.pointing import spot_on
from viewer.panels.stage import Stage
from viewer.recent import Recent
from viewer.saturation import Saturation
from viewer.scene import Scene
from viewer.spot import Spot

_KEPT = 6  # pages; each has the pictures of all its gaps


def wants(manifest: Manifest) -> bool:
    """Draw a network with more layers than can be seen at once."""
    return is_drawable(manifest) and is_deep(manifest)


class LensPanel:
    """Pages of layers, the one with the light on it on the frame."""

    def __init__(self, canvas: Canvas, manifest: Manifest) -> None:
        assert isinstance(canvas.layout, DeepLayout)
        self._canvas, self._layout = canvas, canvas.layout
        self._detail = Detail(manifest)
        self._saturation = Saturation(self._detail)
        self._layers = len(manifest.layers)
        self._stages: Recent[int, Stage] = Recent(_KEPT)
        self._page = -1
        self._scene: Scene | None = None
        self._is_hurried = False
        self._geometry = self._geometry_of(0)
        y, style = self._layout.lens.bottom - canvas.layout.px(14), canvas.style(9.5)
        self._numbers = [
            canvas.label(column.middle, y, style, align="center")
            for column in self._geometry.columns
        ]

    def _geometry_of(self, first: int) -> Geometry:
        layers = self._detail.layers[first : first + SEEN]
        layout = self._layout
        return Geometry(layout.network, layout.scale, layers, layout.height)

    def _stage(self, page: int) -> Stage:
        return self._stages.get_or(page, lambda: self._make_stage(page))

    def _make_stage(self, page: int) -> Stage:
        first = first_of(page, self._layers)
        geometry = self._geometry_of(first)
        made = Stage(self._canvas, self._detail, geometry, self._saturation, first)
        made.supply.is_hurried = self._is_hurried
        return made

    @property
    def is_finished(self) -> bool:
        """Whether the last frame shows all edges as they are now."""
        return self._page < 0 or self._stage(self._page).supply.is_finished

    def hurry(self) -> None:
        """Make only a few gaps' pictures a frame from now on."""
        self._is_hurried = True

    def prepare(self) -> None:
        """Say which units are seen, if not all are."""
        theme, layout = self._canvas.theme, self._layout
        largest = max(layer.spec.units for layer in self._detail.layers)
        if largest > LENS_UNITS:
            words = (
                f"up to {largest} units a layer, neighbours share {LENS_UNITS} discs"
            )
            if any(layer.has_maps for layer in self._detail.layers):
                words = (
                    f"up to {largest} units a layer, those of a map share a disc,"
                    f" or of several: at most {LENS_UNITS} a layer"
                )
            at = layout.lens.right, layout.lens.top - layout.px(9)
            style = self._canvas.style(9.5)
            self._canvas.label(*at, style, align="right").show(words, theme.faint)

    def paint(self, scene: Scene) -> None:
        """Paint the page that the light is on."""
        self._scene = scene
        is_reduced = scene.options.reduced_motion
        page = shown_at(scene.cue, self._layers, is_reduced=is_reduced)
        stage = self._stage(page)
        if page != self._page:
            self._page = page
            self._canvas.restore(_around(self._layout))
            stage.forget()
        stage.paint(scene)
        self._number(scene)
        if self._is_hurried and stage.supply.is_finished:
            self._look_ahead(scene)

    def _number(self, scene: Scene) -> None:
        """Write the numbers of the layers, the one that the light is at in bold."""
        motion = Motion(scene.cue, self._layers - 1, scene.options.reduced_motion)
        now = -1 if motion.is_reduced else round(motion.position(0.0))
        first = first_of(self._page, self._layers)
        theme = self._canvas.theme
        for number, label in enumerate(self._numbers, start=first):
            is_now = number == now
            colour = theme.ink if is_now else theme.faint
            label.show(str(number), colour, bold=is_now)

    def _look_ahead(self, scene: Scene) -> None:
        """Make what the next page on the way needs."""
        motion = Motion(scene.cue, self._layers - 1, scene.options.reduced_motion)
        step = 1 if motion.is_forward or motion.is_reduced else -1
        self._stage((self._page + step) % pages(self._layers)).make(scene)

    def spot(self, x: float, y: float) -> Spot | None:
        """Say which unit or edge is at a pixel."""
        if self._scene is None or self._page < 0:
            return None
        return spot_on(
            self._stage(self._page), self._detail, self._scene.snapshot, (x, y)
        )


def _around(layout: DeepLayout) -> Box:
    """All that a page paints: the glow of its discs reaches beyond the lens."""
    lens, glow = layout.lens, round(layout.px(12))
    return Box(0, lens.top - glow, layout.width, lens.bottom - 2 * glow)
