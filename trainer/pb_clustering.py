"""The preset pb-clustering: the original of 2022, bit for bit.

Four perturbed lattices on 51 x 51 cells, four points a cell, folded onto a plane of two by
two cells and 800 x 800 pixels; later points overwrite earlier ones. Inside a border of one
pixel, which is never updated, the plane goes on at its other side.

What its author may not have meant is kept, for without it the map would be another: the
window is tested for x twice and never for y, so that most of its 1,219 points lie above or
below it and are folded in.

Its lots are those of Python's generator. numpy's older one has the same state and makes
the same numbers of it, a whole block at a time.

Source:
    V. Granville, PB_clustering_video.py, github.com/VincentGranville/Point-Processes; its
    behaviour was measured, none of its code is here.
"""

import math
import random

import numpy as np
from numpy.typing import NDArray

from trainer.datasets.window import Window
from trainer.models.random_neighbour import RandomNeighbour
from trainer.models.space import UNCLASSIFIED, WRAP, Cells, Space

SEED = 82431
SIZE = 800
LAYERS = 250
CLASSES = ("red", "blue", "orange", "green")

JITTER = 0.15
CELLS = range(-25, 26)
POINTS = 4  # a cell
UPPER = (0.2, 0.6, 0.9, 1.0)  # a lot below it is of that class
WINDOW = 3  # points are between -3 and 3


# The map shows two by two cells.
WHOLE = Window((0.0, 0.0), (2.0, 2.0))


class Original(Space):
    """The plane of the original."""

    def __init__(self) -> None:
        """Draw the points."""
        drawn = random.Random(SEED)
        points = _points(drawn)
        super().__init__(points, 50)
        self._cells = points
        # The rows of the original are the columns of a picture.
        inner = np.ascontiguousarray(points[1:-1, 1:-1].T)
        self._inner = RandomNeighbour(inner, edges=WRAP, lots=PythonLots(drawn))
        self._border = self.unclassified - self._inner.unclassified

    @property
    def cells(self) -> Cells:
        """The map, see Space."""
        return self._cells

    def advance(self) -> None:
        """Go to the next layer."""
        self._inner.advance()
        self._cells[1:-1, 1:-1] = self._inner.cells.T
        self.layer = self._inner.layer
        self.changed = self._inner.changed
        self.unclassified = self._inner.unclassified + self._border


class PythonLots:
    """A number of Python's generator for each unit that listens, in their order."""

    def __init__(self, drawn: random.Random) -> None:
        """Go on where the generator stands."""
        *state, position = drawn.getstate()[1]
        self._numbers = np.random.RandomState()
        whole = np.array(state, np.uint32)
        self._numbers.set_state(("MT19937", whole, int(position), 0, 0.0))

    def __call__(
        self, shape: tuple[int, int], listens: NDArray[np.bool_] | None
    ) -> tuple[Cells, Cells]:
        """Draw, see Lots: below, above, right and left in a picture that is turned."""
        if listens is None:
            quarter = self._quarters(shape[0] * shape[1]).reshape(shape)
        else:
            quarter = np.zeros(shape, np.uint8)
            quarter[listens] = self._quarters(int(np.count_nonzero(listens)))
        second = np.negative(1 - (quarter & 1))
        return second, np.negative(quarter >> 1)

    def _quarters(self, count: int) -> Cells:
        return (self._numbers.random_sample(count) * 4).astype(np.uint8)


def _points(drawn: random.Random) -> Cells:
    """Draw the points on a map, first row at the top."""
    shifts = [(drawn.random(), drawn.random()) for _ in CLASSES]
    cells = np.full((SIZE, SIZE), UNCLASSIFIED, np.uint8)
    for h in CELLS:
        for k in CELLS:
            for _ in range(POINTS):
                across, down, lot = (drawn.random() for _ in range(3))
                label = next(n for n, upper in enumerate(UPPER) if lot < upper)
                x = shifts[label][0] + h + _logistic(across)
                y = shifts[label][1] + k + _logistic(down)
                if -WINDOW < x < WINDOW:
                    column = int(SIZE * _folded(x) / 2)
                    cells[int(SIZE * (2 - _folded(y)) / 2), column] = label
    return cells


def _logistic(share: float) -> float:
    return JITTER * math.log(share / (1 - share))


def _folded(at: float) -> float:
    return 1 + at - int(at)
