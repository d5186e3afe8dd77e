"""Put drawings in the middle, so that where they were drawn does not matter."""

import numpy as np

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
    shifts = zip(
        _shifts(pictures.sum(2), (pictures > FAINT).any(2)),  # rows
        _shifts(pictures.sum(1), (pictures > FAINT).any(1)),  # columns
        strict=True,
    )
    for picture, target, (down, right) in zip(pictures, centred, shifts, strict=True):
        target[_to(down), _to(right)] = picture[_to(-down), _to(-right)]
    return centred


def _to(shift: int) -> slice:
    """Give the part of an axis that is filled after a shift by so many pixels."""
    return slice(shift, None) if shift >= 0 else slice(None, shift)


def _shifts(mass: Pictures, inked: np.ndarray) -> list[int]:
    """Find how far to move along one axis; `mass` and `inked` are (n, length)."""
    length = mass.shape[1]
    total = mass.sum(1)
    centre = mass @ np.arange(length, dtype=np.float32) / np.maximum(total, 1e-6)
    wanted = np.rint((length - 1) / 2 - centre).astype(int)
    first, last = inked.argmax(1), length - 1 - inked[:, ::-1].argmax(1)
    kept = np.clip(wanted, -first, length - 1 - last)
    return np.where(inked.any(1), kept, 0).tolist()
