"""One run of several that share a clock, drawn."""

from dataclasses import dataclass, replace

from viewer.cue import Cue
from viewer.easel import Easel, View
from viewer.options import Options
from viewer.paints import Frame, MakePainter, Size
from viewer.scene import Beside
from viewer.spot import Spot
from viewer.standing import Standing
from viewer.timeline import Timeline


@dataclass(frozen=True, slots=True)
class Moment:
    """What is shown of one run.

    Attributes:
        cue: Which moment of it; None before there is any.
        standing: How it stands.
    """

    cue: Cue | None
    standing: Standing


class Pane:
    """A timeline and an easel.

    Attributes:
        name: What the user calls the source.
        timeline: Of the run.
        options: How a moment of this run is drawn.
    """

    def __init__(
        self, name: str, timeline: Timeline, options: Options, make: MakePainter
    ) -> None:
        """Begin with nothing painted; `make` makes the painter."""
        self.name = name
        self.timeline = timeline
        self.options = options
        self._easel = Easel(make)

    @property
    def layers(self) -> int:
        """At how many layers a signal stops on its way; 0 where snapshots are layers."""
        manifest = self.timeline.manifest
        if manifest is None or manifest.axis == "layer":
            return 0
        return len(manifest.layers)

    @property
    def picture(self) -> Frame | None:
        """What was painted last."""
        return self._easel.picture

    def begin(self) -> None:
        """Begin another run; what was chosen in the last one means nothing in it."""
        self.options = replace(self.options, focus=None)
        self._easel.start_anew()

    def paint(
        self, moment: Moment, size: Size, theme: str, beside: tuple[Beside, ...]
    ) -> Frame | None:
        """Paint a moment, or what there is to say before there is one.

        Args:
            moment: What to paint.
            size: (width, height) of the picture.
            theme: "dark" or "light".
            beside: The other runs that are shown at the same time.

        Returns:
            Shape (height, width, 4), RGBA, painted over by the next call; None where
            the last picture shows it already.
        """
        timeline = self.timeline
        view = View(
            cue=moment.cue,
            badge="" if moment.cue is not None else moment.standing.page,
            received=(timeline.received, len(timeline.rows)),
            size=size,
            theme=theme,
            is_helping=False,
            options=self.options,
            beside=beside if moment.cue is not None else (),
        )
        return self._easel.paint(timeline, view)

    def spot(self, x: float, y: float) -> Spot | None:
        """Say what is at column x, row y of the picture."""
        return self._easel.spot(x, y)
