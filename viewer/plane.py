"""What a space run shows: a map that gives each cell of a plane a class."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from protocol.messages import Manifest, Snapshot

Cells = NDArray[np.uint8]

KIND = "class_map"
_FEW = 24  # so many classes are counted faster one by one
UNCLASSIFIED = 255  # a cell that no class has reached; no class has this number


@dataclass(frozen=True, slots=True)
class Plane:
    """The class map of a run.

    Attributes:
        key: Where each snapshot has it among its arrays.
        rows: Cells down, the top row first.
        columns: Cells across.
        classes: Names of the classes, in the order of their numbers.
    """

    key: tuple[str, int]
    rows: int
    columns: int
    classes: tuple[str, ...]

    @property
    def shape(self) -> tuple[int, int]:
        """Cells down and across."""
        return self.rows, self.columns

    def cells(self, snapshot: Snapshot) -> Cells:
        """Give the map of a snapshot, `shape`, uint8; a view."""
        return np.ascontiguousarray(snapshot.arrays[self.key])

    def counts(self, cells: Cells) -> NDArray[np.intp]:
        """Count the cells of each class and, as the last, those of none."""
        count = len(self.classes)
        if count <= _FEW:
            known = np.array([np.count_nonzero(cells == k) for k in range(count)], int)
        else:
            known = np.bincount(cells.ravel(), minlength=256)[:count]
        return np.append(known, cells.size - known.sum())

    def name(self, label: int) -> str:
        """Name a class by its number; a number without a class is unclassified."""
        return self.classes[label] if label < len(self.classes) else "unclassified"


def plane_of(manifest: Manifest) -> Plane | None:
    """Find the class map of a run; None where it has none that can be drawn.

    A manifest comes from outside: one with more classes than a byte can number, or a
    map that is no plane of bytes, is not drawn.
    """
    for spec in manifest.arrays:
        if spec.kind == KIND and spec.dtype == "|u1" and len(spec.shape) == 2:
            if len(manifest.classes) > UNCLASSIFIED:
                return None
            rows, columns = spec.shape
            return Plane(spec.key, rows, columns, manifest.classes)
    return None
