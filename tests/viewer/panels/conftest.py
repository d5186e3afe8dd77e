"""Space runs made up for tests: classes that spread from a few cells."""

from collections.abc import Callable

import numpy as np
import pytest

from protocol.events import Arrived, Joined
from protocol.messages import ArraySpec, LayerSpec, Manifest, Probe, Snapshot
from viewer.timeline import Timeline

METRICS = ("epoch", "unclassified", "changed", "held_out_accuracy")
RUN = bytes(16)


def manifest_of(shape: tuple[int, ...], classes: int, layers: int) -> Manifest:
    return Manifest(
        name="groups",
        kind="space",
        axis="layer",
        layers=(LayerSpec(name="plane", units=int(np.prod(shape)), activation=""),),
        arrays=(ArraySpec(kind="class_map", layer=0, dtype="|u1", shape=shape),),
        metrics=METRICS,
        classes=tuple(f"group {k + 1}" for k in range(classes)),
        input_shape=(),
        every=1,
        epochs=layers,
        started=0.0,
    )


@pytest.fixture
def make_space() -> Callable[..., Timeline]:
    """Build a timeline of `count` layers, the input included."""

    def make(
        shape: tuple[int, int] = (80, 80),
        classes: int = 4,
        layers: int = 250,
        count: int = 5,
    ) -> Timeline:
        lots = np.random.default_rng(1)
        timeline = Timeline()
        manifest = manifest_of(shape, classes, layers)
        rows = np.empty((0, len(METRICS)))
        timeline.absorb(
            Joined(
                run=RUN, manifest=manifest, rows=rows, fresh=True, ended=None, viewers=1
            )
        )
        cells = np.full(shape, 255, np.uint8)
        for layer in range(count):
            reached = (lots.random(shape) < 0.2) & (cells == 255)
            cells = np.where(reached, lots.integers(0, classes, shape, np.uint8), cells)
            row = (layer, (cells == 255).mean(), reached.mean(), min(0.1 * layer, 1.0))
            snapshot = Snapshot(
                run=RUN,
                seq=layer + 1,
                epoch=layer,
                step=0,
                time=0.0,
                probe=Probe(index=0, label=None),
                arrays={("class_map", 0): cells},
            )
            timeline.absorb(
                Arrived(snapshot=snapshot, rows=np.array([row]), skipped=0, lost=0)
            )
        return timeline

    return make
