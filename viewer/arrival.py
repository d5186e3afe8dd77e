"""How the outputs of one snapshot give way to those of the next, as the light comes."""

import numpy as np
from numpy.typing import NDArray

from viewer.motion import Motion
from viewer.scene import Scene

Floats = NDArray[np.floating]


def arrived(scene: Scene) -> float:
    """Say how far the light has changed the outputs, 0 to 1; it goes with the update."""
    last = len(scene.manifest.layers) - 1
    return Motion(scene.cue, last, scene.options.reduced_motion).on(last)


def between(before: Floats, after: Floats, share: float) -> Floats:
    """Go from one to the other; what is not finite comes or goes at half the way."""
    finite = np.isfinite(before) & np.isfinite(after)
    old, new = np.where(finite, before, 0), np.where(finite, after, 0)
    return np.where(finite, old + (new - old) * share, after if share > 0.5 else before)
