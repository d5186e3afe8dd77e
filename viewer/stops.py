"""The epochs at which a clock of several runs can rest."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from itertools import pairwise


class Stops:
    """Epochs of which any run has a snapshot.

    Attributes:
        epochs: In their order, each once.
    """

    def __init__(self) -> None:
        """Begin without any."""
        self.epochs: list[int] = []
        self._spacing: int | None = None

    def add(self, epoch: int) -> int | None:
        """Add an epoch; give its place, None where it was there."""
        at = bisect_left(self.epochs, epoch)
        if self.epochs[at : at + 1] == [epoch]:
            return None
        self.epochs.insert(at, epoch)
        self._spacing = None
        return at

    def renew(self, epochs: Iterable[int]) -> None:
        """Forget all, and take these in any order."""
        self.epochs = sorted(set(epochs))
        self._spacing = None

    def at(self, epoch: float) -> int:
        """Find the last stop up to an epoch; the first where all are later."""
        return max(bisect_right(self.epochs, epoch) - 1, 0)

    @property
    def spacing(self) -> int:
        """Epochs between the closest two; 0 where there are not two."""
        if self._spacing is None:
            gaps = (after - before for before, after in pairwise(self.epochs))
            self._spacing = min(gaps, default=0)
        return self._spacing
