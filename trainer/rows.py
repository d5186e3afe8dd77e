"""Rows of an array, some at a time, as batches need them."""

import numpy as np
from numpy.typing import NDArray

from trainer.backend import Array, Backend


class Rows:
    """Copies rows of an array on the device.

    On a processor into the same memory each time: new memory for a large batch would
    be cleared by the system, page by page, which takes longer than to copy the rows.
    """

    def __init__(self, backend: Backend, array: Array) -> None:
        self._backend = backend
        self._array = array
        self._memory: NDArray[np.floating] | None = None

    def take(self, indices: NDArray[np.intp]) -> Array:
        """Copy the rows with these indices, on the host, in their order.

        Returns:
            An array that the next call may overwrite.
        """
        if self._backend.xp is not np:
            chosen = self._backend.to_device(indices)
            return self._backend.xp.take(self._array, chosen, axis=0)
        if self._memory is None or len(self._memory) < len(indices):
            self._memory = np.empty_like(
                self._array, shape=(len(indices), *self._array.shape[1:])
            )
        # Any mode but the usual one: that copies a second time, lest an index is wrong.
        return np.take(
            self._array, indices, axis=0, out=self._memory[: len(indices)], mode="clip"
        )
