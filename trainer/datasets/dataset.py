"""What a network learns from, whatever it was made of."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainer.datasets.preparation import Preparation
from trainer.decision import decisions
from trainer.errors import TrainerError

Pictures = NDArray[np.float32]
Labels = NDArray[np.int64]


class DatasetError(TrainerError):
    """There is nothing usable to learn from; the text says what was found."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Dataset:
    """Labelled examples, some of which are kept for measuring only.

    Attributes:
        name: What it is, for people.
        x: Shape (n, features), float32, 0 to 1.
        y: Shape (n,), index of the true class.
        classes: Names in the order of the indices.
        input_shape: (height, width) of a picture.
        held_out_x: Examples that are never trained on, shape (m, features); m may be 0.
        held_out_y: Their classes, shape (m,).
        preparation: How others become such examples.
        unknown: Index of the class that means "none of the others"; None without one.
        views: Orders of the features that leave the class as it is, a mirror image for
            one, shape (k, features); None where the given order is the only one.
    """

    name: str
    x: Pictures
    y: Labels
    classes: tuple[str, ...]
    input_shape: tuple[int, ...]
    held_out_x: Pictures
    held_out_y: Labels
    preparation: Preparation
    unknown: int | None = None
    views: NDArray[np.int64] | None = None

    @property
    def features(self) -> int:
        """How many numbers an example has."""
        return int(self.x.shape[1])

    @property
    def decisions(self) -> tuple[str, ...]:
        """Names of all that can be decided: the classes, and the unknown."""
        return decisions(self.classes, self.unknown)


def one_hot(labels: Labels, classes: int) -> NDArray[np.float32]:
    """Give a row for each label, 1 at its class and 0 elsewhere."""
    return np.eye(classes, dtype=np.float32)[labels]


def flat(pictures: NDArray[Any]) -> Pictures:
    """Lay each picture out as one row, float32."""
    features = math.prod(pictures.shape[1:])  # -1 cannot tell, for no pictures
    return np.ascontiguousarray(pictures.reshape(len(pictures), features), np.float32)
