"""How the weights are drawn before there is anything to learn from."""

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

# Draws a matrix, (fan_in, fan_out), on the host.
FirstWeights = Callable[[np.random.Generator, int, int], NDArray[np.float64]]


def he(rng: np.random.Generator, fan_in: int, fan_out: int) -> NDArray[np.float64]:
    """Draw weights that keep the signal's size from one ReLU layer to the next.

    Source:
        He et al., Delving deep into rectifiers, 2015, eq. 10, for the scale.
    """
    return rng.normal(0, np.sqrt(2 / fan_in), (fan_in, fan_out))


def truncated_normal(spread: float) -> FirstWeights:
    """Make what draws small weights, none further than 2 spreads from 0.

    Source:
        TensorFlow, tf.truncated_normal: what lies beyond is drawn again; `spread` is
        that of the whole normal distribution, 1.14 times that of what remains.
    """
    return partial(_truncated, spread)


def _truncated(
    spread: float, rng: np.random.Generator, fan_in: int, fan_out: int
) -> NDArray[np.float64]:
    drawn = rng.normal(0, spread, (fan_in, fan_out))
    while (beyond := np.abs(drawn) > 2 * spread).any():
        drawn[beyond] = rng.normal(0, spread, np.count_nonzero(beyond))
    return drawn
