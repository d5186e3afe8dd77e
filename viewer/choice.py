"""Which edges of a gap are drawn for a snapshot: the strongest, or those of one unit."""

from dataclasses import dataclass

import numpy as np

from protocol.messages import Snapshot
from viewer.detail import Detail
from viewer.options import Unit
from viewer.recent import Recent
from viewer.strongest import Chosen, Floats, Indices, choose, choose_of, largest, sizes

_KEPT = 3  # snapshots: the last, the one shown and the following


@dataclass(frozen=True, slots=True, eq=False)
class Moment:
    """A snapshot whose edges are drawn, and what is known beside it.

    Attributes:
        snapshot: Its weights are shown.
        before: The snapshot received before it, for steadiness; None for none.
        came_from: The snapshot that an update led to it from; None where none did.
    """

    snapshot: Snapshot
    before: Snapshot | None = None
    came_from: Snapshot | None = None

    @property
    def key(self) -> tuple[int, int]:
        """Name what is drawn of it: the snapshot and the one before."""
        return self.snapshot.seq, 0 if self.before is None else self.before.seq


class Choice:
    """Chooses the edges of one gap.

    Attributes:
        rows: The disc or cell of each row of the weights.
        columns: The same of each column.
        leaves_some_out: Whether there are more edges than are drawn.
        is_empty: Whether there are none, as before a convolution.
    """

    def __init__(self, detail: Detail, gap: int) -> None:
        self.rows, self.columns = detail.ends(gap)
        self._detail, self._gap = detail, gap
        self._most = detail.most_edges(gap)
        self.is_empty = not detail.has_edges(gap)
        self.leaves_some_out = len(self.rows) * len(self.columns) > self._most
        self._largest: Recent[int, Indices] = Recent(_KEPT)

    def of(self, moment: Moment, focus: Unit | None) -> Chosen:
        """Choose for a snapshot; with a focus only edges that end in it."""
        weights = self._detail.weights_of(moment.snapshot, self._gap)
        if focus is not None:
            return choose_of(weights, self._edges_of(focus), self._most)
        kept = None
        if moment.before is not None and self.leaves_some_out:
            kept = self._largest_of(moment.before)
        chosen = choose(weights, self._most, kept)
        self._largest.put(moment.snapshot.seq, chosen.largest)
        return chosen

    def signal(self, chosen: Chosen, saturation: Floats) -> Floats:
        """Measure what the chosen edges carry, shape (edges,), 0 where it is broken.

        Args:
            chosen: The edges.
            saturation: Shape (units,), of the layer that they come from.
        """
        with np.errstate(invalid="ignore"):
            carried = np.abs(chosen.weights) * saturation[self.rows[chosen.rows]]
        return np.asarray(np.nan_to_num(carried, nan=0, posinf=0))

    def change(self, chosen: Chosen, moment: Moment) -> Floats:
        """Measure how much the chosen edges' weights changed, as `signal` does."""
        if moment.came_from is None:
            return np.zeros(len(chosen.weights), np.float32)
        old = self._detail.weights_of(moment.came_from, self._gap)
        with np.errstate(invalid="ignore", over="ignore"):
            change = np.abs(chosen.weights - old[chosen.rows, chosen.columns])
        return np.asarray(np.nan_to_num(change, nan=0, posinf=0))

    def _edges_of(self, focus: Unit) -> Indices:
        """Find the flat indices of all edges that end in a unit."""
        rows, columns = np.arange(len(self.rows)), np.arange(len(self.columns))
        if self.is_empty:
            return rows
        if focus.layer == self._gap:
            rows = self._detail.rows_of(self._gap, focus.unit)
        elif focus.layer == self._gap + 1:
            columns = self._detail.columns_of(self._gap, focus.unit)
        else:
            rows = rows[:0]
        return (rows[:, None] * len(self.columns) + columns[None, :]).ravel()

    def _largest_of(self, snapshot: Snapshot) -> Indices:
        def find() -> Indices:
            weights = self._detail.weights_of(snapshot, self._gap)
            return largest(sizes(weights), self._most)

        return self._largest.get_or(snapshot.seq, find)
