"""Metric rows: as parts of a message, and as the trainer keeps them.

A row is one float64 for each of the manifest's metrics. On the wire rows lie end to end
in parts of at most limits.PART_BYTES; no rows, no part.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from protocol import limits
from protocol.arrays import DTYPES, cut
from protocol.errors import DecodeError
from protocol.messages import Rows


def encode(rows: Rows) -> list[memoryview]:
    """Cut rows into parts that share their memory."""
    if rows.size == 0:
        return []
    return cut(np.ascontiguousarray(rows, dtype=DTYPES["<f8"]).data)


def decode(
    parts: Sequence[bytes | memoryview], *, count: int, columns: int | None = None
) -> Rows:
    """Join parts to rows.

    Args:
        parts: Everything between the header and the payload.
        count: How many rows the header says there are.
        columns: How many columns there must be, None where the length says it.

    Returns:
        Read-only, shape (count, columns).

    Raises:
        DecodeError: The parts do not hold that many rows.
    """
    size = sum(map(len, parts))
    if columns is None:
        columns = size // (8 * count) if count else 0
    if size != 8 * count * columns or (count and not 1 <= columns <= limits.METRICS):
        raise DecodeError(
            f"expected {count} rows of {columns} columns, got {size} bytes - at rows"
        )
    if any(len(part) > limits.PART_BYTES for part in parts):
        raise DecodeError(
            f"expected parts of at most {limits.PART_BYTES} bytes - at rows"
        )
    if size == 0:
        return empty(columns)
    whole = parts[0] if len(parts) == 1 else b"".join(parts)
    flat = np.frombuffer(memoryview(whole).toreadonly(), DTYPES["<f8"])
    return flat.reshape(count, columns)


def empty(columns: int) -> Rows:
    """Make a table without rows."""
    return np.empty((0, columns), np.float64)


def join(tables: Sequence[Rows]) -> Rows:
    """Put tables below each other; a single one is not copied."""
    return tables[0] if len(tables) == 1 else np.concatenate(tables)


class RowLog:
    """Every metric row of a run, growing at the end.

    Room is doubled when it runs out, so that an append costs the same however long the
    run is; tables handed out before keep the old room and do not change.
    """

    def __init__(self, columns: int) -> None:
        self._room = empty(columns)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    @property
    def columns(self) -> int:
        """How many metrics a row has."""
        return int(self._room.shape[1])

    def append(self, rows: ArrayLike) -> None:
        """Copy rows to the end.

        Args:
            rows: Shape (n, columns), n may be 0.

        Raises:
            ValueError: The shape is another one.
        """
        block = np.asarray(rows, np.float64)
        columns = self._room.shape[1]
        if block.ndim != 2 or block.shape[1] != columns:
            raise ValueError(
                f"expected rows of shape (n, {columns}), got {block.shape}"
            )
        end = self._count + len(block)
        if end > len(self._room):
            room = np.empty((max(64, 2 * end), self.columns))
            room[: self._count] = self._room[: self._count]
            self._room = room
        self._room[self._count : end] = block
        self._count = end

    def between(self, first: int, end: int) -> Rows:
        """Show the rows from index `first` to before `end`, read-only, not copied."""
        view = self._room[first : max(first, end)]
        view.flags.writeable = False
        return view
