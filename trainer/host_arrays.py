"""Arrays of any framework as numpy's, without a copy where that is possible."""

from typing import Any

import numpy as np

from protocol.messages import Array


def to_host(array: Any) -> Array:
    """Show numbers of any framework as a numpy array.

    No framework is imported: what has the methods of one is taken for one of its arrays.

    Args:
        array: Of numpy, PyTorch (on any device, with or without gradients), JAX, Keras,
            CuPy; or a number, or lists of numbers.

    Returns:
        Memory of the array itself where it lies on the host in a dtype that numpy has:
        copy it before it changes. Dtypes that only frameworks have become float32.

    Raises:
        TypeError: It holds no real numbers.
    """
    if hasattr(array, "detach"):  # PyTorch
        array = array.detach().cpu()
        if str(array.dtype) in ("torch.bfloat16", "torch.float16"):
            array = array.float()
    elif hasattr(array, "__cuda_array_interface__") and hasattr(array, "get"):  # CuPy
        array = array.get()
    found = np.asarray(array)
    if found.dtype.kind == "V":  # bfloat16 and its like, as JAX has them
        found = found.astype(np.float32)
    if found.dtype.kind not in "fiub":
        raise TypeError(f"expected an array of real numbers, got dtype {found.dtype}")
    return found
