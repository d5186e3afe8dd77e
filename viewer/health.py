"""Whether what is shown is finite, and where it is not: a diverged run."""

import numpy as np

from protocol.messages import Array, Manifest, Snapshot
from viewer.scene import Scene
from viewer.told import is_rare, is_told

_KEPT = 64  # snapshots whose answer is kept: those that a person goes to and fro in


class Health:
    """Finds what of a run is not a number or infinite; each snapshot is read once."""

    def __init__(self, manifest: Manifest) -> None:
        """Remember the names of the layers."""
        self._names = [layer.name for layer in manifest.layers]
        self._known: dict[int, str] = {}

    def of(self, scene: Scene) -> str:
        """Say what is broken, such as "diverged: NaN in weights of hidden 2"; or ""."""
        seq = scene.snapshot.seq
        if seq not in self._known:
            while len(self._known) >= _KEPT:
                del self._known[next(iter(self._known))]
            self._known[seq] = self._find(scene.snapshot)
        if self._known[seq]:
            return self._known[seq]
        _, losses = scene.metric("loss")
        if not len(losses) or np.isfinite(losses[-1]):
            return ""
        if not is_told(losses) or is_rare(losses, 2):
            return ""
        return f"diverged: the loss is {name_of(losses[-1])}"

    def _find(self, snapshot: Snapshot) -> str:
        for (kind, layer), array in snapshot.arrays.items():
            found = first_broken(array)
            if found is not None:
                where = self._names[layer] if layer < len(self._names) else str(layer)
                what = kind.replace("_", " ")
                return f"diverged: {name_of(found)} in {what} of {where}"
        return ""


def first_broken(values: Array) -> float | None:
    """Give the first value that is not finite, None where all are."""
    if values.dtype.kind != "f":
        return None
    with np.errstate(over="ignore", invalid="ignore"):
        total = np.sum(values, dtype=np.promote_types(values.dtype, np.float32))
    if np.isfinite(total):  # then all are; found in half the time of asking each
        return None
    broken = values[~np.isfinite(values)]
    return float(broken[0]) if len(broken) else None


def name_of(value: float) -> str:
    """Write a value that is not finite: "NaN", "inf" or "−inf"."""
    if np.isnan(value):
        return "NaN"
    return "inf" if value > 0 else "−inf"
