"""A picture file to ink, 1 where something was drawn, 0 where paper is left; and back.

The only file that knows Pillow.
"""

import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from trainer.datasets.dataset import Pictures

ENDINGS = (".png", ".jpg", ".jpeg")
FORMATS = ("PNG", "JPEG")

# A larger picture would need gigabytes, and may be a few bytes made to do so.
PIXELS = 50_000_000
# A longer side is shrunk first: a square of it has more pixels than that.
LONGEST = 7000

# Where a picture file says which way up it is (EXIF).
ORIENTATION = 0x0112

# A drawing whose longer side is a smaller share of its paper than this is lost on it, and
# is brought to the other share. Ink below INKED is dirt or grain.
SMALL, ENLARGED = 0.55, 0.75
INKED = 0.3

# Less contrast than this between paper and the darkest ink is a blank sheet.
CONTRAST = 0.1

# All that Pillow raises for a file that is no whole picture.
_BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    OverflowError,
    MemoryError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
)


class BrokenPictureError(Exception):
    """A file is no picture that can be read; the text says why."""


def size_of(path: Path) -> tuple[int, int]:
    """Read (height, width) from the head of a picture.

    Raises:
        BrokenPictureError: It is not a picture, or too large.
    """
    with _reading(path) as image:
        # A camera held upright says so in one field and leaves the pixels lying.
        lying = image.getexif().get(ORIENTATION, 1) in (5, 6, 7, 8)
        height, width = image.height, image.width
    return (width, height) if lying else (height, width)


def read_ink(path: Path, shape: tuple[int, int]) -> Pictures:
    """Read a picture's ink, fitted to a size without changing its proportions.

    Args:
        path: A PNG or JPEG file, grey, colour, palette, 16 bits, with alpha or without.
        shape: (height, width) of the result.

    Returns:
        Shape `shape`, float32, the darkest ink 1. Light strokes on dark paper count as
        ink like dark ones on light; a drawing that is small on its paper is enlarged.

    Raises:
        BrokenPictureError: It is not a whole picture, or too large.
    """
    with _reading(path) as image:
        grey = _grey(ImageOps.exif_transpose(image))
    return _stretched(fitted(enlarged(_bounded(ink_of(grey))), shape))


def read_red(path: Path, shape: tuple[int, int]) -> Pictures:
    """Read a picture's red channel as it is, 0 to 255, scaled to `shape` if need be.

    Raises:
        BrokenPictureError: It is not a whole picture, or too large.
    """
    height, width = shape
    with _reading(path) as image:
        if image.mode.startswith("I") or image.mode == "F":  # 16 bits a pixel, or more
            red = Image.fromarray((255 * _grey(image)).clip(0, 255).astype(np.uint8))
        else:
            red = image.convert("RGB").getchannel(0)
        if red.size != (width, height):
            red = red.resize((width, height), Image.Resampling.BILINEAR)
        return np.asarray(red, np.float32)


def write_ink(path: Path, ink: Pictures) -> None:
    """Write ink as a PNG file, dark on white paper: all of it or nothing.

    Raises:
        OSError: It cannot be written.
    """
    unfinished = path.with_name(f".{path.name}.tmp")
    grey = Image.fromarray(np.rint(255 * (1 - ink)).astype(np.uint8))
    try:
        grey.save(unfinished, "PNG")
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


@contextmanager
def _reading(path: Path) -> Iterator[Image.Image]:
    """Open a picture, and say of whatever is wrong with it that it is broken."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about odd files that can be read
            with Image.open(path, formats=FORMATS) as image:
                _bound(image)
                yield image
    except UnidentifiedImageError as error:
        raise BrokenPictureError("not a PNG or JPEG picture") from error
    except _BROKEN as error:
        text = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise BrokenPictureError(" ".join(text.split())) from error


def _bound(image: Image.Image) -> None:
    if image.width * image.height > PIXELS:
        raise BrokenPictureError(
            f"expected at most {PIXELS // 10**6} million pixels, "
            f"got {image.width} x {image.height}"
        )


def _grey(image: Image.Image) -> Pictures:
    """Give the lightness of each pixel, 0 black to 1 white."""
    if image.mode.startswith("I") or image.mode == "F":  # 16 bits a pixel, or more
        return np.asarray(image, np.float32) / np.float32(65535)
    if not image.has_transparency_data:
        return np.asarray(image.convert("L"), np.float32) / np.float32(255)
    bands = np.asarray(image.convert("RGBA").convert("LA"), np.float32)
    light, opaque = bands.transpose(2, 0, 1) / np.float32(255)
    # A light drawing on transparent film is laid on black paper, any other on white.
    drawn = light[opaque > 0.5]
    is_light = drawn.size > 0 and drawn.mean() > 0.5
    paper = np.float32(0 if is_light and opaque.min() < 0.5 else 1)
    laid: Pictures = light * opaque + paper * (1 - opaque)
    return laid


def ink_of(grey: NDArray[np.float32]) -> Pictures:
    """Take the paper away, whose lightness is the median along the border."""
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    paper = float(np.median(border))
    ink = (paper - grey) / paper if paper >= 0.5 else (grey - paper) / (1 - paper)
    ink = ink.clip(0, 1).astype(np.float32)
    return ink if ink.max(initial=0) >= CONTRAST else np.zeros_like(ink)


def _bounded(ink: Pictures) -> Pictures:
    """Shrink a picture that is very long, by a whole number."""
    factor = -(-max(ink.shape) // LONGEST)
    if factor == 1:
        return ink
    return np.asarray(Image.fromarray(ink).reduce(factor), np.float32)


def enlarged(ink: Pictures) -> Pictures:
    """Cut out a drawing that is small on its paper, with some paper around it."""
    inked = ink > INKED
    rows, columns = np.flatnonzero(inked.any(1)), np.flatnonzero(inked.any(0))
    if not len(rows):
        return ink
    longer = max(rows[-1] - rows[0], columns[-1] - columns[0]) + 1
    if longer >= SMALL * max(ink.shape):
        return ink
    side = round(longer / ENLARGED)
    top, left = (
        (place[0] + place[-1] + 1) // 2 - side // 2 for place in (rows, columns)
    )
    found = ink[max(0, top) : top + side, max(0, left) : left + side]
    paper = np.zeros((side, side), np.float32)
    down, right = max(0, -top), max(0, -left)
    paper[down : down + found.shape[0], right : right + found.shape[1]] = found
    return paper


def fitted(ink: Pictures, shape: tuple[int, int]) -> Pictures:
    """Scale to fit into `shape` and put in its middle; ink of its size stays as it is."""
    if ink.shape == shape:
        return ink
    height, width = ink.shape
    scale = min(shape[0] / height, shape[1] / width)
    rows, columns = (max(1, round(side * scale)) for side in (height, width))
    if (rows, columns) != ink.shape:
        resized = Image.fromarray(ink).resize(
            (columns, rows), Image.Resampling.BILINEAR
        )
        ink = np.asarray(resized, np.float32)
    paper = np.zeros(shape, np.float32)
    top, left = (shape[0] - rows) // 2, (shape[1] - columns) // 2
    paper[top : top + rows, left : left + columns] = ink
    return paper


def _stretched(ink: Pictures) -> Pictures:
    """Make the darkest ink 1: pencils are faint, and thin lines fade when scaled down."""
    darkest = ink.max(initial=0)
    return ink / darkest if darkest > 0 else ink
