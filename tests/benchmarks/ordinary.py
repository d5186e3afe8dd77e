"""The ordinary ways to draw the same network with matplotlib, for comparison.

`Replot` clears the figure and plots everything anew for each frame, then saves it;
`Persistent` makes the artists once, changes their data and draws the canvas. Both show
what a frame of ours shows; only the light goes from gap to gap instead of along the
edges, which would take many times as many pieces. What is costly is avoided where that
is easy: no layout engine, no ticks, nothing is made anew that can stay.
"""

import io
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Ellipse
from numpy.typing import NDArray

from protocol.messages import Manifest
from tests.benchmarks.drawing import Floats, Look, Network, rows_of
from viewer.cue import TRAINING
from viewer.palette import DARK
from viewer.panels.header import architecture
from viewer.scene import Scene

DPI, MARGIN = 100, 0.03
GROUND, INK, DIM, LINE = "#0B0F17", "#E6EDF3", "#8B98A9", "#1F2937"
POSITIVE, NEGATIVE = "#4CC2FF", "#FF8A3D"
UNITS = LinearSegmentedColormap.from_list("units", DARK.stops)
WEIGHTS = LinearSegmentedColormap.from_list("weights", [NEGATIVE, GROUND, POSITIVE])
METRICS = ("loss", "held_out_loss", "accuracy", "held_out_accuracy")
Box = tuple[float, float, float, float]


class Replot:
    """Clears the figure and plots anew for each frame."""

    def __init__(
        self, manifest: Manifest, size: tuple[int, int], *, collected: bool
    ) -> None:
        """Make the figure.

        Args:
            manifest: What the run is.
            size: Pixels.
            collected: One collection for all edges and one for all units; or, as most
                programs do, a line for each edge and a disc for each unit.
        """
        self._network, self._collected = Network(manifest), collected
        self._figure = figure_of(size)

    def paint(self, scene: Scene) -> bytes:
        """Plot a scene; gives its RGBA pixels."""
        self._figure.clear()
        Artists(self._figure, self._network, scene, collected=self._collected)
        buffer = io.BytesIO()
        self._figure.savefig(buffer, format="rgba")
        return buffer.getvalue()


class Persistent:
    """Changes the data of artists that stay, and draws the canvas."""

    def __init__(self, manifest: Manifest, size: tuple[int, int]) -> None:
        self._network = Network(manifest)
        self._figure = figure_of(size)
        self._canvas = FigureCanvasAgg(self._figure)
        self._artists: Artists | None = None

    def paint(self, scene: Scene) -> NDArray[np.uint8]:
        """Draw a scene; gives its RGBA pixels."""
        if self._artists is None:
            self._artists = Artists(self._figure, self._network, scene)
        else:
            self._artists.update(scene)
        self._canvas.draw()
        return np.asarray(self._canvas.buffer_rgba())


