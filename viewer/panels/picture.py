"""The example that the network is shown, as the picture it is."""

import numpy as np
from numpy.typing import NDArray

from protocol.messages import Manifest, Snapshot
from viewer.detail import Detail, is_drawable
from viewer.drawn import is_deep, is_wide
from viewer.layout import Box
from viewer.paint.canvas import Canvas
from viewer.paint.cells import Cells, blends
from viewer.panels.caption import Caption
from viewer.pictures import ink_of, picture_shape, plane_of_input, shows_pictures
from viewer.pool import patch_of
from viewer.recent import Recent
from viewer.scene import Scene

Floats = NDArray[np.float64]
_BROKEN = 256  # number of the colour of what is not finite; before it is the ink
_KEPT = 3  # pictures


def wants(manifest: Manifest) -> bool:
    """Show a picture; beside plates the network's first plate does."""
    if not is_drawable(manifest) or (is_wide(manifest) and not is_deep(manifest)):
        return False
    return shows_pictures(manifest)


class PicturePanel:
    """The input, with the example's number and label under it."""

    def __init__(self, canvas: Canvas, manifest: Manifest) -> None:
        self._canvas = canvas
        beside = picture_shape(manifest)
        self._key = ("activation", 0) if beside is None else ("picture", 0)
        height, width = self._shape = beside or _pair(plane_of_input(manifest))
        self._box = _inside(canvas.layout.picture, self._shape)
        self._caption = Caption(canvas, manifest)
        pool = Detail(manifest).layers[0].pool
        patches = None
        if beside is None and pool is not None and pool.averages:
            patches = patch_of(height), patch_of(width)
        ink = blends(canvas.theme.panel, canvas.theme.ink, _BROKEN)
        colours = np.append(ink, np.array([canvas.theme.wrong], np.uint8), axis=0)
        self._cells = Cells(canvas, self._box, self._shape, colours, patches)
        self._inks: Recent[int, Floats] = Recent(_KEPT)
        self._shown: tuple[int, int, float] | None = None

    def prepare(self) -> None:
        """Paint the hairline round the picture."""
        box, pixels = self._box, self._canvas.pixels
        outer = Box(box.left - 1, box.top - 1, box.right + 1, box.bottom + 1)
        pixels[outer.slices][..., :3] = self._canvas.theme.hairline

    def paint(self, scene: Scene) -> None:
        """Paint the example; the next one fades in during the update."""
        share = scene.exchanged
        following = scene.following if scene.following is not None else scene.snapshot
        key = scene.snapshot.seq, following.seq, share
        if key == self._shown:
            return
        self._shown = key
        ink = self._ink(scene.snapshot)
        if share:
            ink = ink * (1 - share) + self._ink(following) * share
        broken = np.isnan(ink)
        levels = np.rint(np.where(broken, 0, ink) * (_BROKEN - 1)).astype(np.intp)
        self._cells.paint(np.where(broken, _BROKEN, levels))
        self._caption.show(scene.snapshot if share < 0.5 else following)

    def _ink(self, snapshot: Snapshot) -> Floats:
        """Scale the input to 0 to 1, shape (rows, columns); NaN what is not finite."""

        def make() -> Floats:
            values = np.asarray(snapshot.arrays[self._key], np.float64)
            return ink_of(values).reshape(self._shape)

        return self._inks.get_or(snapshot.seq, make)


def _pair(shape: tuple[int, ...]) -> tuple[int, int]:
    return shape[0], shape[1]


def _inside(frame: Box, shape: tuple[int, int]) -> Box:
    """Fit a picture of shape (height, width) into a frame, in its middle."""
    rows, columns = shape
    side = min(frame.width / columns, frame.height / rows)
    width, height = max(round(side * columns), 1), max(round(side * rows), 1)
    left = frame.left + (frame.width - width) // 2
    top = frame.top + (frame.height - height) // 2
    return Box(left, top, left + width, top + height)
