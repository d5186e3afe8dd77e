"""A plane of units that take classes from their neighbours, layer after layer.

Layer 0 has the training points: units that have a class. Up to layer `fill` only the
units without one listen to their neighbours; after it every unit does, and a neighbour
without a class is not heard. In the last layer the whole plane is classified. What a
unit hears is the business of random_neighbour.py and mean_of_neighbours.py.

Source: V. Granville, PB_clustering_video.py, github.com/VincentGranville/Point-Processes.
"""

from abc import ABC, abstractmethod
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Cells = NDArray[np.uint8]
AnyNumber = TypeVar("AnyNumber", bound=np.generic)

UNCLASSIFIED = 255  # a unit that no class has reached
MOST_CLASSES = UNCLASSIFIED - 1  # 0 to 253; viewers know no more
FILL = 50
WRAP, REFLECT = "wrap", "reflect"
EDGES = (WRAP, REFLECT)

# Units of a block of rows: so many bytes stay in the fastest memory but one.
BLOCK = 1 << 17


class Space(ABC):
    """A plane at one layer; `advance` makes it the next one.

    Attributes:
        layer: Layers done.
        fill: Last layer in which units with a class do not listen.
        unclassified: Units without a class.
        changed: Units that the last layer gave another class.
    """

    def __init__(self, points: Cells, fill: int) -> None:
        """Begin.

        Args:
            points: Shape (rows, columns): a class, or UNCLASSIFIED.
            fill: Last layer in which only units without a class listen.
        """
        self.layer = 0
        self.fill = fill
        self.unclassified = int(np.count_nonzero(points == UNCLASSIFIED))
        self.changed = 0

    @property
    @abstractmethod
    def cells(self) -> Cells:
        """The map, shape (rows, columns); a view, good until the next layer."""

    @abstractmethod
    def advance(self) -> None:
        """Go to the next layer."""


def framed(plane: NDArray[AnyNumber], width: int) -> NDArray[AnyNumber]:
    """Copy a plane into one with so many more units on each side, which are to be set."""
    rows, columns = plane.shape
    larger = np.zeros((rows + 2 * width, columns + 2 * width), plane.dtype)
    larger[width:-width, width:-width] = plane
    return larger


def set_frame(plane: NDArray[AnyNumber], width: int, edges: str) -> None:
    """Set what lies around a plane, so that units at its edge have neighbours, too.

    Args:
        plane: With a frame; written to.
        width: Of the frame, at most a side of what it surrounds.
        edges: WRAP, the plane goes on at its other side; or REFLECT, there is its mirror
            image, so that a unit at the edge has itself for a neighbour.
    """
    for axis in (plane, plane.T):
        set_ends(axis, width, edges)


def set_ends(plane: NDArray[AnyNumber], width: int, edges: str) -> None:
    """Set so many rows above and below a plane; see set_frame."""
    if edges == WRAP:
        plane[:width] = plane[-2 * width : -width]
        plane[-width:] = plane[width : 2 * width]
    else:
        plane[:width] = plane[2 * width - 1 : width - 1 : -1]
        plane[-width:] = plane[-width - 1 : -2 * width - 1 : -1]
