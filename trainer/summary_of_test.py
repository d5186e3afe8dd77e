"""What is said of a test at its end."""

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from trainer.decision import auroc, wilson
from trainer.progress import count
from trainer.summary import Summary
from trainer.table import confusion_table

if TYPE_CHECKING:
    from trainer.testing import Decided


@dataclass(kw_only=True, slots=True)
class SummaryOfTest(Summary["Decided"]):
    """How well a network did; filled while the test goes on.

    A known thing that is decided unknown is a mistake, an unknown one is not.

    Attributes:
        model: The model file.
        data: The folder.
        decisions: Names of the classes and of the unknown.
        unknown: Which of them is the unknown.
        counts: A row a truth, a column a decision.
    """

    model: str
    data: str
    decisions: tuple[str, ...]
    unknown: int
    counts: NDArray[np.int64]
    _unknownness: list[float] = field(default_factory=list)
    _is_unknown: list[bool] = field(default_factory=list)

    def note(self, mark: "Decided") -> None:
        """Count a picture in."""
        self.counts = mark.confusion
        self._unknownness.append(mark.unknownness)
        self._is_unknown.append(mark.truth == self.unknown)

    def as_dict(self) -> dict[str, Any]:
        """Give all that JSON can hold."""
        pictures, right = self._counted()
        known, known_right = self._counted(known=True)
        names = self.decisions
        return {
            "run": self.run,
            "ended": self.ended,
            "model": self.model,
            "data": self.data,
            "pictures": pictures,
            "accuracy": _share(right, pictures),
            "interval": list(wilson(right, pictures)),
            "known": known,
            "known_accuracy": _share(known_right, known),
            "known_interval": list(wilson(known_right, known)),
            "rejected": self._rejected(known=True),
            "caught": self._rejected(known=False),
            "auroc": self._auroc(),
            "confusion": {
                name: dict(zip(names, row, strict=True))
                for name, row in zip(names, self.counts.tolist(), strict=False)
            },
            "snapshots": self.snapshots,
            "dropped": self.dropped,
            "skipped": self.skipped,
            "seconds": self.seconds,
        }

    def found(self) -> list[str]:
        """Say the share of pictures that were decided rightly."""
        pictures, right = self._counted()
        low, high = wilson(right, pictures)
        return [
            f"{right} of {count(pictures, 'picture')} decided rightly: "
            f"{right / max(pictures, 1):.1%} (95 % between {low:.1%} and {high:.1%})"
        ]

    def more(self) -> list[str]:
        """Say what was taken for what, and what became of unknown things."""
        lines = []
        if (caught := self._rejected(known=False)) is not None:
            known, right = self._counted(known=True)
            of_known = f"{right} of {known} known ones rightly, " if known else ""
            lines.append(f"{of_known}unknown ones caught: {caught:.1%}")
        if (area := self._auroc()) is not None:
            lines[-1] += f", AUROC {area:.3f}"
        return [*lines, confusion_table(self.counts.tolist(), self.decisions)]

    def _counted(self, *, known: bool = False) -> tuple[int, int]:
        """Count pictures, and those decided rightly; only known ones if asked to."""
        pictures, right = self.counts.sum(1), self.counts.diagonal()
        if known:
            pictures, right = (
                np.delete(each, self.unknown) for each in (pictures, right)
            )
        return int(pictures.sum()), int(right.sum())

    def _rejected(self, *, known: bool) -> float | None:
        mine = self.counts[self.unknown : self.unknown + 1]
        rows = np.delete(self.counts, self.unknown, 0) if known else mine
        return _share(int(rows[:, self.unknown].sum()), int(rows.sum()))

    def _auroc(self) -> float | None:
        found = auroc(np.array(self._unknownness), np.array(self._is_unknown, bool))
        return None if math.isnan(found) else found


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
