"""Which edges of a gap are drawn where there are too many: the strongest.

An edge that is drawn is kept until it falls to 0.8 of the weakest one drawn, or edges of
nearly the same strength would flicker. It is kept against the snapshot before, so what
is drawn depends on two snapshots and never on what was watched.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Indices = NDArray[np.intp]
_KEEP = 1 / 0.8
_BROKEN = 0.4  # strength of a weight that is not finite: to be seen, and no more


@dataclass(frozen=True, eq=False)
class Chosen:
    """The edges of one gap to draw.

    Attributes:
        rows: Shape (edges,), row of each in the matrix of weights.
        columns: The same for its column.
        weights: Shape (edges,); may be not finite.
        strength: Shape (edges,), 0 to 1: |weight| as a share of the 98th percentile of
            what is drawn, so that one outlier does not dim the rest.
        largest: Flat indices of the largest weights, whatever was kept.
    """

    rows: Indices
    columns: Indices
    weights: Floats
    strength: Floats
    largest: Indices


def sizes(weights: Floats) -> Floats:
    """Measure edges, flat; one that is not finite is as large as can be."""
    size = np.abs(weights).ravel()
    return np.nan_to_num(size, copy=False, nan=np.inf, posinf=np.inf)


def largest(size: Floats, most: int) -> Indices:
    """Find the indices of the `most` largest, in ascending order of index."""
    if len(size) <= most:
        return np.arange(len(size))
    return np.sort(np.argpartition(size, -most)[-most:])


def choose(weights: Floats, most: int, kept: Indices | None = None) -> Chosen:
    """Choose what to draw of a gap.

    Args:
        weights: Shape (rows, columns).
        most: How many edges.
        kept: Flat indices of the largest of the snapshot before.
    """
    size = sizes(weights)
    first = edges = largest(size, most)
    if kept is not None and len(size) > most:
        # Nothing else can be among the largest when those kept count for more.
        either = np.union1d(first, kept)
        weight = np.where(np.isin(either, kept), np.float32(_KEEP), np.float32(1))
        edges = either[largest(size[either] * weight, most)]
    return _chosen(weights, edges, _strength(size[edges], size[edges]), first)


def choose_of(weights: Floats, edges: Indices, most: int) -> Chosen:
    """Choose the strongest of some edges, measured as if all were drawn."""
    size = sizes(weights)
    edges = edges[largest(size[edges], most)]
    first = largest(size, most)
    return _chosen(weights, edges, _strength(size[edges], size[first]), first)


def _strength(size: Floats, drawn: Floats) -> Floats:
    finite = drawn[np.isfinite(drawn)]
    top = max(float(np.percentile(finite, 98)) if len(finite) else 0.0, 1e-12)
    strength = np.clip(size / np.float32(top), 0, 1)
    strength[~np.isfinite(size)] = _BROKEN
    return np.asarray(strength)


def _chosen(
    weights: Floats, edges: Indices, strength: Floats, first: Indices
) -> Chosen:
    rows, columns = np.divmod(edges, weights.shape[1])
    return Chosen(rows, columns, weights.ravel()[edges], strength, first)
