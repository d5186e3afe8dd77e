"""Metric rows: as parts of a message, and as the trainer keeps them.

A row is one float64 for each of the manifest's metrics. On the wire rows lie end to end
in parts of at most limits.PART_BYTES; no rows, no part.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

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
    run is; tables handed out before keep the old room and do not change. A run may last
    for ever: beyond what one message holds, every second row of the older three
    quarters is forgotten.
    """

    def __init__(self, columns: int) -> None:
        self._room = empty(columns)
        self._numbers = np.empty(0, np.int64)  # of the rows in the room
        self._kept = 0
        self._count = 0

    def __len__(self) -> int:
        """How many rows there have been, the forgotten ones included."""
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
        if block.ndim != 2 or block.shape[1] != self.columns:
            raise ValueError(
                f"expected rows of shape (n, {self.columns}), got {block.shape}"
            )
        self._make_room(len(block))
        end = self._kept + len(block)
        self._room[self._kept : end] = block
        self._numbers[self._kept : end] = np.arange(len(block)) + self._count
        self._kept = end
        self._count += len(block)
        while self._kept > limits.ROWS_BYTES // max(8, 8 * self.columns):
            self._thin()

    def between(self, first: int, end: int) -> Rows:
        """Show the rows from number `first` to before `end`, read-only, not copied."""
        numbers = self._numbers[: self._kept]
        low, high = np.searchsorted(numbers, [first, max(first, end)])
        view = self._room[low:high]
        view.flags.writeable = False
        return view

    def _make_room(self, more: int) -> None:
        end = self._kept + more
        if end > len(self._room):
            kept = slice(self._kept)
            self._move(self._room[kept], self._numbers[kept], max(64, 2 * end))

    def _thin(self) -> None:
        older = np.arange(0, self._kept * 3 // 4, 2)
        kept = np.concatenate([older, np.arange(self._kept * 3 // 4, self._kept)])
        self._move(self._room[kept], self._numbers[kept], self._kept)

    def _move(self, rows: Rows, numbers: NDArray[np.int64], length: int) -> None:
        self._room = np.empty((length, self.columns))
        self._numbers = np.empty(length, np.int64)
        self._kept = len(rows)
        self._room[: self._kept] = rows
        self._numbers[: self._kept] = numbers
