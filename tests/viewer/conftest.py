"""Runs made up for tests of the viewer: random weights, falling loss.

And what stands in for a source and a painter where only the playing is tested.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from types import TracebackType
from typing import Self

import numpy as np
import pytest
from numpy.typing import NDArray

from protocol.events import Arrived, Event, Joined
from protocol.messages import ArraySpec, LayerSpec, Manifest, Probe, Snapshot
from viewer.cue import Cue
from viewer.options import PLAIN, Options
from viewer.scene import Beside
from viewer.spot import Spot
from viewer.timeline import Timeline

METRICS = ("epoch", "loss", "accuracy", "held_out_loss", "held_out_accuracy")
RUN = bytes(16)


def manifest_of(
    sizes: Sequence[int],
    input_shape: tuple[int, ...] = (),
    classes: Sequence[str] = (),
    every: int = 25,
) -> Manifest:
    last = len(sizes) - 1
    names = ["input", *(f"hidden {k}" for k in range(1, last)), "output"]
    functions = ["", *["relu"] * (last - 1), "softmax"]
    arrays = [ArraySpec(kind="activation", layer=0, dtype="<f4", shape=(sizes[0],))]
    for k in range(1, len(sizes)):
        shape = sizes[k - 1], sizes[k]
        arrays += [
            ArraySpec(kind="weights", layer=k, dtype="<f4", shape=shape),
            ArraySpec(kind="activation", layer=k, dtype="<f4", shape=shape[1:]),
        ]
    return Manifest(
        name="shapes",
        kind="mlp",
        axis="epoch",
        layers=tuple(
            LayerSpec(name=name, units=units, activation=function)
            for name, units, function in zip(names, sizes, functions, strict=True)
        ),
        arrays=tuple(arrays),
        metrics=METRICS,
        classes=tuple(classes) or tuple(f"class {k}" for k in range(sizes[-1])),
        input_shape=input_shape,
        every=every,
        epochs=500,
        started=0.0,
    )


def snapshot_of(manifest: Manifest, seq: int, *, probe: int = 7) -> Snapshot:
    rng = np.random.default_rng(seq)
    arrays = {}
    for spec in manifest.arrays:
        values = rng.normal(size=spec.shape).astype("<f4")
        arrays[spec.key] = np.maximum(values, 0) if len(spec.shape) == 1 else values
    last = len(manifest.layers) - 1
    scores = np.exp(rng.normal(size=manifest.layers[last].units))
    arrays["activation", last] = (scores / scores.sum()).astype("<f4")
    return Snapshot(
        run=RUN,
        seq=seq,
        epoch=(seq - 1) * manifest.every,
        step=(seq - 1) * manifest.every * 2,
        time=0.0,
        probe=Probe(index=probe, label=0),
        arrays=arrays,
    )


def joined(manifest: Manifest) -> Joined:
    rows = np.empty((0, len(manifest.metrics)))
    return Joined(
        run=RUN, manifest=manifest, rows=rows, fresh=True, ended=None, viewers=1
    )


def events_of(manifest: Manifest, count: int) -> list[Event]:
    rows = np.array(
        [[e, 1.4 * 0.99**e, 1 - 0.7 * 0.99**e, 1.5 * 0.99**e, 1 - 0.8 * 0.99**e]
         for e in range((count - 1) * manifest.every + 1)]
    )  # fmt: skip
    events: list[Event] = [joined(manifest)]
    for seq in range(1, count + 1):
        first = (seq - 2) * manifest.every + 1 if seq > 1 else 0
        new = rows[first : (seq - 1) * manifest.every + 1]
        snapshot = snapshot_of(manifest, seq)
        events.append(Arrived(snapshot=snapshot, rows=new, skipped=0, lost=0))
    return events


def measured(manifest: Manifest, axis: str, unknown: int | None) -> Manifest:
    """Let a trainer tell all that it can: decisions, gradients, speed."""
    last, classes = len(manifest.layers) - 1, len(manifest.classes)
    side = classes + (unknown is None)
    shape = side, side
    matrix = ArraySpec(kind="confusion", layer=last, dtype="<f4", shape=shape)
    figures = "rejected", "caught", "auroc"
    metrics: tuple[str, ...] = ("epoch", "accuracy", *figures, "examples_per_second")
    if axis == "epoch":
        norms = (f"gradient_norm_{k}" for k in range(1, last + 1))
        told = (*(f"held_out_{name}" for name in figures), "learning_rate", *norms)
        metrics = (*METRICS, *told, "examples_per_second")
    return replace(
        manifest,
        axis=axis,
        every=25 if axis == "epoch" else 1,
        arrays=(*manifest.arrays, matrix) if side < 33 else manifest.arrays,
        metrics=metrics,
        unknown=unknown,
        reject=0.6,
    )


def events_of_measured(manifest: Manifest, count: int) -> list[Event]:
    """Give a snapshot a 25 epochs or an example; the second unlike the others."""
    is_trial = manifest.axis == "example"
    columns = len(manifest.metrics)
    events: list[Event] = [joined(manifest)]
    for seq in range(1, count + 1):
        snapshot = snapshot_of(manifest, seq)
        for key, array in snapshot.arrays.items():
            if key[0] == "confusion":
                array[...] = 3 + 267 * np.eye(len(array))
        epoch = seq if is_trial else (seq - 1) * manifest.every
        rows = np.full((1, columns), 0.125 * seq)
        rows[0, 0], rows[0, -1] = epoch, 61_234
        snapshot = replace(snapshot, epoch=epoch)
        events.append(Arrived(snapshot=snapshot, rows=rows, skipped=0, lost=0))
    return events


@pytest.fixture
def make_measured() -> Callable[..., Timeline]:
    """Build a timeline of a run that tells all that it can; `axis` may be "example"."""

    def make(
        sizes: Sequence[int] = (2500, 12, 12, 12, 4),
        input_shape: tuple[int, ...] = (50, 50),
        classes: Sequence[str] = (),
        count: int = 3,
        axis: str = "epoch",
        unknown: int | None = None,
    ) -> Timeline:
        timeline = Timeline()
        manifest = measured(manifest_of(sizes, input_shape, classes), axis, unknown)
        for event in events_of_measured(manifest, count):
            timeline.absorb(event)
        return timeline

    return make


@pytest.fixture
def make_manifest() -> Callable[..., Manifest]:
    """Build a manifest from sizes, input shape and classes."""
    return manifest_of


@pytest.fixture
def make_snapshot() -> Callable[..., Snapshot]:
    """Build the snapshot of a manifest with a sequence number."""
    return snapshot_of


@pytest.fixture
def make_events() -> Callable[[Manifest, int], list[Event]]:
    """Build what a viewer hears of a run with so many snapshots."""
    return events_of


@pytest.fixture
def make_timeline() -> Callable[..., Timeline]:
    """Build a timeline of `count` snapshots of a network of `sizes`."""

    def make(
        sizes: Sequence[int] = (2500, 12, 12, 12, 4),
        input_shape: tuple[int, ...] = (50, 50),
        classes: Sequence[str] = (),
        count: int = 3,
    ) -> Timeline:
        timeline = Timeline()
        for event in events_of(manifest_of(sizes, input_shape, classes), count):
            timeline.absorb(event)
        return timeline

    return make


class FakeSource:
    """Gives batches of events; finished after the last one, unless it never ends."""

    def __init__(self, *batches: list[Event], ends: bool = True) -> None:
        self.batches = list(batches)
        self.ends = ends
        self.dropped_bytes = 0
        self.acknowledged: list[int] = []
        self.remarks = ["a remark"]

    @property
    def finished(self) -> bool:
        return self.ends and not self.batches

    def events(self, timeout_s: float = 0.0) -> list[Event]:
        return self.batches.pop(0) if self.batches else []

    def consumed(self, seq: int) -> None:
        self.acknowledged.append(seq)

    def notes(self) -> list[str]:
        remarks, self.remarks = self.remarks, []
        return remarks

    def close(self) -> None:
        pass

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        pass


class FakePainter:
    """Paints black and writes down what it was asked for."""

    def __init__(self, manifest: Manifest, size: tuple[int, int], theme: str) -> None:
        self.size, self.theme = size, theme
        self.cues: list[Cue] = []
        self.shown: list[int] = []  # seq of the snapshot
        self.following: list[int | None] = []
        self.kept: list[int] = []  # snapshots in the timeline
        self.rows: list[int] = []
        self.badges: list[str] = []
        self.options: list[Options] = []
        self.beside: list[tuple[Beside, ...]] = []
        self.spots: dict[tuple[float, float], Spot] = {}
        self.is_finished = True

    def spot(self, x: float, y: float) -> Spot | None:
        return self.spots.get((x, y))

    def paint(
        self,
        timeline: Timeline,
        cue: Cue,
        badge: str = "",
        options: Options = PLAIN,
        beside: tuple[Beside, ...] = (),
    ) -> NDArray[np.uint8]:
        self.cues.append(cue)
        self.beside.append(beside)
        after = None if cue.following is None else timeline.snapshots[cue.following]
        self.shown.append(timeline.snapshots[cue.index].seq)
        self.following.append(after.seq if after else None)
        self.kept.append(len(timeline.snapshots))
        self.rows.append(len(timeline.rows))
        self.badges.append(badge)
        self.options.append(options)
        return np.zeros((self.size[1], self.size[0], 4), np.uint8)


class Painters:
    """Makes fake painters and keeps them."""

    def __init__(self) -> None:
        self.made: list[FakePainter] = []

    def __call__(
        self, manifest: Manifest, size: tuple[int, int], theme: str
    ) -> FakePainter:
        self.made.append(FakePainter(manifest, size, theme))
        return self.made[-1]


@pytest.fixture
def make_source() -> Callable[..., FakeSource]:
    """Build a source that gives these batches of events."""
    return FakeSource


@pytest.fixture
def painters() -> Painters:
    """Give painters that only write down what they are asked for."""
    return Painters()
