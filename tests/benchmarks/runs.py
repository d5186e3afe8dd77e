"""Runs made up for benchmarks: networks that learn a little from snapshot to snapshot.

Weights drift, hidden units are sparse, outputs are probabilities that get surer, the
loss falls: what a painter skips because it did not change is as in a real run.
"""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from protocol.events import Arrived, Joined
from protocol.messages import ArraySpec, LayerSpec, Manifest, Probe, Snapshot
from viewer.timeline import Timeline

METRICS = ("epoch", "loss", "accuracy", "held_out_loss", "held_out_accuracy")
RUN = bytes(16)
EVERY, EPOCHS = 25, 500
DRIFT = 0.05  # of a weight's spread, from one snapshot to the next

Floats = NDArray[np.float32]


def timeline_of(
    sizes: tuple[int, ...], count: int, input_shape: tuple[int, ...] = ()
) -> Timeline:
    """Make a run of a network of `sizes` with `count` snapshots."""
    manifest = manifest_of(sizes, input_shape)
    timeline = Timeline()
    timeline.absorb(
        Joined(
            run=RUN,
            manifest=manifest,
            rows=np.empty((0, len(METRICS))),
            fresh=True,
            ended=None,
            viewers=1,
        )
    )
    network = _Network(sizes, input_shape)
    for seq in range(1, count + 1):
        first = (seq - 2) * EVERY + 1 if seq > 1 else 0
        epochs = np.arange(first, (seq - 1) * EVERY + 1)
        snapshot = network.snapshot(seq)
        timeline.absorb(
            Arrived(snapshot=snapshot, rows=_rows(epochs), skipped=0, lost=0)
        )
        network.learn()
    return timeline


def manifest_of(sizes: tuple[int, ...], input_shape: tuple[int, ...]) -> Manifest:
    """Describe a network of rectified linear units with softmax outputs."""
    last = len(sizes) - 1
    names = ["input", *(f"hidden {k}" for k in range(1, last)), "output"]
    functions = ["", *["relu"] * (last - 1), "softmax"]
    arrays = [ArraySpec(kind="activation", layer=0, dtype="<f4", shape=(sizes[0],))]
    for k, pair in enumerate(pairwise(sizes), start=1):
        arrays += [
            ArraySpec(kind="weights", layer=k, dtype="<f4", shape=pair),
            ArraySpec(kind="activation", layer=k, dtype="<f4", shape=pair[1:]),
        ]
    return Manifest(
        name="benchmark",
        kind="mlp",
        axis="epoch",
        layers=tuple(
            LayerSpec(name=name, units=units, activation=function)
            for name, units, function in zip(names, sizes, functions, strict=True)
        ),
        arrays=tuple(arrays),
        metrics=METRICS,
        classes=tuple(f"class {k}" for k in range(sizes[-1])),
        input_shape=input_shape,
        every=EVERY,
        epochs=EPOCHS,
        started=0.0,
    )


class _Network:
    """Weights that drift, and an example that goes through them."""

    def __init__(self, sizes: tuple[int, ...], input_shape: tuple[int, ...]) -> None:
        self._rng = np.random.default_rng(0)
        self._spread = [np.float32(np.sqrt(2 / fan_in)) for fan_in in sizes[:-1]]
        self._weights = [
            spread * self._rng.standard_normal(pair, np.float32)
            for spread, pair in zip(self._spread, pairwise(sizes), strict=True)
        ]
        self._example = _ring(sizes[0], input_shape)

    def snapshot(self, seq: int) -> Snapshot:
        last = len(self._weights)
        values, arrays = self._example, {("activation", 0): self._example}
        for k, weights in enumerate(self._weights, start=1):
            values = values @ weights
            if k < last:
                values = np.maximum(values - 0.5 * values.std(), 0)
            else:
                values = _softmax(values * np.float32(1 + 0.2 * seq))
            arrays["weights", k] = weights
            arrays["activation", k] = values
        return Snapshot(
            run=RUN,
            seq=seq,
            epoch=(seq - 1) * EVERY,
            step=(seq - 1) * EVERY * 8,
            time=0.0,
            probe=Probe(index=7, label=0),
            arrays=arrays,
        )

    def learn(self) -> None:
        self._weights = [
            weights
            + DRIFT * spread * self._rng.standard_normal(weights.shape, np.float32)
            for weights, spread in zip(self._weights, self._spread, strict=True)
        ]


def _ring(units: int, shape: tuple[int, ...]) -> Floats:
    """Draw a ring, or a wave where the input is no picture; shape (units,), 0 to 1."""
    if len(shape) != 2:
        return np.asarray(0.5 + 0.5 * np.sin(np.arange(units) / 3), np.float32)
    y, x = (np.linspace(-1, 1, size) for size in shape)
    distance = np.abs(np.hypot(y[:, None], x[None, :]) - 0.6)
    return np.asarray(np.clip(1.3 - 9 * distance, 0, 1).ravel(), np.float32)


def _softmax(values: Floats) -> Floats:
    shares = np.exp(values - values.max())
    return np.asarray(shares / shares.sum(), np.float32)


def _rows(epochs: NDArray[np.integer]) -> NDArray[np.float64]:
    """Metric rows, shape (epochs, 5): a loss that falls with some noise."""
    noise = 0.02 * np.sin(epochs * 2.3)
    left = np.exp(-epochs / 180)
    columns = [
        epochs,
        1.4 * left + 0.05 + noise * left,
        1 - 0.72 * left + noise * left / 3,
        1.4 * left + 0.12 + noise,
        0.97 - 0.7 * left + noise / 3,
    ]
    return np.stack(columns, axis=1).astype(np.float64)
