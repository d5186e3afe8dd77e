"""What a source holds, in one look."""

import math
import time
from dataclasses import asdict, dataclass, fields
from typing import Any

from protocol.events import Joined
from protocol.messages import Manifest
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
        loss: At that epoch; None where it is no finite number.
        accuracy: As loss.
        metrics: All of them by name, as loss.
        ended: Why the run ended, None while it goes on or where it was not seen.
        viewers: How many watch now; None for a recording.
        lost: Snapshots that should be here and are not.
        skipped: Snapshots left out on purpose.
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
    loss: float | None
    accuracy: float | None
    metrics: dict[str, float | None]
    ended: str | None
    viewers: int | None
    lost: int
    skipped: int
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
            f"{name.replace('_', ' '):{wide}}{_in_words(value)}".rstrip()
            for name, value in facts.items()
        )


def look(source: Source, *, live: bool) -> Info:
    """Read what a source holds.

    Args:
        source: A recording, which is read to its end, or a trainer.
        live: It is a trainer: leave as soon as its newest snapshot has come.

    Returns:
        What is known. A trainer's snapshots are counted by the newest one's number.
    """
    timeline, joined = Timeline(), None
    deadline = math.inf
    while not source.finished and time.monotonic() < deadline:
        for event in source.events(POLL_S):
            timeline.absorb(event)
            if isinstance(event, Joined):
                joined = event
                deadline = time.monotonic() + NEWEST_S if live else math.inf
        if live and joined is not None and _is_enough(timeline, joined):
            break
    return _sum_up(timeline, joined, source, live=live)


def _is_enough(timeline: Timeline, joined: Joined) -> bool:
    """A run without metric rows has no snapshot either."""
    return bool(timeline.snapshots) or len(joined.rows) == 0


def _sum_up(
    timeline: Timeline, joined: Joined | None, source: Source, *, live: bool
) -> Info:
    manifest = timeline.manifest
    assert joined is not None, "a source gives Joined first, or raises"
    assert manifest is not None, "it comes with Joined"
    snapshots = timeline.snapshots
    metrics = _metrics(manifest, timeline)
    newest = snapshots[-1] if snapshots else None
    count = newest.seq if live and newest is not None else len(snapshots)
    return Info(
        run=timeline.run.hex(),
        name=manifest.name,
        kind=manifest.kind,
        layers=[layer.units for layer in manifest.layers],
        previews=_previews(manifest),
        classes=list(manifest.classes),
        every=manifest.every,
        epochs=manifest.epochs,
        epoch=None if newest is None else newest.epoch,
        snapshots=count,
        loss=metrics.get("loss"),
        accuracy=metrics.get("accuracy"),
        metrics=metrics,
        ended=None if timeline.ended is None else str(timeline.ended),
        viewers=joined.viewers - 1 if live else None,
        lost=timeline.lost,
        skipped=timeline.skipped,
        dropped_bytes=source.dropped_bytes,
    )


def _metrics(manifest: Manifest, timeline: Timeline) -> dict[str, float | None]:
    rows = timeline.rows
    if not len(rows):
        return {}
    values = zip(manifest.metrics, rows[-1].tolist(), strict=True)
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
