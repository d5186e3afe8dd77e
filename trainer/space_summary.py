"""What is said of a classified plane at the end."""

import math
from dataclasses import dataclass, field

import numpy as np

from trainer.models.space import UNCLASSIFIED, Cells
from trainer.progress import count
from trainer.summary import Summary

# More classes fill the screen.
LISTED = 12


@dataclass(frozen=True, slots=True, eq=False)
class LayerDone:
    """A plane after a layer.

    Attributes:
        epoch: Layers done.
        unclassified: Share of cells without a class.
        changed: Share of cells that the layer gave another class.
        accuracy: Share of held-out points in a cell of their class; NaN without any.
        cells: The map; a view, good until the next layer.
        step: Always 0: nothing is learned.
    """

    epoch: int
    unclassified: float
    changed: float
    accuracy: float
    cells: Cells
    step: int = 0

    def row(self, seconds: float) -> list[float]:
        """Give the numbers in the order of spaces.METRICS, the last if there is one."""
        numbers = [float(self.epoch), self.unclassified, self.changed]
        return numbers if math.isnan(self.accuracy) else [*numbers, self.accuracy]

    def figures(self) -> str:
        """Say the share unclassified, and the accuracy where there is one."""
        text = f"unclassified {self.unclassified:.1%}"
        if math.isnan(self.accuracy):
            return text
        return f"{text}  held-out accuracy {self.accuracy:.3f}"


@dataclass(kw_only=True, slots=True)
class SummaryOfSpace(Summary[LayerDone]):
    """How far a plane came; filled while it goes on.

    Attributes:
        classes: Their names.
        layers: Layers done.
        unclassified: Share of cells without a class.
        changed: Share of cells that the last layer changed.
        held_out_accuracy: As in LayerDone; None without held-out points.
        cells: How many cells each class has, and none has.
    """

    classes: tuple[str, ...]
    layers: int = 0
    unclassified: float = 1.0
    changed: float = 0.0
    held_out_accuracy: float | None = None
    cells: dict[str, int] = field(default_factory=dict)

    def note(self, mark: LayerDone) -> None:
        """Take over where the plane stands."""
        self.layers = mark.epoch
        self.unclassified, self.changed = mark.unclassified, mark.changed
        self.held_out_accuracy = None if math.isnan(mark.accuracy) else mark.accuracy
        # Counted at once: the map is written over by the next layer.
        counts = np.bincount(mark.cells.ravel(), minlength=UNCLASSIFIED + 1)
        self.cells = {name: int(counts[k]) for k, name in enumerate(self.classes)}
        self.cells["unclassified"] = int(counts[UNCLASSIFIED])

    def found(self) -> list[str]:
        """Say how far it came."""
        words = [
            f"{count(self.layers, 'layer')} in {self.seconds:.1f} s",
            f"unclassified {self.unclassified:.1%}",
        ]
        if self.held_out_accuracy is not None:
            words.append(f"held-out accuracy {self.held_out_accuracy:.4f}")
        return words

    def more(self) -> list[str]:
        """Say how much of the plane each class has, the largest first."""
        total = max(sum(self.cells.values()), 1)
        known = ((name, self.cells[name]) for name in self.classes)
        ranked = sorted(known, key=lambda pair: -pair[1])
        words = [f"{name} {cells / total:.1%}" for name, cells in ranked[:LISTED]]
        if others := [cells for _, cells in ranked[LISTED:]]:
            words.append(f"{count(len(others), 'other')} {sum(others) / total:.1%}")
        return [", ".join(words)]
