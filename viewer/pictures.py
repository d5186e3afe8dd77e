"""Whether what a network is shown is a picture, and where that picture is."""

import numpy as np
from numpy.typing import NDArray

from protocol.messages import LayerSpec, Manifest

Floats = NDArray[np.float64]


def is_picture(spec: LayerSpec, shape: tuple[int, ...]) -> bool:
    """Whether an input layer of this shape, (height, width), has a unit a pixel."""
    return len(shape) == 2 and shape[0] * shape[1] == spec.units


def plane_of_input(manifest: Manifest) -> tuple[int, ...]:
    """Give (height, width) of the plane that the input's units lie in; else ()."""
    for first in manifest.layers[:1]:
        for shape in (manifest.input_shape, first.tile or ()):
            if is_picture(first, shape):
                return shape
    return ()


def shows_pictures(manifest: Manifest) -> bool:
    """Whether each example is a picture, or comes with one."""
    return bool(plane_of_input(manifest)) or picture_shape(manifest) is not None


def picture_shape(manifest: Manifest) -> tuple[int, int] | None:
    """Give rows and columns of the picture that comes beside the input, if one does."""
    for spec in manifest.arrays:
        if spec.key == ("picture", 0) and len(spec.shape) == 2:
            return spec.shape[0], spec.shape[1]
    return None


def ink_of(values: Floats) -> Floats:
    """Scale a picture to 0 to 1: nought or less is paper; NaN what is not finite."""
    finite = np.isfinite(values)
    known = np.where(finite, values, 0)
    low, high = min(float(known.min()), 0.0), float(known.max())
    return np.where(finite, (known - low) / max(high - low, 1e-12), np.nan)
