"""In which forms a snapshot is kept, and how the memory for it is shared out.

How it works. A network whose matrices are all small has one edition: everything. Of
larger matrices viewers get previews; the whole is kept beside them, for viewers that
ask for it, where at least a few of such snapshots fit into half of the buffer. Where
they do not, the previews are made straight from the weights in the training's own
thread, which needs no memory for a copy of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from protocol.arrays import are_mostly_bytes, blob_bytes, fill
from protocol.held import Blob
from protocol.limits import SNAPSHOT_BYTES
from protocol.messages import Array, ArraySpec, Manifest
from protocol.packs import Packs
from protocol.ring import Ring
from trainer.errors import UsageError
from trainer.preview import preview, preview_shape
from trainer.slots import Slot, Slots, slot_bytes

# Half the bytes; nobody sees the difference in a picture.
PREVIEW_DTYPE = "<f2"
LARGEST_HALF = np.float32(np.finfo(np.float16).max)

# Whole snapshots beside previews: one is sent, one waits, one is being filled.
LEAST_WHOLE = 3

# Share of the memory that is for packed payloads, where packing is worth the time: all
# snapshots of a class map beside it, whose parts shrink to a fifth or less.
PACKED = 1 / 5

# Slots that are not in the ring: one to fill, one that waits to be sent. Where the thread
# that sends also packs, which takes it longer, more may wait; of large snapshots, which
# come less often, at most a sixteenth.
OUTSIDE = 2
OUTSIDE_PACKING = 16

Arrays = Mapping[tuple[str, int], Array]


class Edition:
    """Snapshots in one form: the memory that they are written to and kept in.

    Attributes:
        slots: Memory to write to.
        ring: Keeps what was published.
    """

    def __init__(self, manifest: Manifest, buffer_bytes: int) -> None:
        """Share out memory.

        Args:
            manifest: Says what a snapshot holds.
            buffer_bytes: For all slots, of which two are made in any case, and for
                packed payloads.
        """
        is_packing = are_mostly_bytes(manifest.arrays)
        packed_bytes = int(buffer_bytes * PACKED) if is_packing else 0
        room = buffer_bytes - packed_bytes
        count = max(2, room // slot_bytes(manifest.arrays))
        most = OUTSIDE_PACKING if is_packing else OUTSIDE
        outside = max(OUTSIDE, min(most, count // 16))
        self.slots = Slots(manifest.arrays, count)
        size = max(1, blob_bytes(manifest.arrays))
        packs = Packs(packed_bytes) if is_packing else None
        self.ring = Ring(manifest, max(1, count - outside) * size, packs=packs)
        self._reduced = [s for s in manifest.arrays if s.full_shape is not None]

    def write(self, slot: Slot, arrays: Arrays) -> None:
        """Copy arrays into a slot, reduced where this edition has previews.

        Args:
            slot: One of this edition's.
            arrays: By (kind, layer), whole.

        Raises:
            ValueError: They do not fit the manifest.
        """
        if self._reduced:
            previews = {spec.key: _preview(spec, arrays) for spec in self._reduced}
            arrays = {**arrays, **previews}
        fill(slot.arrays, arrays)

    def lend(self, slot: Slot) -> Blob:
        """Give a written slot to the ring until it lets go of it."""
        return Blob(slot.memory, lambda: self.slots.give_back(slot))


@dataclass(frozen=True, slots=True)
class Editions:
    """The one or two forms of a run's snapshots.

    Attributes:
        usual: What every viewer gets.
        whole: For viewers that ask for all weights; None where `usual` has them, or
            where they would need too much memory.
    """

    usual: Edition
    whole: Edition | None

    def copy(self, arrays: Arrays) -> Slot | None:
        """Copy arrays into a slot; None where none is free.

        Raises:
            ValueError: They do not fit the manifest.
        """
        edition = self.whole or self.usual
        slot = edition.slots.take()
        if slot is None:
            return None
        try:
            edition.write(slot, arrays)
        except BaseException:
            edition.slots.give_back(slot)
            raise
        return slot

    def lend(self, slot: Slot) -> tuple[Blob, Blob | None]:
        """Give what `copy` gave to the rings; makes the previews.

        For one thread only, not the one that copies.
        """
        if self.whole is None:
            return self.usual.lend(slot), None
        small = self.usual.slots.take()
        assert small is not None  # the ring leaves two, and one thread takes them
        self.usual.write(small, slot.arrays)
        return self.usual.lend(small), self.whole.lend(slot)

    def prepare(self) -> None:
        """Make slots ahead of need; in the thread that lends."""
        for edition in filter(None, (self.usual, self.whole)):
            edition.slots.prepare()


def editions(manifest: Manifest, max_cells: int, buffer_bytes: int) -> Editions:
    """Choose the editions of a run.

    Args:
        manifest: With all arrays whole.
        max_cells: Most weights of one matrix in the usual edition; 0 for all.
        buffer_bytes: For snapshots of all editions together.
    """
    usual = replace(manifest, arrays=previewed(manifest.arrays, max_cells))
    half = buffer_bytes // 2
    fits = LEAST_WHOLE * slot_bytes(manifest.arrays) <= half
    if usual == manifest or blob_bytes(manifest.arrays) > SNAPSHOT_BYTES or not fits:
        return Editions(Edition(usual, buffer_bytes), None)
    return Editions(Edition(usual, half), Edition(manifest, half))


def previewed(specs: Sequence[ArraySpec], max_cells: int) -> tuple[ArraySpec, ...]:
    """Put previews in the place of large matrices.

    Args:
        specs: The arrays of a snapshot.
        max_cells: Most weights of one matrix; 0 for all.
    """
    return tuple(_previewed(spec, max_cells) for spec in specs)


def check_size(specs: Sequence[ArraySpec], max_cells: int) -> None:
    """See to it that a network can be published, before memory is taken for it.

    Raises:
        UsageError: Its snapshots would be larger than any viewer takes.
    """
    size = blob_bytes(previewed(specs, max_cells))
    if size > SNAPSHOT_BYTES:
        raise UsageError(
            f"expected snapshots of at most {SNAPSHOT_BYTES / 1e9:.1f} GB, got "
            f"{size / 1e9:.1f} GB; use fewer units, or stream fewer weights of each "
            "matrix with --max-cells"
        )


def _previewed(spec: ArraySpec, max_cells: int) -> ArraySpec:
    if spec.kind != "weights" or len(spec.shape) != 2:
        return spec
    rows, columns = spec.shape
    shape = preview_shape((rows, columns), max_cells)
    if shape == spec.shape:
        return spec
    return replace(spec, dtype=PREVIEW_DTYPE, shape=shape, full_shape=spec.shape)


def _preview(spec: ArraySpec, arrays: Arrays) -> Array:
    array = arrays.get(spec.key)
    if array is None or array.shape != spec.full_shape:
        got = "none" if array is None else array.shape
        raise ValueError(f"expected shape {spec.full_shape}, got {got} - at {spec.key}")
    found = preview(array, spec.shape)
    finite = np.isfinite(found)
    np.clip(found, -LARGEST_HALF, LARGEST_HALF, out=found, where=finite)
    return found
