"""The examples run as they say."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from protocol.events import Arrived, Ended, Joined
from protocol.messages import (
    ArraySpec,
    EndReason,
    LayerSpec,
    Manifest,
    Probe,
    Snapshot,
)
from viewer.sinks.stream import StreamSink
from viewer.sources import FileSource

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


def command_of(name: str, call: str) -> list[str]:
    """Give the command that calls the `main` of an example, such as main(epochs=6)."""
    return [
        sys.executable,
        "-c",
        f"import sys; sys.path.insert(0, {str(EXAMPLES)!r}); from {name} import main; {call}",
    ]


def run_briefly(name: str, record: Path) -> None:
    """Run the `main` of an example for six epochs, into a file only."""
    call = f"main(epochs=6, address=None, record={str(record)!r})"
    run(command_of(name, call))


def run(command: list[str]) -> None:
    # Keras takes TensorFlow where no backend is named.
    env = {"KERAS_BACKEND": "torch", **os.environ}
    subprocess.run(command, check=True, cwd=EXAMPLES.parent, timeout=120, env=env)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "needs", "layers"),
    [
        ("minimal", "numpy", [2, 12, 1]),
        ("sklearn_partial_fit", "sklearn", [64, 32, 16, 10]),
        ("sklearn_regression", "sklearn", [10, 16, 8, 1]),
        ("pytorch_loop", "torch", [64, 32, 16, 10]),
        ("pytorch_cnn", "torch", [64, 256, 64, 128, 32, 16, 10]),
        ("lightning_callback", "lightning", [64, 32, 10]),
        ("jax_loop", "jax", [30, 16, 8, 1]),
        ("keras_callback", "keras", [64, 512, 128, 64, 32, 10]),
    ],
)
def test_training_loop_of_a_framework_is_watched(
    name: str, needs: str, layers: list[int], tmp_path: Path
) -> None:
    if importlib.util.find_spec(needs) is None:
        pytest.skip(f"{needs} is not installed")
    path = tmp_path / "run.ncast"

    run_briefly(name, path)

    events = []
    with FileSource(path) as source:
        while not source.finished:
            events += source.events()
    joined = next(event for event in events if isinstance(event, Joined))
    assert [layer.units for layer in joined.manifest.layers] == layers
    last = [event for event in events if isinstance(event, Arrived)][-1]
    assert last.snapshot.epoch == 6
    assert [e.reason for e in events if isinstance(e, Ended)] == [EndReason.DONE]


@pytest.mark.slow
def test_run_is_recorded_and_made_a_video(tmp_path: Path) -> None:
    recording, video = tmp_path / "ring.ncast", tmp_path / "ring.mp4"

    run(command_of("record_and_replay", f"main({str(recording)!r}, {str(video)!r})"))

    with FileSource(recording) as source:
        assert source.count() == 21
    with av.open(video) as container:
        assert sum(1 for _ in container.decode(video=0)) > 100


@pytest.mark.slow
def test_panel_of_ones_own_is_painted(tmp_path: Path) -> None:
    recording = tmp_path / "run.ncast"
    run_briefly("minimal", recording)
    pictures = tmp_path / "own.png", tmp_path / "plain.png"

    run(
        [
            sys.executable,
            str(EXAMPLES / "custom_panel.py"),
            str(recording),
            "-o",
            str(pictures[0]),
        ]
    )
    run(
        [
            sys.executable,
            "-m",
            "viewer",
            "record",
            str(recording),
            "-o",
            str(pictures[1]),
        ]
    )

    own, plain = (np.asarray(Image.open(path)) for path in pictures)
    rows, columns = np.nonzero((own != plain).any(axis=2))
    assert 40 < rows.min() < rows.max() < 100
    assert 300 < columns.min() < columns.max() < 600


@pytest.mark.slow
def test_encrypted_run_is_watched_with_its_keys_only(tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    call = f"main({str(keys)!r}, address='127.0.0.1:0', epochs=50, wait=1)"
    trainer = subprocess.Popen(
        command_of("encrypted", call),
        stderr=subprocess.PIPE,
        text=True,
        cwd=EXAMPLES.parent,
    )
    assert trainer.stderr is not None
    listening = trainer.stderr.readline().removeprefix("listening on ").strip()
    viewer = [sys.executable, "-m", "viewer", "record", listening, "-o"]

    run([*viewer, str(tmp_path / "run.ncast"), "--keys", str(keys)])

    trainer.communicate(timeout=60)
    assert trainer.returncode == 0
    with FileSource(tmp_path / "run.ncast") as source:
        assert source.count() == 3