class Artists:
    """Every artist of a frame."""

    def __init__(
        self, figure: Figure, network: Network, scene: Scene, *, collected: bool = True
    ) -> None:
        self._figure, self._network = figure, network
        look = network.look(scene)
        self._header(scene, look)
        axes = self._bare((0.23, 0.12, 0.58, 0.76), (-0.06, 1.06), (-0.1, 1.04))
        if collected:
            self._collections(axes, look)
        else:
            self._pieces(axes, look)
        for x, caption in zip(network.x, network.captions, strict=True):
            axes.text(x, -0.1, caption, color=DIM, size=7.5, ha="center")
        self._picture(scene)
        self._curves = [
            line
            for bottom, name in ((0.325, "loss"), (0.105, "accuracy"))
            for line in self._plot((MARGIN, bottom, 0.158, 0.13), name, scene)
        ]
        self._outputs(scene.manifest.classes, look.outputs)
        self._legends()
        self._track(scene)

    def update(self, scene: Scene) -> None:
        """Show another scene; only where edges and units are collected."""
        look = self._network.look(scene)
        self._edges.set_color(list(look.colours))
        self._edges.set_linewidth(list(look.widths))
        self._glow.set_array(look.saturation)
        self._discs.set_array(look.saturation)
        self._image.set_data(_image(scene))
        for line, name in zip(self._curves, METRICS, strict=True):
            line.set_data(*scene.metric(name))
        bars = zip(self._bars, self._percents, look.outputs, strict=True)
        for bar, label, share in bars:
            bar.set_width(share)
            label.set_text(f"{share:.1%}")
        self._counters.set_text(look.counters)
        self._dot.set_data([scene.cue.fraction], [0.5])

    def _header(self, scene: Scene, look: Look) -> None:
        text, manifest = self._figure.text, scene.manifest
        text(MARGIN, 0.935, manifest.name, color=INK, size=14, weight="bold")
        text(0.14, 0.935, architecture(manifest)[0], color=DIM, size=9)
        text(MARGIN, 0.9, "636 edges drawn; input pooled", color=DIM, size=7)
        self._counters = text(
            1 - MARGIN, 0.935, look.counters, color=INK, size=9, ha="right"
        )

    def _collections(self, axes: Axes, look: Look) -> None:
        network, few = self._network, 60 / len(self._network.units)
        self._edges = LineCollection(
            list(network.segments), colors=look.colours, linewidths=list(look.widths)
        )
        axes.add_collection(self._edges, autolim=False)
        x, y = network.units.T
        style: dict[str, Any] = {"cmap": UNITS, "vmin": 0, "vmax": 1, "zorder": 3}
        area = 260 * min(few, 1)
        self._glow = axes.scatter(
            x, y, s=3.5 * area, c=look.saturation, alpha=0.12, **style
        )
        self._discs = axes.scatter(
            x, y, s=area, c=look.saturation, edgecolors=DIM, **style
        )

    def _pieces(self, axes: Axes, look: Look) -> None:
        network = self._network
        edges = zip(network.segments, look.colours, look.widths, strict=True)
        for segment, colour, width in edges:
            axes.plot(segment[:, 0], segment[:, 1], color=colour, linewidth=width)
        for (x, y), share in zip(network.units, look.saturation, strict=True):
            colour = UNITS(share)
            glow = Ellipse((x, y), 0.056, 0.077, color=colour, alpha=0.12, zorder=3)
            disc = Ellipse((x, y), 0.03, 0.041, facecolor=colour, ec=DIM, zorder=3)
            axes.add_patch(glow)
            axes.add_patch(disc)

    def _picture(self, scene: Scene) -> None:
        axes = self._figure.add_axes((MARGIN, 0.575, 0.158, 0.28))
        axes.set_axis_off()
        self._image = axes.imshow(_image(scene), cmap="gray", vmin=0, vmax=1)
        axes.set_title("example 7: class 0", color=DIM, size=7.5, y=-0.15)

    def _plot(self, box: Box, name: str, scene: Scene) -> tuple[Line2D, Line2D]:
        axes = self._bare(box, (0, scene.manifest.epochs), (0, 1.5))
        axes.text(0, 1.6, name, color=DIM, size=7.5)
        for y in (0, 0.75, 1.5):
            axes.axhline(y, color=LINE, linewidth=0.7)
        colour = NEGATIVE if name == "loss" else POSITIVE
        (train,) = axes.plot(*scene.metric(name), color=colour, linewidth=1.3)
        (held,) = axes.plot(*scene.metric(f"held_out_{name}"), "--", color=DIM)
        return train, held

    def _outputs(self, classes: tuple[str, ...], outputs: Floats) -> None:
        axes = self._bare((0.826, 0.12, 0.146, 0.76), (0, 1), (-0.1, 1.04))
        rows = rows_of(len(classes))
        axes.barh(rows, np.ones(len(rows)), height=0.012, color=LINE)
        self._bars = axes.barh(rows, outputs, height=0.012, color=POSITIVE).patches
        self._percents = [
            axes.text(1, y + 0.02, f"{share:.1%}", color=INK, size=9, ha="right")
            for y, share in zip(rows, outputs, strict=True)
        ]
        for y, name in zip(rows, classes, strict=True):
            axes.text(0, y + 0.02, name, color=INK, size=9)

    def _legends(self) -> None:
        ramp = np.linspace(0, 1, 256)[None, :]
        for bottom, colours, name in (
            (0.075, WEIGHTS, "weight"),
            (0.03, UNITS, "unit"),
        ):
            axes = self._figure.add_axes((0.826, bottom, 0.146, 0.008))
            axes.set_axis_off()
            axes.imshow(ramp, cmap=colours, aspect="auto")
            axes.set_title(name, color=DIM, size=6.5, loc="left", pad=2)

    def _track(self, scene: Scene) -> None:
        axes = self._bare((0.262, 0.03, 0.533, 0.03))
        axes.plot([0, 1], [0.5, 0.5], color=LINE, linewidth=1.5)
        for start, phase in zip(TRAINING.borders, TRAINING.phases, strict=False):
            axes.text(start, -0.5, str(phase), color=DIM, size=7)
        (self._dot,) = axes.plot([scene.cue.fraction], [0.5], "o", color=INK)

    def _bare(
        self, box: Box, x: tuple[float, float] = (0, 1), y: tuple[float, float] = (0, 1)
    ) -> Axes:
        axes = self._figure.add_axes(box)
        axes.set_axis_off()
        axes.set(xlim=x, ylim=y)
        return axes


def figure_of(size: tuple[int, int]) -> Figure:
    """Make a figure of so many pixels."""
    return Figure(figsize=(size[0] / DPI, size[1] / DPI), dpi=DPI, facecolor=GROUND)


def _image(scene: Scene) -> Floats:
    values = scene.snapshot.arrays["activation", 0]
    shape = scene.manifest.input_shape or (1, len(values))
    return np.asarray(values).reshape(shape)
