"""Where a run stands, whatever kind of run it is."""

from typing import Protocol


class Mark(Protocol):
    """A run after an epoch, a layer or a picture."""

    @property
    def epoch(self) -> int:
        """How many are done, in the run's axis; 0 is before the first."""

    @property
    def step(self) -> int:
        """Optimizer updates done."""

    def row(self, seconds: float) -> list[float]:
        """Give the metric row; it took so many seconds to come here from the last."""

    def figures(self) -> str:
        """Say the most important numbers, such as "loss 0.1234"."""
