"""Runs as a hook in somebody's training streams them: heads and layers of all kinds.

Each is computed forward with random weights, so that what is shown fits together. To
look at pictures of all of them, in both themes:

    python -m tests.viewer.zoo.conftest FOLDER [NAME ...]
"""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from protocol.events import Arrived, Joined
from protocol.messages import ArraySpec, LayerSpec, Manifest, Probe, Snapshot
from tests.viewer.zoo.kinds import ZOO, Kind, Layer
from viewer.cue import cue_of
from viewer.painter import Painter
from viewer.timeline import Timeline

Floats = NDArray[np.float64]
RUN = bytes(16)
KERNEL = 3


def manifest_of(name: str) -> Manifest:
    """Describe a run of the zoo."""
    kind = ZOO[name]
    arrays = []
    for k, layer in enumerate(kind.layers):
        shapes = dict.fromkeys(
            ("activation", *(kind.kinds if k else ())), (layer.units,)
        )
        if not layer.dense:
            shapes.pop("bias", None)
        elif k:
            shapes["weights"] = kind.layers[k - 1].units, layer.units  # type: ignore[assignment]
        arrays += [
            ArraySpec(kind=each, layer=k, dtype=kind.dtype, shape=shape)
            for each, shape in shapes.items()
        ]
    return Manifest(
        name=name,
        kind="mlp",
        axis="epoch",
        layers=tuple(
            LayerSpec(name=x.name, units=x.units, activation=x.function, tile=x.tile)
            for x in kind.layers
        ),
        arrays=tuple(arrays),
        metrics=("epoch", *kind.metrics),
        classes=kind.classes,
        input_shape=kind.input_shape,
        every=kind.every,
        epochs=kind.epochs,
        started=0.0,
    )


FUNCTIONS: dict[str, Callable[[Floats], Floats]] = {
    "relu": lambda z: np.maximum(z, 0),
    "leaky_relu": lambda z: np.where(z > 0, z, 0.1 * z),
    "tanh": np.tanh,
    "gelu": lambda z: z / (1 + np.exp(-1.702 * z)),
    "selu": lambda z: np.where(z > 0, 1.05 * z, 1.76 * np.expm1(np.minimum(z, 0))),
    "mish": lambda z: z * np.tanh(np.log1p(np.exp(z))),
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "logistic": lambda z: 1 / (1 + np.exp(-z)),
    "softmax": lambda z: np.exp(z - z.max()) / np.exp(z - z.max()).sum(),
}


def snapshot_of(manifest: Manifest, kind: Kind, seq: int) -> Snapshot:
    """Compute forward what the weights of snapshot `seq` make of an example."""
    rng, chance = np.random.default_rng(7), np.random.default_rng(seq)
    values = _inputs(manifest, chance)
    found = {("activation", 0): values}
    for k, layer in enumerate(kind.layers[1:], start=1):
        before = kind.layers[k - 1]
        if layer.dense:
            scale = (1.6 + 0.2 * seq) / np.sqrt(before.units)
            weights = scale * rng.normal(size=(before.units, layer.units))
            bias = 0.1 * rng.normal(size=layer.units)
            found["weights", k], found["bias", k] = weights, bias
            z = values @ weights + bias
        else:
            z = _local(values, before, layer, rng)
        values = FUNCTIONS.get(layer.function, np.asarray)(z)
        found["pre_activation", k], found["activation", k] = z, values
    arrays = {spec.key: found[spec.key].astype(spec.dtype) for spec in manifest.arrays}
    return Snapshot(
        run=RUN,
        seq=seq,
        epoch=(seq - 1) * manifest.every,
        step=(seq - 1) * manifest.every * 12,
        time=0.0,
        probe=Probe(index=7 + seq, label=kind.label),
        arrays=arrays,
    )


def _inputs(manifest: Manifest, rng: np.random.Generator) -> Floats:
    first = manifest.layers[0]
    if first.tile is None:
        return np.asarray(rng.normal(size=first.units))
    rows, columns = first.tile
    y, x = np.mgrid[:rows, :columns] / (max(rows, columns) - 1)
    maps = range(first.units // (rows * columns))
    centres = rng.uniform(0.4, 0.6, size=(len(maps), 2))
    rings = [np.exp(-(((np.hypot(y - a, x - b) - 0.3) / 0.1) ** 2)) for a, b in centres]
    return np.concatenate([ring.ravel() for ring in rings])


def _local(
    values: Floats, before: Layer, layer: Layer, rng: np.random.Generator
) -> Floats:
    """Let each unit see only what is near its place in some map of the layer before."""
    rows, columns = layer.tile or (1, layer.units)
    from_rows, from_columns = before.tile or (1, before.units)
    maps = values.reshape(-1, from_rows, from_columns)
    down = np.arange(rows) * from_rows // rows
    across = np.arange(columns) * from_columns // columns
    found = []
    for k in range(layer.units // (rows * columns)):
        padded = np.pad(maps[k % len(maps)], KERNEL // 2)
        kernel = rng.normal(size=(KERNEL, KERNEL)) if layer.function else np.eye(KERNEL)
        seen = sum(
            kernel[i, j] * padded[i : i + from_rows, j : j + from_columns]
            for i in range(KERNEL)
            for j in range(KERNEL)
        )
        found.append(np.asarray(seen)[down][:, across])
    return np.stack(found).ravel()


def timeline_of(name: str, count: int = 3) -> Timeline:
    """Receive a run of the zoo."""
    manifest, timeline = manifest_of(name), Timeline()
    epochs = np.arange((count - 1) * manifest.every + 1.0)
    columns = [epochs]
    for metric in manifest.metrics[1:]:
        falls = 0.2 + np.exp(-epochs / 20)
        columns.append(falls if "loss" in metric or metric == "mae" else 1.2 - falls)
    rows = np.stack(columns, axis=1)
    timeline.absorb(
        Joined(run=RUN, manifest=manifest, rows=rows, fresh=True, ended=None, viewers=1)
    )
    for seq in range(1, count + 1):
        snapshot = snapshot_of(manifest, ZOO[name], seq)
        timeline.absorb(Arrived(snapshot=snapshot, rows=rows[:0], skipped=0, lost=0))
    return timeline


@pytest.fixture(params=ZOO)
def timeline(request: pytest.FixtureRequest) -> Timeline:
    """Receive each run of the zoo in turn."""
    return timeline_of(request.param)


@pytest.fixture
def meet() -> Callable[[str], Timeline]:
    """Receive a run of the zoo by its name."""
    return timeline_of


def main(folder: str, names: Sequence[str]) -> None:
    """Write pictures of the runs."""
    Path(folder).mkdir(parents=True, exist_ok=True)
    for name in names or ZOO:
        timeline = timeline_of(name)
        assert timeline.manifest is not None
        for theme in ("dark", "light"):
            painter = Painter(timeline.manifest, theme=theme)
            pixels = painter.paint(timeline, cue_of(1, 2, 0.5))
            path = Path(folder) / f"{name.replace(' ', '-')}-{theme}.png"
            Image.fromarray(pixels[..., :3]).save(path)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
