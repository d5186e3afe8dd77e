"""Metric rows from numbers with names."""

import math
from collections import deque
from collections.abc import Iterable, Mapping
from typing import SupportsFloat

import numpy as np

from protocol import limits
from protocol.messages import Rows

# Before the first snapshot; as many rows of ten numbers take some 10 MB.
MOST_EARLY = 100_000

# Drawn between 0 and 1; a mean of ones may come out above 1 by a rounding error.
SHARES = ("accuracy", "held_out_accuracy")
MOST_SHARE = 1.001


class MetricRows:
    """Keeps a row for each epoch until a snapshot takes them along.

    Which numbers have a column is settled with the first snapshot.

    Attributes:
        names: Of the columns, "epoch" first.
    """

    def __init__(self) -> None:
        self.names: tuple[str, ...] = ("epoch",)
        self._is_settled = False
        self._rows: deque[dict[str, float]] = deque(maxlen=MOST_EARLY)

    def __len__(self) -> int:
        return len(self._rows)

    def note(
        self, epoch: int, values: Mapping[str, SupportsFloat | None]
    ) -> ValueError | None:
        """Add a row.

        Args:
            epoch: Completed epochs.
            values: By name; None is left out.

        Returns:
            What was left out, and why: what came too late for a column.

        Raises:
            ValueError: A value is no number or no share, or a name is longer than the
                wire carries; nothing is added.
        """
        found = {name: _number(name, v) for name, v in values.items() if v is not None}
        for name in found:
            if len(name.encode()) > limits.NAME_BYTES:
                raise ValueError(
                    f"expected a metric's name of at most {limits.NAME_BYTES} bytes, "
                    f"got {name!r}"
                )
        self._rows.append({**found, "epoch": float(epoch)})
        new = [name for name in found if name not in self.names]
        if self._is_settled:
            return _too_late(sorted(new)) if new else None
        self.names += tuple(new)
        return None

    def settle(self, names: Iterable[str] = ()) -> tuple[str, ...]:
        """Give the columns, these included; no others can come any more."""
        self._is_settled = True
        self.names += tuple(name for name in names if name not in self.names)
        return self.names

    def take(self) -> Rows:
        """Give the rows since the last call, NaN where nothing was said."""
        table = [[row.get(name, math.nan) for name in self.names] for row in self._rows]
        self._rows.clear()
        return np.array(table, np.float64).reshape(-1, len(self.names))


def _number(name: str, value: SupportsFloat) -> float:
    try:
        found = float(value)
    except (TypeError, ValueError, RuntimeError) as error:
        raise ValueError(f"expected a number as {name}, got {value!r}") from error
    if name in SHARES and found > MOST_SHARE:
        raise ValueError(
            f"expected {name} to be a share from 0 to 1, got {found:g}; divide percent "
            "by 100"
        )
    return found


def _too_late(names: list[str]) -> ValueError:
    """Say what to do about metrics that have no column."""
    return ValueError(
        f"expected the metrics of the first snapshot, got {', '.join(names)}, too; "
        f"name what comes later before: metrics={names}"
    )
