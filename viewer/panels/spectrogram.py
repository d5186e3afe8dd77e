"""All layers of a deep network at once: a column a layer, a row a unit.

Below it the norm of the gradient of each layer's weights, or, where none is told, how
much they change with the update. What the light has passed is bright; two lines show
which layers are under the lens.
"""

import numpy as np
from numpy.typing import NDArray

from protocol.messages import Manifest, Snapshot
from viewer.cue import Phase
from viewer.detail import is_drawable
from viewer.drawn import is_deep, magnitude
from viewer.gradients import Gradients
from viewer.layout import Box
from viewer.layouts import DeepLayout
from viewer.lens import SEEN, first_of, shown_at
from viewer.motion import Motion
from viewer.number import brief
from viewer.options import Normalisation
from viewer.paint.canvas import Canvas
from viewer.recent import Recent
from viewer.saturation import sent, shares
from viewer.scene import Scene

Floats = NDArray[np.floating]
Images = tuple[NDArray[np.uint8], NDArray[np.uint8]]
_DIM = 0.22  # of its light a layer keeps that the signal has not reached
_SAMPLE = 4096  # weights of a layer that are compared; all would take too long
_TICKS = 5
_DECADES = 4


def wants(manifest: Manifest) -> bool:
    """Draw a network with more layers than can be seen at once."""
    return is_drawable(manifest) and is_deep(manifest)


