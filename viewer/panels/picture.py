"""The example that the network is shown, as the picture it is."""

import numpy as np
from numpy.typing import NDArray

from protocol.messages import Manifest, Snapshot
from viewer.cue import Phase
from viewer.detail import Detail, is_deep, is_drawable, is_picture, is_wide
from viewer.easing import ease
from viewer.layout import Box
from viewer.paint.canvas import Canvas
from viewer.paint.text import longest_that_fits
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
        left, right = canvas.layout.left_column
        caption = frame.bottom + canvas.layout.px(20)
        half = (right - left) / 2 - canvas.layout.px(4)
        self._style, self._half = canvas.style(10.5), half
        self._example = canvas.label(left, caption, self._style)
        self._label = canvas.label(
            frame.right,
            caption,
            canvas.style(10.5, bold=True),
            align="right",
            room=half,
        )
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
        theme, label = self._canvas.theme, snapshot.probe.label
        number = str(snapshot.probe.index)
        texts = [f"example {number}", f"no. {number}", number]
        example = longest_that_fits(texts, self._style, self._half)
        self._example.show(example, theme.dim)
        names = dict(enumerate(self._classes))
        self._label.show("" if label is None else names.get(label, ""), theme.ink)

    def _ink(self, snapshot: Snapshot) -> NDArray[np.floating]:
        """Enlarge the input to the box, shape (rows, columns), 0 to 1."""
        values = np.nan_to_num(snapshot.arrays["activation", 0]).ravel()
        rows, columns = self._shape
        cells = np.zeros(rows * columns)
        cells[: len(values)] = values
        low, high = min(cells.min(), 0.0), max(cells.max(), 1e-12)
        cells = (cells - low) / (high - low)
        y, x = self._cells()
        return np.asarray(cells.reshape(rows, columns)[y[:, None], x[None, :]])

    def _colour(self, ink: NDArray[np.floating]) -> NDArray[np.uint8]:
        paper, pen = (
            np.array(colour)
            for colour in (self._canvas.theme.panel, self._canvas.theme.ink)
        )
        image = paper + (pen - paper) * ink[..., None]
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
