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
    ) -> list[ValueError]:
        """Add a row.

        Args:
            epoch: Completed epochs.
            values: By name; None is left out.

        Returns:
            What was left out, and why: shares that are none, and what came too late
            for a column.

        Raises:
            ValueError: A value is no number, or a name is longer than the wire carries;
                nothing is added.
        """
        found = {name: _number(name, v) for name, v in values.items() if v is not None}
        for name in found:
            if len(name.encode()) > limits.NAME_BYTES:
                raise ValueError(
                    f"expected a metric's name of at most {limits.NAME_BYTES} bytes, "
                    f"got {name!r}"
                )
        beyond = [name for name in SHARES if found.get(name, 0) > MOST_SHARE]
        left_out = [_in_percent(name, found.pop(name)) for name in beyond]
        self._rows.append({**found, "epoch": float(epoch)})
        new = [name for name in found if name not in self.names]
        if not self._is_settled:
            self.names += tuple(new)
        elif new:
            left_out.append(_too_late(sorted(new)))
        return left_out

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
        return float(value)
    except (TypeError, ValueError, RuntimeError) as error:
        raise ValueError(f"expected a number as {name}, got {value!r}") from error


def _in_percent(name: str, value: float) -> ValueError:
    """Say what to do about a share that is none."""
    return ValueError(
        f"expected {name} to be a share from 0 to 1, got {value:g}; divide percent by "
        "100"
    )


def _too_late(names: list[str]) -> ValueError:
    """Say what to do about metrics that have no column."""
    return ValueError(
        f"expected the metrics of the first snapshot, got {', '.join(names)}, too; "
        f"name what comes later before: metrics={names}"
    )
