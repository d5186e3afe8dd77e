"""What a viewer learns from the stream, in the order in which it learns it.

Joined and Arrived carry everything that a picture needs; the others tell how the
stream itself is doing. A recording gives the same events as a live stream, except
Silent, Heard and Refused.
"""

from dataclasses import dataclass

from protocol.messages import EndReason, Manifest, Rows, Snapshot


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Joined:
    """The trainer welcomed this viewer.

    Attributes:
        run: 16 bytes that name the run.
        manifest: What the run is.
        rows: Every metric row so far, shape (n, len(manifest.metrics)), float64,
            read-only; they take the place of all rows that came before.
        fresh: True for the first welcome and for a new run: what was there before
            belongs to another run. False where the same run goes on.
        ended: Why the run has ended already; Ended follows after the last snapshot.
        viewers: How many are connected, this one included.
    """

    run: bytes
    manifest: Manifest
    rows: Rows
    fresh: bool
    ended: EndReason | None
    viewers: int


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Arrived:
    """A whole snapshot.

    Attributes:
        snapshot: The network at one epoch; its arrays are read-only.
        rows: New metric rows, to be appended; shape (n, len(manifest.metrics)).
        skipped: Snapshots left out on purpose just before this one.
        lost: Snapshots missing just before this one that nobody announced.
    """

    snapshot: Snapshot
    rows: Rows
    skipped: int
    lost: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Missing:
    """Snapshots `first` to `last` are no longer held by the trainer."""

    first: int
    last: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Dropped:
    """The trainer could not publish so many snapshots of the run, by now."""

    count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Ended:
    """The run is over.

    Attributes:
        reason: Why.
        text: What the trainer says of it; may be empty.
        lost: Snapshots before the end that are waited for no longer; 0 where all came.
    """

    reason: EndReason
    text: str
    lost: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Silent:
    """Nothing has come from the trainer for `since_s` seconds."""

    since_s: float


@dataclass(frozen=True, slots=True)
class Heard:
    """The trainer is back after a silence."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Refused:
    """The trainer does not serve this viewer: code "version", "busy", "bad" or "keys"."""

    code: str
    text: str


Event = Joined | Arrived | Missing | Dropped | Ended | Silent | Heard | Refused
