"""What a source holds, in one look."""

import math
import time
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, BinaryIO

from protocol.codec import decode_from_trainer
from protocol.errors import ProtocolError
from protocol.events import Joined
from protocol.index import Index, scan
from protocol.messages import EndReason, Manifest, Rows, SnapshotPart, Welcome
from protocol.recording import read_record
from protocol.rows import empty
from viewer.errors import ViewerError
from viewer.plain import plain
from viewer.sources import Source
from viewer.timeline import Timeline

# The newest snapshot follows the welcome at once, unless the network is very slow.
NEWEST_S = 10.0
POLL_S = 0.2


@dataclass(frozen=True, kw_only=True, slots=True)
class Info:
    """What there is to know of a run.

    Attributes:
        run: Its name, hexadecimal.
        name: Its title.
        kind: "mlp" or "space".
        layers: Units of each layer, the input first.
        previews: Weights of which not all are streamed: into which layer, and how many.
        classes: Names of the outputs.
        every: Epochs between two snapshots.
        epochs: Planned length; 0 where it is open.
        epoch: Completed epochs at the newest snapshot; None before the first.
        snapshots: How many there are.
        first: Number of the first snapshot in a recording; None for a trainer.
        last: Number of the newest; None before the first.
        loss: At that epoch; None where it is no finite number.
        accuracy: As loss.
        metrics: All of them by name, as loss.
        ended: Why the run ended, None while it goes on or where it was not seen.
        viewers: How many watch now; None for a recording.
        lost: Snapshots that should be here and are not.
        skipped: Snapshots left out on purpose.
        dropped: Snapshots that the trainer could not publish.
        dropped_bytes: At the end of a recording, no whole record.
    """

    run: str
    name: str
    kind: str
    layers: list[int]
    previews: list[str]
    classes: list[str]
    every: int
    epochs: int
    epoch: int | None
    snapshots: int
    first: int | None
    last: int | None
    loss: float | None
    accuracy: float | None
    metrics: dict[str, float | None]
    ended: str | None
    viewers: int | None
    lost: int
    skipped: int
    dropped: int
    dropped_bytes: int

    def as_dict(self) -> dict[str, Any]:
        """Give all that JSON can hold."""
        return asdict(self)

    def table(self) -> str:
        """Write it for a person, a line for each fact."""
        facts: dict[str, Any] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            facts |= value if field.name == "metrics" else {field.name: value}
        wide = max(map(len, facts)) + 2
        return "\n".join(
            plain(f"{name.replace('_', ' '):{wide}}{_in_words(value)}").rstrip()
            for name, value in facts.items()
        )


def look(source: Source) -> Info:
    """Look at a trainer: leave as soon as its newest snapshot has come.

    Returns:
        What is known; snapshots are counted by the newest one's number.
    """
    timeline, joined = Timeline(), None
    deadline = math.inf
    while not source.finished and time.monotonic() < deadline:
        for event in source.events(POLL_S):
            timeline.absorb(event)
            if isinstance(event, Joined):
                joined = event
                deadline = time.monotonic() + NEWEST_S
        if joined is not None and _is_enough(timeline, joined):
            break
    assert joined is not None, "a source gives Joined first, or raises"
    newest = timeline.snapshots[-1] if timeline.snapshots else None
    return _sum_up(
        joined.run,
        joined.manifest,
        timeline.rows[-1:],
        epoch=newest.epoch if newest else None,
        snapshots=newest.seq if newest else 0,
        last=newest.seq if newest else None,
        ended=timeline.ended,
        viewers=joined.viewers - 1,
        lost=timeline.lost,
        skipped=timeline.skipped,
        dropped=timeline.dropped,
    )


