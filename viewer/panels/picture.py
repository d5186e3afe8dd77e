"""The example that the network is shown, as the picture it is."""

import numpy as np
from numpy.typing import NDArray

from protocol.messages import Manifest, Snapshot
from viewer.cue import Phase
from viewer.detail import Detail, is_deep, is_drawable, is_picture, is_wide
from viewer.easing import ease
from viewer.layout import Box
from viewer.paint.canvas import Canvas
from viewer.paint.text import fit, longest_that_fits, width
from viewer.pool import patch_of
from viewer.scene import Scene


def wants(manifest: Manifest) -> bool:
    """Show any input; beside plates the network's first plate does."""
    beside_plates = is_wide(manifest) and not is_deep(manifest)
    return is_drawable(manifest) and not beside_plates


class PicturePanel:
    """The input, with the example's number and label under it."""

    def __init__(self, canvas: Canvas, manifest: Manifest) -> None:
        self._canvas = canvas
        self._classes = manifest.classes
        first, shape = manifest.layers[0], manifest.input_shape
        self._shape = shape if is_picture(first, shape) else _plate(first.units)
        frame = canvas.layout.picture
        self._box = _inside(frame, self._shape)
        left, right = canvas.layout.caption
        caption = frame.bottom + canvas.layout.px(20)
        self._style, self._bold = canvas.style(10.5), canvas.style(10.5, bold=True)
        self._room = right - left - canvas.layout.px(8)
        self._example = canvas.label(left, caption, self._style)
        self._label = canvas.label(right, caption, self._bold, align="right")
        self._shown: tuple[int, int, int] | None = None
        pool = Detail(manifest).layers[0].pool
        self._borders = self._patch_borders(pool is not None and pool.averages)

    def _patch_borders(self, pooled: bool) -> NDArray[np.bool_]:
        """Find the pixels between two patches that are drawn as one unit each."""
        rows, columns = self._cells()
        if not pooled:
            return np.zeros((len(rows), len(columns)), bool)
        down = np.diff(patch_of(self._shape[0])[rows], append=-1) > 0
        across = np.diff(patch_of(self._shape[1])[columns], append=-1) > 0
        return np.asarray(down[:, None] | across[None, :])

    def _cells(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Find the cell of the input that each row and column of the box shows."""
        rows, columns = self._shape
        down = np.arange(self._box.height) * rows // self._box.height
        return down, np.arange(self._box.width) * columns // self._box.width

    def prepare(self) -> None:
        """Paint the hairline round the picture."""
        box, pixels = self._box, self._canvas.pixels
        outer = Box(box.left - 1, box.top - 1, box.right + 1, box.bottom + 1)
        pixels[outer.slices][..., :3] = self._canvas.theme.hairline

    def paint(self, scene: Scene) -> None:
        """Paint the example; the next one fades in during the update."""
        share = 0.0
        if scene.cue.phase is Phase.UPDATE and scene.following is not None:
            share = ease(scene.cue.progress)
        following = scene.following if scene.following is not None else scene.snapshot
        key = scene.snapshot.seq, following.seq, round(share * 64)
        if key == self._shown:
            return
        self._shown = key
        ink = self._ink(scene.snapshot)
        if share:
            ink = ink * (1 - share) + self._ink(following) * share
        self._canvas.pixels[self._box.slices][..., :3] = self._colour(ink)
        self._caption(scene.snapshot if share < 0.5 else following)

    def _caption(self, snapshot: Snapshot) -> None:
        """Say which example it is, and its label, which needs the room more."""
        theme, label = self._canvas.theme, snapshot.probe.label
        number = str(snapshot.probe.index)
        names = dict(enumerate(self._classes))
        name = "" if label is None else names.get(label, "")
        room = max(self._room - width(number, self._style), self._room / 2)
        name = fit(name, self._bold, room)
        self._label.show(name, theme.ink)
        texts = [f"example {number}", f"no. {number}", number]
        room = self._room - width(name, self._bold)
        self._example.show(longest_that_fits(texts, self._style, room), theme.dim)

    def _ink(self, snapshot: Snapshot) -> NDArray[np.floating]:
        """Enlarge the input to the box, shape (rows, columns), 0 to 1, NaN if broken."""
        values = snapshot.arrays["activation", 0].ravel().astype(np.float64)
        rows, columns = self._shape
        cells = np.zeros(rows * columns)
        cells[: len(values)] = np.where(np.isfinite(values), values, np.nan)
        finite = cells[np.isfinite(cells)]
        low, high = finite.min(initial=0.0), finite.max(initial=1e-12)
        cells = (cells - low) / (high - low)
        y, x = self._cells()
        return np.asarray(cells.reshape(rows, columns)[y[:, None], x[None, :]])

    def _colour(self, ink: NDArray[np.floating]) -> NDArray[np.uint8]:
        paper, pen = (
            np.array(colour)
            for colour in (self._canvas.theme.panel, self._canvas.theme.ink)
        )
        broken = np.isnan(ink)
        image = paper + (pen - paper) * np.where(broken, 0, ink)[..., None]
        image[broken] = self._canvas.theme.wrong
        image[self._borders] += 0.2 * (self._canvas.theme.dim - image[self._borders])
        return np.asarray(image, np.uint8)


def _plate(units: int) -> tuple[int, int]:
    """Find the most square plate that has a cell for each unit."""
    columns = int(np.ceil(np.sqrt(units)))
    return -(-units // columns), columns


def _inside(frame: Box, shape: tuple[int, ...]) -> Box:
    """Fit a picture of shape (height, width) into a frame, in its middle."""
    rows, columns = shape
    side = min(frame.width / columns, frame.height / rows)
    width, height = max(round(side * columns), 1), max(round(side * rows), 1)
    left = frame.left + (frame.width - width) // 2
    top = frame.top + (frame.height - height) // 2
    return Box(left, top, left + width, top + height)
