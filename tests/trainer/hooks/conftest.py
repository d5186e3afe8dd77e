"""Where hooks publish to in tests, and how what they published is read back."""

import importlib.util
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from protocol.events import Arrived, Ended, Joined
from protocol.messages import EndReason, Manifest, Snapshot
from viewer.sources import FileSource

# Keras asks for its backend when it is loaded, and takes TensorFlow where none is named.
os.environ.setdefault(
    "KERAS_BACKEND", "torch" if importlib.util.find_spec("torch") else "jax"
)


class Recording:
    """All that a run published.

    Attributes:
        manifest: What the run is.
        snapshots: In their order.
        rows: The metric rows, shape (epochs, metrics).
        reason: Why it ended.
    """

    def __init__(self, path: Path) -> None:
        self.snapshots: list[Snapshot] = []
        tables = []
        with FileSource(path) as source:
            while not source.finished:
                for event in source.events():
                    match event:
                        case Joined(manifest=manifest, rows=rows):
                            self.manifest: Manifest = manifest
                            tables.append(rows)
                        case Arrived(snapshot=snapshot, rows=rows):
                            self.snapshots.append(snapshot)
                            tables.append(rows)
                        case Ended(reason=reason):
                            self.reason: EndReason = reason
        self.rows = np.concatenate(tables)

    def names(self) -> list[str]:
        return [layer.name for layer in self.manifest.layers]

    def functions(self) -> list[str]:
        return [layer.activation for layer in self.manifest.layers]

    def epochs(self) -> list[int]:
        return [snapshot.epoch for snapshot in self.snapshots]

    def column(self, name: str) -> list[float]:
        found: list[float] = self.rows[:, self.manifest.metrics.index(name)].tolist()
        return found

    def last(self, kind: str, layer: int) -> Any:
        return self.snapshots[-1].arrays[kind, layer]

    def has(self, kind: str) -> list[int]:
        """Which layers have arrays of a kind."""
        return sorted(at for found, at in self.snapshots[-1].arrays if found == kind)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run.ncast"


@pytest.fixture
def options(path: Path) -> dict[str, Any]:
    """Say how to publish into a file only, saying nothing and raising all."""
    return {
        "address": None,
        "record": path,
        "say": lambda text: None,
        "strict": True,
        "every": 2,
    }


@pytest.fixture
def read(path: Path) -> Callable[[], Recording]:
    return lambda: Recording(path)
