"""How the outputs of one snapshot give way to those of the next, as the light comes."""

import numpy as np
from numpy.typing import NDArray

from viewer.cue import Phase
from viewer.easing import clamp, ease
from viewer.scene import Scene

Floats = NDArray[np.floating]


def arrived(scene: Scene) -> float:
    """Say how far the light has changed the outputs, 0 to 1; it goes with the update."""
    gaps = len(scene.manifest.layers) - 1
    if scene.cue.phase is Phase.FORWARD:
        return ease(clamp((scene.cue.progress - 1) * gaps * 3 + 1))
    if scene.cue.phase is Phase.UPDATE:
        return 1 - ease(scene.cue.progress)
    return 1.0


def between(before: Floats, after: Floats, share: float) -> Floats:
    """Go from one to the other; what is not finite comes or goes at half the way."""
    finite = np.isfinite(before) & np.isfinite(after)
    old, new = np.where(finite, before, 0), np.where(finite, after, 0)
    return np.where(finite, old + (new - old) * share, after if share > 0.5 else before)
