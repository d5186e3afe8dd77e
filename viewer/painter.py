"""From a timeline and a cue to a frame of RGBA: asks the panels, paints nothing."""

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from protocol.messages import Manifest
from viewer.cue import Cue
from viewer.paint.canvas import Canvas
from viewer.palette import THEMES
from viewer.panels import curves, header, legend, network, outputs, phases, picture
from viewer.panels.base import Panel
from viewer.scene import scene_of
from viewer.timeline import Timeline

# A panel and the rule that says which runs it wants; painted in this order.
PANELS = (
    (network.wants, network.NetworkPanel),
    (picture.wants, picture.PicturePanel),
    (curves.wants, curves.CurvesPanel),
    (outputs.wants, outputs.OutputsPanel),
    (header.wants, header.HeaderPanel),
    (phases.wants, phases.PhasesPanel),
    (legend.wants, legend.LegendPanel),
)


class Painter:
    """Paints the frames of one run at one size in one theme."""

    def __init__(
        self,
        manifest: Manifest,
        size: tuple[int, int] = (1280, 720),
        theme: str = "dark",
    ) -> None:
        """Lay out the panels that the run needs.

        Args:
            manifest: What the run is.
            size: Width and height in pixels.
            theme: "dark" or "light".
        """
        self.canvas = Canvas(*size, THEMES[theme])
        self._panels: list[Panel] = [
            make(self.canvas, manifest) for wants, make in PANELS if wants(manifest)
        ]
        self.canvas.rasterise()
        for panel in self._panels:
            panel.prepare()
        self.canvas.freeze()

    @property
    def figure(self) -> Figure:
        """The matplotlib figure that the frame is painted on."""
        return self.canvas.figure

    def paint(self, timeline: Timeline, cue: Cue, badge: str = "") -> NDArray[np.uint8]:
        """Paint one frame.

        Args:
            timeline: Has a manifest and at least one snapshot.
            cue: Which moment of it.
            badge: A short word about the stream to show, such as "paused".

        Returns:
            Shape (height, width, 4), uint8, RGBA; painted over by the next call.
        """
        scene = scene_of(timeline, cue, badge)
        for panel in self._panels:
            panel.paint(scene)
        return self.canvas.pixels
