"""Rows of a table that cannot be used: the first are named, all are counted."""

from collections.abc import Callable

from trainer.progress import count

NAMED = 5


class SkippedRows:
    """Is told of each such row.

    Attributes:
        count: How many there were.
    """

    def __init__(self, say: Callable[[str], None]) -> None:
        """Begin with none.

        Args:
            say: Takes a line about a row.
        """
        self.count = 0
        self._say = say

    def __call__(self, row: int, why: str) -> None:
        """Count a row, and name it if it is one of the first."""
        self.count += 1
        if self.count <= NAMED:
            self._say(f"skipped row {row}: {why}")

    def of(self, used: int) -> str:
        """Such as "2 of 100 rows", where the others were used."""
        return f"{self.count:,} of {count(self.count + used, 'row')}"
