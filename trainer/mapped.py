"""A classified plane as a model: each new point is looked up in the last layer."""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainer import model_file
from trainer.datasets.window import Places, Window
from trainer.model_file import Model, ModelFileError
from trainer.models.space import UNCLASSIFIED, Cells

KIND = "space"


@dataclass(frozen=True, slots=True, eq=False)
class Mapped:
    """A classified plane.

    Attributes:
        cells: The class map, shape (size, size), uint8, first row at the top.
        classes: Names in the order of their numbers.
        window: Which part of the plane it shows.
    """

    cells: Cells
    classes: tuple[str, ...]
    window: Window

    def decide(self, places: Places) -> tuple[list[str], NDArray[np.bool_]]:
        """Look places up.

        Returns:
            The class of each, "unclassified" where there is none, that of the nearest
            cell for those outside; and which are outside.
        """
        size = len(self.cells)
        at, is_outside = self.window.cells(places, size)
        labels = self.cells.ravel()[at].tolist()
        names = dict(enumerate(self.classes)) | {UNCLASSIFIED: "unclassified"}
        return [names[label] for label in labels], is_outside


def save(path: Path, mapped: Mapped) -> None:
    """Write a model file.

    Raises:
        ModelFileError: It cannot be written.
    """
    window = mapped.window
    meta = {
        "kind": KIND,
        "classes": list(mapped.classes),
        "low": list(window.low),
        "high": list(window.high),
    }
    model_file.save(path, meta, {"class_map": np.ascontiguousarray(mapped.cells)})


def unpack(model: Model, path: Path) -> Mapped:
    """Make the plane that a model file holds.

    Raises:
        ModelFileError: Something is missing, or does not fit the rest.
    """
    try:
        return _unpack(model.meta, model.arrays["class_map"])
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        text = f"{error} is missing" if isinstance(error, KeyError) else str(error)
        raise ModelFileError(f"cannot use the model {path}: {text}") from error


def _unpack(meta: dict[str, Any], cells: NDArray[Any]) -> Mapped:
    classes = tuple(map(str, meta["classes"]))
    (left, bottom), (right, top) = (map(float, meta[name]) for name in ("low", "high"))
    sides = right - left, top - bottom
    if not all(0 < side < math.inf for side in sides):
        raise ValueError(f"a window from {left, bottom} to {right, top}")
    if cells.dtype != np.uint8 or cells.ndim != 2 or cells.shape[0] != cells.shape[1]:
        raise ValueError(f"expected a square map of bytes, got {cells.shape}")
    known = cells[cells != UNCLASSIFIED]
    if not cells.size or (known.size and known.max() >= len(classes)):
        raise ValueError(f"a map with more than its {len(classes)} classes")
    return Mapped(cells, classes, Window((left, bottom), (right, top)))
