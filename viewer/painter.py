"""From a timeline and a cue to a frame of RGBA: asks the panels, paints nothing."""

from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from protocol.messages import Manifest
from viewer.cue import Cue
from viewer.layouts import layout_of
from viewer.options import PLAIN, Options
from viewer.paint.canvas import Canvas
from viewer.palette import THEMES
from viewer.panels import (
    classes,
    curves,
    decisions,
    filmstrip,
    header,
    legend,
    lens,
    network,
    outputs,
    phases,
    picture,
    space,
    spectrogram,
    strip,
    values,
)
from viewer.panels.base import Hurries, Panel, Spots
from viewer.scene import Beside, scene_of
from viewer.spot import Spot
from viewer.timeline import Timeline

# A panel and the rule that says which runs it wants; painted in this order. Append
# your own, as examples/custom_panel.py does.
PANELS: list[tuple[Callable[[Manifest], bool], Callable[[Canvas, Manifest], Panel]]] = [
    (network.wants, network.NetworkPanel),
    (lens.wants, lens.LensPanel),
    (spectrogram.wants, spectrogram.SpectrogramPanel),
    (picture.wants, picture.PicturePanel),
    (strip.wants, strip.StripPanel),
    (space.wants, space.SpacePanel),
    (classes.wants, classes.ClassesPanel),
    (filmstrip.wants, filmstrip.FilmstripPanel),
    (curves.wants, curves.CurvesPanel),
    (decisions.wants, decisions.DecisionsPanel),
    (outputs.wants, outputs.OutputsPanel),
    (values.wants, values.ValuesPanel),
    (header.wants, header.HeaderPanel),
    (phases.wants, phases.PhasesPanel),
    (legend.wants, legend.LegendPanel),
]


class Painter:
    """Paints the frames of one run at one size in one theme."""

    def __init__(
        self,
        manifest: Manifest,
        size: tuple[int, int] = (1280, 720),
        theme: str = "dark",
        *,
        hurried: bool = False,
    ) -> None:
        """Lay out the panels that the run needs.

        Args:
            manifest: What the run is.
            size: Width and height in pixels.
            theme: "dark" or "light".
            hurried: Leave what takes long for the next frames, one piece a frame, so
                that none is late: for displays. A frame of a file is always whole.
        """
        self.canvas = Canvas(*size, THEMES[theme], layout_of(manifest, size))
        self._panels: list[Panel] = [
            make(self.canvas, manifest) for wants, make in PANELS if wants(manifest)
        ]
        self.canvas.rasterise()
        for panel in self._panels:
            panel.prepare()
        self.canvas.freeze()
        self._hurried = [p for p in self._panels if hurried and isinstance(p, Hurries)]
        for hurrying in self._hurried:
            hurrying.hurry()

    @property
    def figure(self) -> Figure:
        """The matplotlib figure that the frame is painted on."""
        return self.canvas.figure

    @property
    def is_finished(self) -> bool:
        """Whether the last frame shows all of its moment; only hurried ones do not."""
        return all(panel.is_finished for panel in self._hurried)

    def spot(self, x: float, y: float) -> Spot | None:
        """Say what the last frame shows at column x, row y; None where nothing."""
        found = (p.spot(x, y) for p in self._panels if isinstance(p, Spots))
        return next((spot for spot in found if spot is not None), None)

    def paint(
        self,
        timeline: Timeline,
        cue: Cue,
        badge: str = "",
        options: Options = PLAIN,
        beside: tuple[Beside, ...] = (),
    ) -> NDArray[np.uint8]:
        """Paint one frame.

        Args:
            timeline: Has a manifest and at least one snapshot.
            cue: Which moment of it.
            badge: A short word about the stream to show, such as "paused".
            options: How the reader wants it drawn.
            beside: The other runs that are shown at the same time.

        Returns:
            Shape (height, width, 4), uint8, RGBA; painted over by the next call.
        """
        scene = scene_of(timeline, cue, badge, options, beside)
        for panel in self._panels:
            panel.paint(scene)
        return self.canvas.pixels
