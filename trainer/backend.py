"""Which array library computes, and how arrays get to it and back.

The mathematics (layers, losses, optimizers, models) is written once. It keeps to what
numpy 2, CuPy and the array API standard share: operators and augmented assignment, no
`out=`, no slice assignment, no indexing with arrays (`take` instead), one-hot targets.
Every random number is drawn on the host, so a seed gives the same run everywhere.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

# An array of whichever library computes; the standard has no common type to name.
Array = Any


@dataclass(frozen=True, slots=True)
class Backend:
    """An array library.

    Attributes:
        name: "cpu", or what the user called it.
        xp: The library's namespace, numpy or one that answers to the same names.
        to_device: Gives a numpy array to the library; the dtype stays.
        to_host: Gives a numpy array back; may share memory with its argument.
    """

    name: str
    xp: Any
    to_device: Callable[[Any], Array]
    to_host: Callable[[Array], Any]


CPU = Backend("cpu", np, np.asarray, np.asarray)


def backend(name: str = "cpu") -> Backend:
    """Find a backend by the name that `--device` takes.

    Raises:
        ValueError: The name is unknown, or nothing here can compute on it.
    """
    if name in ("auto", "cpu"):
        return CPU
    if name == "gpu":
        raise ValueError("computing on a gpu is not built in yet; use cpu")
    raise ValueError(f"expected the device 'cpu' or 'gpu', got {name!r}")
