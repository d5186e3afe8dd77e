"""Which array library computes, and how arrays get to it and back.

The mathematics (layers, losses, optimizers, models) is written once. It keeps to what
numpy 2, CuPy and the array API standard share: operators and augmented assignment, no
`out=`, no slice assignment, no indexing with arrays (`take` instead), one-hot targets.
Every random number is drawn on the host, so a seed gives the same run everywhere.

One thing goes beyond the standard: augmented assignment to a slice must reach the array
that it is of (AdamW updates some rows after the other). It does in numpy, array_api_strict
and CuPy, whose slices are views; only with `in_pieces` is it asked for.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np

from trainer.errors import DeviceError, UsageError

DEVICES = ("auto", "cpu", "gpu")

# An array of whichever library computes; the standard has no common type to name.
Array = Any


@dataclass(frozen=True, slots=True)
class Backend:
    """An array library.

    Attributes:
        name: "cpu" or "gpu".
        xp: The library's namespace, numpy or one that answers to the same names.
        to_device: Gives a numpy array to the library; the dtype stays.
        to_host: Gives a numpy array back; may share memory with its argument.
        in_pieces: Large work is quicker in pieces that fit into a processor's caches; a
            GPU wants it whole.
    """

    name: str
    xp: Any
    to_device: Callable[[Any], Array]
    to_host: Callable[[Array], Any]
    in_pieces: bool = True


CPU = Backend("cpu", np, np.asarray, np.asarray)


def backend(
    name: str = "cpu", say: Callable[[str], None] = lambda text: None
) -> Backend:
    """Find a backend by the name that `--device` takes.

    Args:
        name: "cpu"; "gpu", which needs CuPy and a GPU; or "auto", the gpu where there is
            one that computes.
        say: Told in a line that a gpu is used, or that "auto" found CuPy but no gpu that
            computes. Nothing is said of a machine without CuPy.

    Raises:
        UsageError: There is no device of this name.
        DeviceError: The gpu was asked for and cannot compute.
    """
    if name not in DEVICES:
        raise UsageError(f"expected --device {', '.join(DEVICES)}, got {name!r}")
    if name == "cpu" or (name == "auto" and find_spec("cupy") is None):
        return CPU
    try:
        found, title = _gpu()
    except DeviceError as error:
        if name == "gpu":
            raise
        say(f"computing on the cpu: {error}")
        return CPU
    say(f"computing on the gpu: {title}")
    return found


def _gpu() -> tuple[Backend, str]:
    """Load CuPy and try what a training needs; give the name of the GPU, too."""
    if find_spec("cupy") is None:
        raise DeviceError(
            "expected CuPy to compute on a gpu, found none; "
            "pip install 'neurocast[gpu]', or use --device cpu"
        )
    try:
        # Without a driver CuPy can be imported; the first operation fails. Each of these
        # needs another of CUDA's libraries: memory, products, a kernel, a reduction.
        import cupy as cp

        ones = cp.asarray(np.ones((2, 2), np.float32))
        float(cp.sum(cp.astype(ones @ ones > 0, ones.dtype)))
        properties = cp.cuda.runtime.getDeviceProperties(cp.cuda.Device().id)
    except Exception as error:  # CuPy's errors have no root in common
        why = (str(error) or type(error).__name__).splitlines()[0]
        raise DeviceError(
            f"CuPy cannot use a gpu here: {why}; "
            "see to its driver and memory, or use --device cpu"
        ) from error
    found = Backend("gpu", cp, cp.asarray, cp.asnumpy, in_pieces=False)
    return found, properties["name"].decode()
