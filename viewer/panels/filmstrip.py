"""Past class maps, small, along the bottom: the whole run at a glance."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise

from protocol.messages import Manifest, Snapshot
from viewer.layout import Box
from viewer.paint.canvas import Canvas
from viewer.paint.class_map import ClassMap
from viewer.paint.text import longest_that_fits, width
from viewer.plane import Plane, plane_of
from viewer.scene import Scene
from viewer.spot import Spot

_MOST_SAMPLES = 256  # cells looked at across a map: less is enough for a small one


def wants(manifest: Manifest) -> bool:
    """Show the past of a run that has a class map."""
    return plane_of(manifest) is not None


class Thumbnail:
    """One small map with its layer above, framed while it is the current one."""

    def __init__(self, canvas: Canvas, place: Box, plane: Plane, pitch: float) -> None:
        theme = canvas.theme
        colours = theme.class_colours(plane.classes)
        self._canvas = canvas
        self._plane = plane
        self._map = ClassMap(
            place, plane.shape, colours, theme.unclassified, most_samples=_MOST_SAMPLES
        )
        self._room = pitch - canvas.layout.px(4)
        box = self._map.box
        x, y = (box.left + box.right) / 2, place.top - max(canvas.layout.px(10), 8)
        self._label = canvas.label(x, y, canvas.style(9.5), align="center")
        self._shown: tuple[int, bool] | None = None
        self.snapshot: Snapshot | None = None

    def paint(self, snapshot: Snapshot | None, *, current: bool) -> None:
        """Paint a map; None leaves the place empty."""
        key = snapshot.seq if snapshot is not None else 0, current
        if key == self._shown:
            return
        self._shown, self.snapshot = key, snapshot
        theme = self._canvas.theme
        self._fill(2, theme.ink if current else theme.background)
        self._fill(0 if current else 1, theme.background if current else theme.hairline)
        if snapshot is None:
            self._fill(0, theme.background)
            self._label.show("", theme.dim)
            return
        picture = self._map.picture(self._plane.cells(snapshot))
        self._map.paint(self._canvas.pixels, picture)
        style = self._canvas.style(9.5, bold=current)
        number = f"{snapshot.epoch:,}"
        texts = [f"layer {number}", number] if current else [number]
        text = longest_that_fits(texts, style, self._room)
        self._label.show(text, theme.ink if current else theme.dim, bold=current)

    def covers(self, x: float, y: float) -> bool:
        """Whether a pixel is on the map."""
        return self._map.cell_at(x, y) is not None

    def _fill(self, rim: int, colour: tuple[int, int, int]) -> None:
        rim = round(rim * max(self._canvas.layout.scale, 1))
        box = self._map.box
        outer = Box(box.left - rim, box.top - rim, box.right + rim, box.bottom + rim)
        self._canvas.pixels[outer.slices][..., :3] = colour


class FilmstripPanel:
    """Thumbnails at even distances over the layers of the run.

    The place of the current layer shows the newest map and keeps the last of its part.
    """

    def __init__(self, canvas: Canvas, manifest: Manifest) -> None:
        plane = plane_of(manifest)
        assert plane is not None, "only what wants() chose is made"
        box = canvas.layout.filmstrip
        wide = min(max(round(box.height * plane.columns / plane.rows), 1), box.width)
        number = width(f"{max(manifest.epochs, 1000):,}", canvas.style(9.5, bold=True))
        gap = canvas.layout.px(9)
        count = max(int((box.width + gap) / (max(wide, number) + gap)), 1)
        pitch = (box.width - wide) / max(count - 1, 1)
        if manifest.epochs:
            count = min(count, manifest.epochs + 1)
        self._layers = manifest.epochs
        self._shown = 0, 0
        lefts = [box.left + round(k * pitch) for k in range(count)]
        self._thumbnails = [
            Thumbnail(canvas, Box(left, box.top, left + wide, box.bottom), plane, pitch)
            for left in lefts
        ]

    def prepare(self) -> None:
        """Nothing here stays the same."""

    def paint(self, scene: Scene) -> None:
        """Paint the thumbnails that another map has come to."""
        history, now = scene.history, scene.snapshot.epoch
        if (len(history), scene.snapshot.seq) == self._shown:
            return
        self._shown = len(history), scene.snapshot.seq
        ends = part_ends(len(self._thumbnails), self._layers, now)
        starts = [-1, *ends]
        for thumbnail, (start, end) in zip(
            self._thumbnails, pairwise(starts), strict=True
        ):
            current = start < now <= end
            thumbnail.paint(_newest(history, start, end), current=current)

    def spot(self, x: float, y: float) -> Spot | None:
        """Name the layer of the thumbnail at a pixel."""
        for thumbnail in self._thumbnails:
            if thumbnail.snapshot is not None and thumbnail.covers(x, y):
                return Spot(f"layer {thumbnail.snapshot.epoch:,}")
        return None


def part_ends(count: int, layers: int, now: int) -> list[int]:
    """Cut the layers of a run into parts; the first is the input, layer 0, alone.

    Args:
        count: How many parts.
        layers: Planned length; of an open run, 0, each part is a power of two long, as
            small as it can be.
        now: The current layer, which must be in one of the parts.

    Returns:
        The last layer of each part.
    """
    parts = max(count - 1, 1)
    if layers < now:
        per_part = -(-now // parts)
        layers = parts * 2 ** (per_part - 1).bit_length()
    ends = [round(k * layers / parts) for k in range(parts + 1)]
    return ends[-count:]


def _newest(history: Sequence[Snapshot], start: int, end: int) -> Snapshot | None:
    """Find the newest snapshot of a part: after layer `start`, not after `end`."""
    at = bisect_right(history, end, key=lambda snapshot: snapshot.epoch) - 1
    if at < 0 or history[at].epoch <= start:
        return None
    return history[at]
