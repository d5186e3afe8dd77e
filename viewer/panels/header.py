"""The title: what runs, how much of it is drawn, and where the run is."""

from itertools import groupby

from protocol.messages import Manifest
from viewer.badge import joined
from viewer.detail import Detail, is_drawable
from viewer.health import Health
from viewer.paint.canvas import Canvas
from viewer.paint.text import Label, fit, longest_that_fits, width
from viewer.plane import plane_of
from viewer.scene import Scene


def wants(manifest: Manifest) -> bool:
    """Every run has a title."""
    return bool(manifest.layers)


class HeaderPanel:
    """Name and architecture on the left, counters on the right, a badge below."""

    def __init__(self, canvas: Canvas, manifest: Manifest) -> None:
        self._canvas = canvas
        self._manifest = manifest
        self._y = canvas.layout.header
        self._axis = "layer" if manifest.axis == "layer" else "epoch"
        self._numbers: dict[str, Label] = {}
        self._names: dict[str, Label] = {}
        self._room = self._reserve_counters()
        self._health = Health(manifest)
        self._style = canvas.style(11, bold=True)
        self._below = self._y + canvas.layout.px(23)
        right = canvas.layout.margins[1]
        self._badge = canvas.label(right, self._below, self._style, align="right")
        self._badge_room = float(right - canvas.layout.margins[0])

    def _reserve_counters(self) -> float:
        """Place the counters from the right edge on; return where they begin."""
        canvas, x = self._canvas, float(self._canvas.layout.margins[1])
        number, word = canvas.style(13, bold=True, mono=True), canvas.style(10.5)
        for name, widest in self._widest().items():
            self._numbers[name] = canvas.label(x, self._y, number, align="right")
            x -= width(widest, number) + canvas.layout.px(4)
            self._names[name] = canvas.label(x, self._y, word, align="right")
            x -= width(name, word) + canvas.layout.px(20)
        return x

    def _widest(self) -> dict[str, str]:
        """Name the counters from the right on, each with its longest text."""
        planned, axis = self._manifest.epochs, self._axis
        place = f"{planned}/{planned}" if planned > 999 else "000000000"
        steps = {"step": "0000000"} if axis == "epoch" else {}
        return {"snapshot": "000000", **steps, axis: place}

    def prepare(self) -> None:
        """Paint the name, the sizes of the layers and how much is drawn."""
        canvas, theme, y = self._canvas, self._canvas.theme, self._y
        for word, label in self._names.items():
            label.show(word, theme.dim)
        left = canvas.layout.margins[0]
        title = canvas.style(19, bold=True)
        name = canvas.label(left, y, title, room=(self._room - left) * 0.6)
        name.show(self._manifest.name, theme.ink)
        x = left + width(name.text, title) + canvas.layout.px(18)
        style, room = canvas.style(12.5), self._room - x
        about = longest_that_fits(architecture(self._manifest), style, room)
        canvas.label(x, y, style).show(about, theme.dim)
        if is_drawable(self._manifest):
            style, room = canvas.style(10), (canvas.layout.margins[1] - left) / 2
            words = longest_that_fits(_drawn(Detail(self._manifest)), style, room)
            canvas.label(left, self._below, style).show(words, theme.faint)
            self._badge_room -= width(words, style) + canvas.layout.px(24)

    def paint(self, scene: Scene) -> None:
        """Paint the counters and the badge."""
        ink, planned = self._canvas.theme.ink, scene.manifest.epochs
        of_all = f"/{planned}" if planned else ""
        self._numbers[self._axis].show(f"{scene.epoch}{of_all}", ink)
        if "step" in self._numbers:
            self._numbers["step"].show(_count(scene.snapshot.step), ink)
        self._numbers["snapshot"].show(_count(scene.snapshot.seq), ink)
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


def _count(number: int) -> str:
    """Write a number in at most seven letters."""
    for power, letter in ((10**9, "G"), (10**6, "M")):
        if number >= 10 * power:
            return f"{number / power:.1f}{letter}"
    return str(number)


def architecture(manifest: Manifest) -> list[str]:
    """Write the sizes of the layers in wordings ever shorter.

    Such as "2500 – 12 – 12 – 4   multilayer perceptron"; repeats are "7 × 12".
    """
    plane = plane_of(manifest)
    if plane is not None:
        cells = f"{plane.columns} × {plane.rows} cells"
        layers = f", {manifest.epochs:,} layers" if manifest.epochs else ""
        return [f"{cells}{layers}", cells]
    parts = []
    for size, same in groupby(layer.units for layer in manifest.layers):
        times = len(list(same))
        parts += [str(size)] * times if times < 4 else [f"{times} × {size}"]
    kind = "multilayer perceptron" if manifest.kind == "mlp" else manifest.kind
    sizes = " – ".join(parts)
    ends = f"{parts[0]} – … – {parts[-1]}"
    return [f"{sizes}   {kind}", sizes, ends, f"{len(manifest.layers)} layers"]


def _drawn(detail: Detail) -> list[str]:
    """Say what of the network is drawn, in words ever shorter."""
    text = f"{detail.weights:,} weights"
    if detail.edges == detail.weights:
        return [f"{text}, all drawn", text]
    which = "strongest " if detail.edges < detail.pairs else ""
    text = f"{text}, {which}{detail.edges:,} edges drawn"
    pooled = [layer for layer in detail.layers if layer.pool is not None]
    sizes = [f"{x.spec.name} pooled {x.spec.units:,} → {x.units:,}" for x in pooled]
    sizes += [
        f"{detail.layers[spec.layer].spec.name}'s chosen from a preview of "
        f"{spec.shape[0]:,} × {spec.shape[1]:,}"
        for spec in detail.previews
    ]
    return ["; ".join([text, *sizes]), f"{text}; {_counts(detail)}", text]


def _counts(detail: Detail) -> str:
    """Say of how many layers not everything is drawn."""
    pooled = sum(layer.pool is not None for layer in detail.layers)
    words = (
        [f"{pooled} {'layer' if pooled == 1 else 'layers'} pooled"] if pooled else []
    )
    if detail.previews:
        many = len(detail.previews)
        which = "a preview of 1 matrix" if many == 1 else f"previews of {many} matrices"
        words.append(f"chosen from {which}")
    return ", ".join(words)
