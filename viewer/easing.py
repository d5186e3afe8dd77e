"""How movements start and stop."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Amount = TypeVar("Amount", float, NDArray[np.floating])


def ease(t: Amount) -> Amount:
    """Rise from 0 to 1 over t from 0 to 1, with no speed and no bend at the ends.

    Source: the quintic smoothstep, Perlin, Improving Noise, SIGGRAPH 2002.
    """
    eased: Amount = t * t * t * (t * (6 * t - 15) + 10)
    return eased


def clamp(t: float) -> float:
    """Keep within 0 to 1."""
    return min(max(t, 0.0), 1.0)
