"""The title: what runs, how much of it is drawn, and where the run is."""

from itertools import groupby

from protocol.messages import Manifest
from viewer.detail import Detail, is_drawable
from viewer.paint.canvas import Canvas
from viewer.paint.text import Label, longest_that_fits, width
from viewer.plane import plane_of
from viewer.scene import Scene

_MILLION = 1_000_000


def wants(manifest: Manifest) -> bool:
    """Every run has a title."""
    return bool(manifest.layers)


class HeaderPanel:
    """Name and architecture on the left, counters on the right, a badge below."""

    def __init__(self, canvas: Canvas, manifest: Manifest) -> None:
        self._canvas = canvas
        self._manifest = manifest
        self._y = canvas.layout.y(0.065)
        self._axis = "layer" if manifest.axis == "layer" else "epoch"
        self._numbers: dict[str, Label] = {}
        self._names: dict[str, Label] = {}
        self._room = self._reserve_counters()
        box = canvas.layout.network
        self._badge = canvas.label(
            (box.left + box.right) / 2,
            canvas.layout.y(0.088),
            canvas.style(11, bold=True),
            align="center",
        )

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
        name = canvas.label(left, y, title, room=(self._room - left) * 0.4)
        name.show(self._manifest.name, theme.ink)
        x = left + width(name.text, title) + canvas.layout.px(18)
        about = canvas.label(x, y, canvas.style(12.5), room=self._room - x)
        about.show(architecture(self._manifest), theme.dim)
        below = y + canvas.layout.px(23)
        box = canvas.layout.network
        room = (box.left + box.right) / 2 - canvas.layout.px(120) - left
        style = canvas.style(10)
        if is_drawable(self._manifest):
            words = longest_that_fits(_drawn(Detail(self._manifest)), style, room)
            canvas.label(left, below, style).show(words, theme.faint)

    def paint(self, scene: Scene) -> None:
        """Paint the counters and the badge."""
        ink, planned = self._canvas.theme.ink, scene.manifest.epochs
        of_all = f"/{planned}" if planned else ""
        self._numbers[self._axis].show(f"{scene.epoch}{of_all}", ink)
        if "step" in self._numbers:
            self._numbers["step"].show(_count(scene.snapshot.step), ink)
        self._numbers["snapshot"].show(_count(scene.snapshot.seq), ink)
        self._badge.show(scene.badge, self._canvas.theme.negative)


def _count(number: int) -> str:
    """Write a number in at most seven letters below 10^11."""
    return f"{number / _MILLION:.1f}M" if number >= 10 * _MILLION else str(number)


def architecture(manifest: Manifest) -> str:
    """Write the sizes of the layers, "2500 – 12 – 12 – 4", repeats as "7 × 12"."""
    plane = plane_of(manifest)
    if plane is not None:
        layers = f", {manifest.epochs:,} layers" if manifest.epochs else ""
        return f"{plane.columns} × {plane.rows} cells{layers}"
    parts = []
    for size, same in groupby(layer.units for layer in manifest.layers):
        times = len(list(same))
        parts += [str(size)] * times if times < 4 else [f"{times} × {size}"]
    kind = "multilayer perceptron" if manifest.kind == "mlp" else manifest.kind
    return f"{' – '.join(parts)}   {kind}"


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
    words = [f"{pooled} layers pooled"] if pooled else []
    if detail.previews:
        words.append(f"{len(detail.previews)} matrices previewed")
    return ", ".join(words)
