"""The title: what runs, how much of it is drawn, and where the run is."""

from itertools import groupby

from protocol.messages import Manifest
from viewer.badge import joined
from viewer.detail import Detail, is_drawable
from viewer.drawn import size_of
from viewer.health import Health
from viewer.paint.canvas import Canvas
from viewer.paint.text import fit, longest_that_fits, width
from viewer.panels.counters import Counters
from viewer.plane import plane_of
from viewer.scene import Scene

_NAME = 0.6  # of the room, at most
_GAP = 18  # pixels at 720 lines between name and sizes


def wants(manifest: Manifest) -> bool:
    """Every run has a title."""
    return bool(manifest.layers)


class HeaderPanel:
    """Name and architecture on the left, counters on the right, a badge below."""

    def __init__(self, canvas: Canvas, manifest: Manifest) -> None:
        self._canvas = canvas
        self._manifest = manifest
        self._y = canvas.layout.header
        self._title, self._about = canvas.style(19, bold=True), canvas.style(12.5)
        self._counters = Counters(canvas, manifest, self._y, self._end_of_title())
        self._health = Health(manifest)
        self._style = canvas.style(11, bold=True)
        self._below = self._y + canvas.layout.px(23)
        right = canvas.layout.margins[1]
        self._badge = canvas.label(right, self._below, self._style, align="right")
        self._badge_room = float(right - canvas.layout.margins[0])

    def _end_of_title(self) -> float:
        """Find the room that a name, cut where it is too long, and all sizes need."""
        manifest, px = self._manifest, self._canvas.layout.px
        about = width(architecture(manifest)[0], self._about) + px(_GAP + 24)
        whole = width(manifest.name, self._title) + about
        return self._canvas.layout.margins[0] + min(whole, about / (1 - _NAME))

    def prepare(self) -> None:
        """Paint the name, the sizes of the layers and how much is drawn."""
        canvas, theme, y = self._canvas, self._canvas.theme, self._y
        self._counters.prepare()
        left, room = canvas.layout.margins[0], self._counters.left
        name = canvas.label(left, y, self._title, room=(room - left) * _NAME)
        name.show(self._manifest.name, theme.ink)
        taken = width(name.text, self._title)
        x = left + taken + (canvas.layout.px(_GAP) if taken else 0)
        about = longest_that_fits(architecture(self._manifest), self._about, room - x)
        canvas.label(x, y, self._about).show(about, theme.dim)
        if is_drawable(self._manifest):
            style, room = canvas.style(10), (canvas.layout.margins[1] - left) / 2
            words = longest_that_fits(_drawn(Detail(self._manifest)), style, room)
            canvas.label(left, self._below, style).show(words, theme.faint)
            self._badge_room -= width(words, style) + canvas.layout.px(24)

    def paint(self, scene: Scene) -> None:
        """Paint the counters and the badge."""
        self._counters.paint(scene)
        self._paint_badge(scene)

    def _paint_badge(self, scene: Scene) -> None:
        theme, badge = self._canvas.theme, scene.badge
        broken = self._health.of(scene)
        if not broken:
            text = fit(badge, self._style, self._badge_room)
            self._badge.show(text, theme.negative)
            return
        wordings = [joined([words, badge]) for words in (broken, "diverged")]
        text = longest_that_fits(wordings, self._style, self._badge_room)
        text = text or fit(wordings[-1], self._style, self._badge_room)
        self._badge.show(text, theme.wrong)


def architecture(manifest: Manifest) -> list[str]:
    """Write the sizes of the layers in wordings ever shorter.

    Such as "2500 – 12 – 12 – 4   multilayer perceptron"; repeats are "7 × 12".
    """
    plane = plane_of(manifest)
    if plane is not None:
        cells = f"{plane.columns} × {plane.rows} cells"
        if not manifest.epochs:
            return [cells]
        plural = "" if manifest.epochs == 1 else "s"
        return [f"{cells}, {manifest.epochs:,} layer{plural}", cells]
    parts = []
    for size, same in groupby(size_of(layer, "×") for layer in manifest.layers):
        times = len(list(same))
        one = f"({size})" if "×" in size else size
        parts += [size] * times if times < 4 else [f"{times} × {one}"]
    kind = _kind(manifest)
    sizes = " – ".join(parts)
    ends = f"{parts[0]} – … – {parts[-1]}"
    return [f"{sizes}   {kind}", sizes, ends, f"{len(manifest.layers)} layers"]


def _kind(manifest: Manifest) -> str:
    if manifest.kind != "mlp":
        return manifest.kind
    dense = sum(spec.kind == "weights" for spec in manifest.arrays)
    is_all = dense == len(manifest.layers) - 1
    return "multilayer perceptron" if is_all else "neural network"


def _drawn(detail: Detail) -> list[str]:
    """Say what of the network is drawn, in words ever shorter."""
    text = f"{detail.weights:,} {'weight' if detail.weights == 1 else 'weights'}"
    if detail.edges == detail.weights:
        text = f"{text}, all drawn" if detail.weights else "no weights"
    else:
        which = "strongest " if detail.edges < detail.pairs else ""
        text = f"{text}, {which}{detail.edges:,} edges drawn"
    pooled = [layer for layer in detail.layers if layer.pool is not None]
    sizes = [f"{x.spec.name} pooled {x.spec.units:,} → {x.units:,}" for x in pooled]
    sizes += _without_edges(detail)
    sizes += [
        f"{detail.layers[spec.layer].spec.name}'s chosen from a preview of "
        f"{spec.shape[0]:,} × {spec.shape[1]:,}"
        for spec in detail.previews
    ]
    counts = _counts(detail)
    return ["; ".join([text, *sizes]), "; ".join([text, *counts]), text]


def _without_edges(detail: Detail) -> list[str]:
    """Say into how many layers no edges lead."""
    many = detail.without_edges
    words = f"{many} {'layer' if many == 1 else 'layers'} without edges"
    return [words] if many else []


def _counts(detail: Detail) -> list[str]:
    """Say of how many layers not everything is drawn."""
    pooled = sum(layer.pool is not None for layer in detail.layers)
    words = (
        [f"{pooled} {'layer' if pooled == 1 else 'layers'} pooled"] if pooled else []
    )
    words += _without_edges(detail)
    if detail.previews:
        many = len(detail.previews)
        which = "a preview of 1 matrix" if many == 1 else f"previews of {many} matrices"
        words.append(f"chosen from {which}")
    return [", ".join(words)] if words else []