class SpectrogramPanel:
    """Saturations of all units, and gradients or changes of the weights of all layers."""

    def __init__(self, canvas: Canvas, manifest: Manifest) -> None:
        assert isinstance(canvas.layout, DeepLayout)
        self._canvas, self._layout = canvas, canvas.layout
        self._layers = len(manifest.layers)
        box = canvas.layout.spectrogram
        self._columns = np.arange(box.width) * self._layers // box.width
        self._function = manifest.layers[-1].activation
        self._images: Recent[tuple[int, Normalisation], Images] = Recent(2)
        self._shown: tuple[object, ...] = ()
        self._compared: tuple[int, int] = (0, 0)
        self._gradients = Gradients(manifest)
        changes, style = canvas.layout.changes, canvas.style(9.5)
        y = changes.top - canvas.layout.px(15)
        self._title = canvas.label(changes.left, y, style)

    def prepare(self) -> None:
        """Write what the rows and columns are, and the numbers of some layers."""
        canvas, layout, theme = self._canvas, self._layout, self._canvas.theme
        box, style = layout.changes, canvas.style(9.5)
        y = box.top - layout.px(15)
        words = "saturation: one column = one layer, one row = one unit"
        canvas.label(box.right, y, style, align="right").show(words, theme.faint)
        below, last = box.bottom + layout.px(11), self._layers - 1
        canvas.label(box.left, below, style).show("layer 0", theme.dim)
        canvas.label(box.right, below, style, align="right").show(str(last), theme.dim)
        for tick in range(1, _TICKS - 1):
            layer = round(tick * last / (_TICKS - 1))
            label = canvas.label(self._x(layer + 0.5), below, style, align="center")
            label.show(str(layer), theme.dim)

    def paint(self, scene: Scene) -> None:
        """Paint what changed."""
        self._paint_changes(scene)
        lit = self._lit(scene)
        options = scene.options
        page = shown_at(scene.cue, self._layers, is_reduced=options.reduced_motion)
        first = first_of(page, self._layers)
        key = scene.snapshot.seq, options.normalisation, lit, first
        if key == self._shown:
            return
        self._shown = key
        box = self._layout.spectrogram
        bright, dim = self._images_of(scene.snapshot, options.normalisation)
        region = self._canvas.pixels[box.slices]
        region[:, :lit] = bright[:, :lit]
        region[:, lit:] = dim[:, lit:]
        self._mark(first)

    def _x(self, layer: float) -> int:
        box = self._layout.spectrogram
        return round(box.left + layer * box.width / self._layers)

    def _lit(self, scene: Scene) -> int:
        """How many pixel columns are bright."""
        motion = Motion(scene.cue, self._layers - 1, scene.options.reduced_motion)
        passed = float(self._layers)
        if scene.cue.phase is Phase.FORWARD and not motion.is_reduced:
            passed = motion.position(0.0) + 1
        elif scene.cue.is_leaving:
            passed = (1 - scene.cue.progress) * self._layers
        return self._x(passed) - self._layout.spectrogram.left

    def _mark(self, first: int) -> None:
        """Paint the borders of the lens, and its view of these layers above."""
        canvas, theme = self._canvas, self._canvas.theme
        box, lens = self._layout.spectrogram, self._layout.lens
        between = Box(lens.left, lens.bottom, lens.right, box.top)
        canvas.restore(between)
        left, right = self._x(first), self._x(first + SEEN)
        rows = np.linspace(0, 1, max(between.height, 1))
        narrow = rows * rows * (3 - 2 * rows)
        for row, share in enumerate(narrow):
            start = round(lens.left + (left - lens.left) * share)
            end = round(lens.right + (right - lens.right) * share)
            canvas.pixels[between.top + row, start:end, :3] = theme.panel
        thick = max(round(self._layout.px(1.2)), 1)
        for x in (left, right - thick):
            canvas.pixels[box.top : box.bottom, x : x + thick, :3] = theme.ink

    def _images_of(self, snapshot: Snapshot, normalisation: Normalisation) -> Images:
        """Make the picture of a snapshot, bright and dim, both (rows, columns, 4)."""
        key = snapshot.seq, normalisation
        return self._images.get_or(key, lambda: self._draw_all(snapshot, normalisation))

    def _draw_all(self, snapshot: Snapshot, normalisation: Normalisation) -> Images:
        theme, rows = self._canvas.theme, self._layout.spectrogram.height
        sizes = [
            magnitude(snapshot.arrays["activation", k]) for k in range(self._layers)
        ]
        found = shares(sizes, normalisation, self._function)
        for layer in range(self._layers):
            given = sent(snapshot, layer)
            found[layer] = found[layer] if given is None else given
        levels = np.stack([_column(level, rows) for level in found], axis=1)
        colours = np.concatenate([theme.saturation, [theme.wrong]])
        index = np.where(np.isnan(levels), 256, np.nan_to_num(levels) * 255)
        bright = np.full((rows, len(self._columns), 4), 255, np.uint8)
        bright[..., :3] = colours[index.astype(int)][:, self._columns]
        dim = bright.copy()
        ground = np.array(theme.background) * (1 - _DIM)
        dim[..., :3] = ground + bright[..., :3] * _DIM
        return bright, dim

    def _paint_changes(self, scene: Scene) -> None:
        """Paint the change of each layer's weights anew where it is another."""
        old, new = scene.snapshot, scene.following
        if new is None:
            old, new = scene.previous or scene.snapshot, scene.snapshot
        if (old.seq, new.seq) == self._compared:
            return
        self._compared = old.seq, new.seq
        if self._gradients.are_told:
            self._paint_gradients(scene)
            return
        layers = range(1, self._layers)
        known = np.array([("weights", k) in new.arrays for k in layers], bool)
        change = np.array([_change(old, new, k) for k in layers])
        largest = float(change.max(initial=0))
        words = "change of the weights, layer by layer"
        if not known.any():
            words = "no weights are streamed"
        elif old is not new:
            words += f"; largest {largest:.2%} of them"
        self._title.show(words, self._canvas.theme.dim)
        self._draw(change / max(largest, 1e-12), known)

    def _paint_gradients(self, scene: Scene) -> None:
        """Paint the norms over decades: gradients vanish, or explode, by factors."""
        norms = self._gradients.of(scene)
        words = f"norm of the gradient, layer by layer, over {_DECADES} decades"
        if norms is None:
            self._title.show(f"{words}; none yet", self._canvas.theme.dim)
            self._draw(np.zeros(self._layers - 1), self._gradients.told)
            return
        known = np.where(np.isfinite(norms), norms, 0)
        largest = max(float(known.max()), 1e-300)
        words = f"{words}; largest {brief(largest)}"
        self._title.show(words, self._canvas.theme.dim)
        share = np.maximum(known / largest, 10.0**-_DECADES)
        self._draw(1 + np.log10(share) / _DECADES, ~np.isnan(norms))

    def _draw(self, heights: Floats, known: NDArray[np.bool_]) -> None:
        """Draw a line over a filled area; heights are shares of the box, a layer each.

        Of a layer of which nothing is known, as of one without weights, there is none.
        """
        canvas, theme, box = self._canvas, self._canvas.theme, self._layout.changes
        pixels = canvas.pixels[box.slices][..., :3]
        middles = (np.arange(1, self._layers) + 0.5) * box.width / self._layers
        height = np.zeros(box.width)
        if known.any():
            height = np.interp(np.arange(box.width), middles[known], heights[known])
        line = (1 - height) * (box.height - 3) + 1
        rows = np.arange(box.height)[:, None]
        slope = np.hypot(1, np.gradient(line))
        width = max(self._layout.px(1.4), 1.0)
        on_line = np.clip(width / 2 + 0.5 - np.abs(rows - line) / slope, 0, 1)
        cover = np.maximum(on_line, 0.18 * (rows > line))
        layer = np.maximum(np.arange(box.width) * self._layers // box.width, 1)
        cover = np.where(known[layer - 1], cover, 0)[..., None]
        ground, colour = np.array(theme.background), np.array(theme.positive)
        pixels[...] = np.rint(ground * (1 - cover) + colour * cover)


def _column(level: Floats, rows: int) -> Floats:
    """Stretch the saturations of a layer to so many pixels, or show the largest."""
    starts = np.arange(rows) * len(level) // rows
    if len(level) > rows:
        return np.asarray(np.maximum.reduceat(level, starts))
    return np.asarray(level[starts])


def _change(old: Snapshot, new: Snapshot, layer: int) -> float:
    """Measure the change of a layer's weights as a share of them; 0 where unknown."""
    if ("weights", layer) not in new.arrays:
        return 0.0
    step = max(old.arrays["weights", layer].size // _SAMPLE, 1)
    before, after = (
        each.arrays["weights", layer].ravel()[::step].astype(np.float64)
        for each in (old, new)
    )
    with np.errstate(invalid="ignore", over="ignore"):
        share = np.linalg.norm(after - before) / max(
            float(np.linalg.norm(before)), 1e-12
        )
    return float(share) if np.isfinite(share) else 0.0
