"""What the trainer and its viewers say to each other, as plain frozen values.

Nothing here knows bytes (codec.py), order and credit (publishing.py, following.py) or
sockets. Times are Unix seconds unless a name says otherwise.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from protocol.payload import Packing, Payload

VERSION = 1  # major version of the protocol; the rule is in SPEC.md

Rows = NDArray[np.float64]
Array = NDArray[Any]


class Want(StrEnum):
    """What a viewer asks for."""

    LIVE = "live"  # the newest snapshot whenever there is credit; the rest is skipped
    ALL = "all"  # every snapshot, in order


class EndReason(StrEnum):
    """Why a run ended."""

    DONE = "done"
    INTERRUPTED = "interrupted"
    ERROR = "error"


@dataclass(frozen=True, kw_only=True, slots=True)
class LayerSpec:
    """One layer of units.

    Attributes:
        name: Such as "input", "hidden 1", "output".
        units: How many units the layer has.
        activation: Name of the activation function; "" for the input layer.
        tile: (height, width) of the maps that the units make up; None for no maps.
    """

    name: str
    units: int
    activation: str
    tile: tuple[int, int] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ArraySpec:
    """One array of every snapshot; arrays lie end to end in this order.

    Attributes:
        kind: "weights", "bias", "activation", ... (all are in SPEC.md), or a kind that
            this viewer does not know and leaves alone.
        layer: Index into Manifest.layers. Weights and bias belong to the layer they
            lead into, so layer 0 has an activation only (the example itself).
        dtype: One of the dtypes in arrays.py, such as "<f4".
        shape: One or two dimensions; weights are (fan_in, fan_out).
        full_shape: The network's shape where this is a preview of it, else None.
    """

    kind: str
    layer: int
    dtype: str
    shape: tuple[int, ...]
    full_shape: tuple[int, ...] | None = None

    @property
    def key(self) -> tuple[str, int]:
        """How a snapshot's arrays are looked up."""
        return self.kind, self.layer


@dataclass(frozen=True, kw_only=True, slots=True)
class Manifest:
    """What a run is: all that does not change from snapshot to snapshot.

    Attributes:
        name: Title of the run.
        kind: "mlp" or "space".
        axis: What snapshots advance along: "epoch", "layer" or "example".
        layers: Input layer first.
        arrays: What each snapshot holds.
        metrics: Names of the columns of the metric rows; the first is "epoch".
        classes: Names of the outputs, in their order.
        input_shape: (height, width) of a picture input, else ().
        every: Epochs between two snapshots.
        epochs: Planned length of the run; 0 where it is open.
        started: When the run started.
        unknown: Index of the class that means none of the others; None without one.
        reject: Where no other class is as likely as this it is unknown, too.
    """

    name: str
    kind: str
    axis: str
    layers: tuple[LayerSpec, ...]
    arrays: tuple[ArraySpec, ...]
    metrics: tuple[str, ...]
    classes: tuple[str, ...]
    input_shape: tuple[int, ...]
    every: int
    epochs: int
    started: float
    unknown: int | None = None
    reject: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Probe:
    """The example shown: its number, and its true class where that is known."""

    index: int
    label: int | None


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Snapshot:
    """The network at one epoch, put together again at the viewer.

    Attributes:
        run: 16 bytes that name the run.
        seq: 1 for the first snapshot of a run, then one more each.
        epoch: Completed epochs (layers, examples, see Manifest.axis); 0 is before training.
        step: Optimizer updates done.
        time: When it was taken.
        probe: The example whose activations these are.
        arrays: Read-only, by (kind, layer).
    """

    run: bytes
    seq: int
    epoch: int
    step: int
    time: float
    probe: Probe
    arrays: Mapping[tuple[str, int], Array]


@dataclass(frozen=True, kw_only=True, slots=True)
class Hello:
    """A viewer subscribes, or resumes after `seq` of `run`.

    Attributes:
        version: Major version of the protocol.
        want: Newest only, or all.
        window: Snapshots that may be under way before an Ack, 1 to 8.
        nonce: 8 bytes that the Welcome must repeat.
        run: The run that the viewer already knows, or None.
        seq: The last whole snapshot that it holds of that run.
        max_cells: Largest preview that it wants per matrix; 0 is the trainer's choice.
        app: Name of the viewer's program.
        packings: How payloads may be packed, beside not at all.
    """

    version: int
    want: Want
    window: int
    nonce: bytes
    run: bytes | None = None
    seq: int = 0
    max_cells: int = 0
    app: str = ""
    packings: tuple[Packing, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Ack:
    """All snapshots up to and including `seq` are consumed; cumulative.

    The end of a run counts as one more snapshot, so that an Ack of the last snapshot's
    number plus one tells the trainer that this viewer has everything.
    """

    run: bytes
    seq: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Ping:
    """The viewer is alive though it has nothing to say; `time` is its clock."""

    time: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Bye:
    """The viewer leaves."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Welcome:
    """The answer to a Hello: what the run is and every metric row so far.

    Attributes:
        version: Major version of the protocol.
        nonce: Repeats the Hello's.
        run: 16 bytes that name the run.
        seq: Newest snapshot, 0 before the first.
        oldest: Oldest snapshot still served, 0 before the first.
        manifest: What the run is.
        rows: Shape (n, len(manifest.metrics)), float64, may hold NaN.
        ended: Why the run ended, None while it goes on.
        viewers: How many are connected, this one included.
    """

    version: int
    nonce: bytes
    run: bytes
    seq: int
    oldest: int
    manifest: Manifest
    rows: Rows
    ended: EndReason | None
    viewers: int


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class SnapshotPart:
    """One part, at most 256 KiB, of a snapshot's arrays.

    Attributes:
        run: 16 bytes that name the run.
        seq: Number of the snapshot.
        epoch, step, time, probe: As in Snapshot.
        skip: Snapshots left out on purpose for this viewer just before this one.
        rows: Metric rows since the last ones this viewer was sent; in part 0 only.
        part: Index of this part.
        parts: How many there are.
        payload: The bytes themselves, packed or not.
    """

    run: bytes
    seq: int
    epoch: int
    step: int
    time: float
    probe: Probe
    skip: int
    rows: Rows
    part: int
    parts: int
    payload: Payload


@dataclass(frozen=True, kw_only=True, slots=True)
class Beat:
    """Every half second: the trainer is alive.

    Attributes:
        run: 16 bytes that name the run.
        seq: Newest snapshot.
        up: Seconds since the run started.
        dropped: Snapshots that the trainer itself could not publish.
    """

    run: bytes
    seq: int
    up: float
    dropped: int


@dataclass(frozen=True, kw_only=True, slots=True)
class End:
    """The run is over; `seq` is its last snapshot, `dropped` as in Beat."""

    run: bytes
    seq: int
    reason: EndReason
    text: str = ""
    dropped: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusal:
    """Said before a peer is dropped: code "version", "busy" or "bad"."""

    code: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Gap:
    """Snapshots `first` to `last` are no longer held; only for Want.ALL."""

    run: bytes
    first: int
    last: int


FromViewer = Hello | Ack | Ping | Bye
FromTrainer = Welcome | SnapshotPart | Beat | End | Refusal | Gap
Message = FromViewer | FromTrainer