def look_into(path: Path, *, check: bool = False) -> Info:
    """Look into a recording, whatever its size: only headers are read.

    Args:
        path: The file.
        check: Read all of it, for the checksums.

    Raises:
        ViewerError: It cannot be read, is no recording, or there is nothing in it.
    """
    try:
        with path.open("rb") as file:
            if not file.seekable():
                raise ViewerError(f"expected a file, got a pipe: {path}")
            found = scan(file, check=check)
            newest, rows = _newest(file, found.index), _last_row(file, found.index)
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise ViewerError(f"cannot read {path}: {why}") from error
    except ProtocolError as error:
        if not check:  # what is damaged does not count, and that is all
            return look_into(path, check=True)
        raise ViewerError(f"cannot look into {path}: {error}") from error
    index = found.index
    if index.run is None or index.manifest is None:
        raise ViewerError(f"cannot look into {path}: no whole message in it")
    return _sum_up(
        index.run,
        index.manifest,
        rows,
        epoch=newest.epoch if newest else None,
        snapshots=len(index),
        first=index.oldest or None,
        last=index.newest or None,
        ended=index.ended,
        lost=index.lost + index.missing,
        skipped=index.skipped,
        dropped=index.dropped,
        dropped_bytes=found.dropped_bytes,
    )


def _newest(file: BinaryIO, index: Index) -> SnapshotPart | None:
    place = index.find(index.newest)
    if place is None:
        return None
    message = decode_from_trainer(read_record(file, place.offsets[0]).parts)
    assert isinstance(message, SnapshotPart), "the index says so"
    return message


def _last_row(file: BinaryIO, index: Index) -> Rows:
    """Give the last metric row, if there is one."""
    if index.rows_at is None:
        return empty(0)
    message = decode_from_trainer(read_record(file, index.rows_at).parts)
    assert isinstance(message, SnapshotPart | Welcome), "the index says so"
    return message.rows[-1:]


def _is_enough(timeline: Timeline, joined: Joined) -> bool:
    """A run without metric rows has no snapshot either."""
    return bool(timeline.snapshots) or len(joined.rows) == 0


def _sum_up(
    run: bytes,
    manifest: Manifest,
    last_row: Rows,
    *,
    epoch: int | None,
    snapshots: int,
    first: int | None = None,
    last: int | None,
    ended: EndReason | None,
    viewers: int | None = None,
    lost: int,
    skipped: int,
    dropped: int,
    dropped_bytes: int = 0,
) -> Info:
    metrics = _metrics(manifest, last_row)
    return Info(
        run=run.hex(),
        name=manifest.name,
        kind=manifest.kind,
        layers=[layer.units for layer in manifest.layers],
        previews=_previews(manifest),
        classes=list(manifest.classes),
        every=manifest.every,
        epochs=manifest.epochs,
        epoch=epoch,
        snapshots=snapshots,
        first=first,
        last=last,
        loss=metrics.get("loss"),
        accuracy=metrics.get("accuracy"),
        metrics=metrics,
        ended=None if ended is None else str(ended),
        viewers=viewers,
        lost=lost,
        skipped=skipped,
        dropped=dropped,
        dropped_bytes=dropped_bytes,
    )


def _metrics(manifest: Manifest, last_row: Rows) -> dict[str, float | None]:
    if not len(last_row):
        return {}
    values = zip(manifest.metrics, last_row[0].tolist(), strict=True)
    return {
        name: value if math.isfinite(value) else None
        for name, value in values
        if name != "epoch"
    }


def _previews(manifest: Manifest) -> list[str]:
    """Say it such as "hidden 1: 500 × 40 of 3000 × 240"."""
    shapes = [
        (manifest.layers[spec.layer].name, spec.shape, spec.full_shape)
        for spec in manifest.arrays
        if spec.full_shape is not None
    ]
    return [
        f"{name}: {' × '.join(map(str, sent))} of {' × '.join(map(str, full))}"
        for name, sent, full in shapes
    ]


def _in_words(value: object) -> str:
    match value:
        case None | []:
            return "-"
        case float():
            return f"{value:.4f}"
        case list():
            return ", ".join(map(str, value))
        case _:
            return str(value)
