"""How a picture, or a row of numbers, becomes what a network reads."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

INK, TABLE, RAW = "ink", "table", "raw"


@dataclass(frozen=True, slots=True, eq=False)
class Preparation:
    """What was done to the examples, to be done to others as well.

    Attributes:
        kind: "ink" for pictures that become ink, centred by mass; "raw" for pictures
            whose red channel is taken as it is, 0 to 255; "table" for rows of numbers,
            which are scaled to (row - low) / (high - low).
        shape: (height, width) of pictures, (features,) of rows.
        low: Of "table", shape (features,); None otherwise.
        high: Likewise; nowhere equal to low.
    """

    kind: str
    shape: tuple[int, ...]
    low: NDArray[np.float32] | None = None
    high: NDArray[np.float32] | None = None
