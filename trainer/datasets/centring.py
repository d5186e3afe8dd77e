"""Put drawings in the middle, so that where they were drawn does not matter."""

import numpy as np
from numpy.typing import NDArray

from trainer.datasets.dataset import Pictures

# Fainter than this is paper: grain and soft edges may leave the picture.
FAINT = 0.1


def centre_by_mass(pictures: Pictures) -> Pictures:
    """Move the centre of mass of each picture's ink to the middle.

    Whole pixels only, so strokes stay as sharp as they were; never so far that ink
    leaves the picture. A picture without ink stays as it is.

    Args:
        pictures: Ink from 0 to 1, shape (n, height, width), float32.

    Returns:
        Same shape, a new array.
    """
    centred = np.zeros_like(pictures)
    downs, rights = _shifts(pictures, axis=1), _shifts(pictures, axis=2)
    moves = zip(pictures, centred, downs, rights, strict=True)
    for picture, target, down, right in moves:
        target[_to(down), _to(right)] = picture[_to(-down), _to(-right)]
    return centred


def _to(shift: int) -> slice:
    """Give the part of an axis that is filled after a shift by so many pixels."""
    return slice(shift, None) if shift >= 0 else slice(None, shift)


def _shifts(pictures: Pictures, axis: int) -> list[int]:
    """Find how far each picture has to move along one axis."""
    length = pictures.shape[axis]
    mass = pictures.sum(3 - axis)  # (n, length)
    inked: NDArray[np.bool_] = (pictures > FAINT).max(3 - axis)  # (n, length)
    places = np.arange(length, dtype=np.float32)
    centre = mass @ places / np.maximum(mass.sum(1), 1e-6)
    wanted = np.rint((length - 1) / 2 - centre)
    first, last = inked.argmax(1), length - 1 - inked[:, ::-1].argmax(1)
    kept = np.clip(wanted, -first, length - 1 - last)
    return [int(shift) for shift in np.where(inked.max(1), kept, 0)]
