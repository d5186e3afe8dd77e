"""The examples run as they say."""

import subprocess
import sys
from pathlib import Path

import numpy as np

from protocol.events import Arrived, Joined
from protocol.messages import ArraySpec, LayerSpec, Manifest, Probe, Snapshot
from viewer.sinks.stream import StreamSink

EXAMPLES = Path(__file__).parent.parent / "examples"
RUN = bytes(16)


def record(path: Path) -> None:
    """Write a run of two snapshots whose weights move by 5."""
    spec = ArraySpec(kind="weights", layer=1, dtype="<f4", shape=(2, 1))
    sizes = (("input", 2), ("output", 1))
    manifest = Manifest(
        name="tiny",
        kind="mlp",
        axis="epoch",
        layers=tuple(LayerSpec(name=n, units=u, activation="") for n, u in sizes),
        arrays=(spec,),
        metrics=("epoch",),
        classes=(),
        input_shape=(),
        every=1,
        epochs=1,
        started=0.0,
    )
    sink = StreamSink(path)
    rows = np.empty((0, 1))
    sink.take(
        Joined(run=RUN, manifest=manifest, rows=rows, fresh=True, ended=None, viewers=1)
    )
    for seq, weights in enumerate(([[0], [0]], [[3], [4]]), start=1):
        snapshot = Snapshot(
            run=RUN,
            seq=seq,
            epoch=seq - 1,
            step=0,
            time=0.0,
            probe=Probe(index=0, label=None),
            arrays={spec.key: np.array(weights, "<f4")},
        )
        sink.take(Arrived(snapshot=snapshot, rows=rows, skipped=0, lost=0))
    sink.close()


def test_reading_a_recording_tells_how_far_the_weights_moved(tmp_path: Path) -> None:
    path = tmp_path / "run.ncast"
    record(path)

    script = EXAMPLES / "read_recording.py"
    done = subprocess.run(
        [sys.executable, script, path],
        capture_output=True,
        text=True,
        check=True,
        cwd=EXAMPLES.parent,
        env={"PYTHONPATH": str(EXAMPLES.parent)},
    )

    assert done.stdout.splitlines() == ["epoch\tlayer 1", "0\t0.00", "1\t5.00"]
