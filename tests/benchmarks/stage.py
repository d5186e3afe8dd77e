"""A trainer's stream for benchmarks: real broadcast and sockets, numbers made up.

The metric rows of a run are numbered: row k has epoch k. So a viewer can tell whether
its history is complete.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise

import numpy as np

from protocol.address import Address
from protocol.messages import Array, ArraySpec, Manifest, Probe
from tests.benchmarks.runs import METRICS, manifest_of
from trainer.broadcast import Broadcast
from trainer.listener import Listener

EVERY = 3  # metric rows a snapshot
SMALL = (2500, 12, 12, 12, 4)  # 120 KB
LOCAL = Address("127.0.0.1", 0)


class Stage:
    """A run whose snapshots are published when one likes.

    Attributes:
        broadcast: Serves it.
        published: Snapshots so far.
        arrays: What the next one will hold.
        size: Bytes of a snapshot with all weights.
    """

    def __init__(self, broadcast: Broadcast, arrays: dict[tuple[str, int], Array]):
        self.broadcast = broadcast
        self.published = 0
        self.arrays = arrays
        self.size = sum(array.nbytes for array in arrays.values())

    def publish(self) -> float:
        """Publish a snapshot; return how long that took, in milliseconds."""
        rows = rows_of(self.published)
        self.published += 1
        probe = Probe(index=0, label=None)
        began = time.perf_counter()
        self.broadcast.publish(
            epoch=self.published,
            step=self.published,
            probe=probe,
            rows=rows,
            arrays=self.arrays,
        )
        return (time.perf_counter() - began) * 1e3

    def settle(self) -> None:
        """Wait until the broadcast's thread has taken over what was published."""
        broadcast = self.broadcast
        while broadcast._publishing.seq + broadcast.dropped < self.published:
            time.sleep(0.001)


def rows_of(snapshot: int) -> "np.ndarray[tuple[int, int], np.dtype[np.float64]]":
    """Make the metric rows that come with a snapshot, the first being number 0."""
    rows = np.zeros((EVERY, len(METRICS)))
    rows[:, 0] = np.arange(snapshot * EVERY, (snapshot + 1) * EVERY)
    return rows


def specs_of(sizes: tuple[int, ...]) -> tuple[ArraySpec, ...]:
    """List the arrays that a trainer captures of a network of these sizes."""
    last = len(sizes) - 1
    found: dict[tuple[str, int], tuple[int, ...]] = {("activation", 0): sizes[:1]}
    for k, pair in enumerate(pairwise(sizes), start=1):
        found["weights", k] = pair
        for kind in ("bias", "pre_activation", "activation", "activity"):
            if kind != "activity" or k < last:
                found[kind, k] = pair[1:]
    return tuple(
        ArraySpec(kind=kind, layer=layer, dtype="<f4", shape=shape)
        for (kind, layer), shape in found.items()
    )


def whole_manifest(sizes: tuple[int, ...]) -> Manifest:
    """Describe a network of these sizes with all that a trainer captures."""
    return replace(manifest_of(sizes, ()), arrays=specs_of(sizes))


def made_up(sizes: tuple[int, ...]) -> dict[tuple[str, int], Array]:
    """Fill the arrays of a network with random numbers."""
    rng = np.random.default_rng(0)
    specs = specs_of(sizes)
    return {spec.key: rng.standard_normal(spec.shape, np.float32) for spec in specs}


@contextmanager
def stage(
    sizes: tuple[int, ...] = SMALL,
    arrays: dict[tuple[str, int], Array] | None = None,
    **options: int | bool | None,
) -> Iterator[Stage]:
    """Begin a run; closed at once, viewers or not, when the block is left.

    Args:
        sizes: Units of each layer.
        arrays: What to publish; made up where there are none.
        options: Of the broadcast.
    """
    manifest = whole_manifest(sizes)
    listener = Listener(LOCAL)
    broadcast = Broadcast(manifest, listener, **options)  # type: ignore[arg-type]
    broadcast.start()
    try:
        yield Stage(broadcast, arrays or made_up(sizes))
    finally:
        broadcast.close()
