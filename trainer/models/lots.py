"""Lots that decide which of its four neighbours a unit listens to."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from trainer.models.space import Cells

# Bits of one draw of the generator.
WORD = 64


class Lots(Protocol):
    """Draws for a block of units; blocks come in order, layer after layer."""

    def __call__(
        self, shape: tuple[int, int], listens: NDArray[np.bool_] | None
    ) -> tuple[Cells, Cells]:
        """Draw.

        Args:
            shape: Rows and columns of the block.
            listens: Which of its units listen; None where all do.

        Returns:
            For each unit 0 or 255 and 0 or 255: of the neighbours above and below, or
            left and right, the second; and of these two the one beside it. What units
            get that do not listen means nothing.
        """


class Bits:
    """Two random bits for every unit, whether it listens or not: that is fastest."""

    def __init__(self, seed: int) -> None:
        self._bits = np.random.PCG64(seed)

    def __call__(
        self, shape: tuple[int, int], listens: NDArray[np.bool_] | None
    ) -> tuple[Cells, Cells]:
        """Draw, see Lots."""
        return self._draw(shape), self._draw(shape)

    def _draw(self, shape: tuple[int, int]) -> Cells:
        count = shape[0] * shape[1]
        words = self._bits.random_raw(-(-count // WORD))
        # The same bits on a machine that has the other end first.
        bits = words.astype("<u8", copy=False).view(np.uint8)
        drawn = np.unpackbits(bits, count=count).reshape(shape)
        return np.negative(drawn, out=drawn)
