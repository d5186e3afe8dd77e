"""The metric rows of a run as a CSV file, for spreadsheets and scripts."""

import csv
import logging
import math
from collections.abc import Iterable, Sequence
from pathlib import Path

from trainer.errors import TrainerError
from trainer.set_aside import set_aside

LOG = logging.getLogger(__name__)


class CsvLog:
    """A line of names, then a line for each epoch; each is there at once.

    Numbers are written so that they read back to the last bit; what is not a number is
    an empty field.
    """

    def __init__(self, path: Path, names: Sequence[str]) -> None:
        """Make the file; one of that name is kept under another.

        Raises:
            TrainerError: It cannot be made.
        """
        try:
            self.kept = set_aside(path)
            self._file = path.open("x", newline="", encoding="utf-8", buffering=1)
        except OSError as error:
            why = (error.strerror or str(error)).lower()
            raise TrainerError(
                f"cannot write {str(path)!r}: {why}; choose another name"
            ) from error
        self._is_broken = False
        self._writer = csv.writer(self._file, lineterminator="\n")
        self._put(names)

    def write(self, row: Iterable[float]) -> None:
        """Add a line; a disk that is full ends the log, not the training."""
        self._put(["" if math.isnan(value) else _number(value) for value in row])

    def close(self) -> None:
        """Close the file."""
        try:
            self._file.close()
        except OSError as error:
            self._warn(error)

    def _put(self, cells: Sequence[str]) -> None:
        if self._is_broken:
            return
        try:
            self._writer.writerow(cells)
        except OSError as error:
            self._warn(error)

    def _warn(self, error: OSError) -> None:
        if not self._is_broken:
            LOG.warning("the log ends here: %s; the training goes on", error)
        self._is_broken = True


def _number(value: float) -> str:
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
