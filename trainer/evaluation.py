"""How well a network does: sums over batches, on the device as long as possible."""

import math
from typing import Any

import numpy as np

from trainer.backend import Array
from trainer.datasets.dataset import Labels, one_hot
from trainer.decision import auroc, confusion, decide, unknownness
from trainer.losses import cross_entropy
from trainer.models.mlp import MLP
from trainer.rows import Rows
from trainer.step import Evaluation

# Examples that are evaluated at once; bounds the memory, not the result.
CHUNK = 4096


class Examples:
    """Examples and their one-hot targets on the model's device."""

    def __init__(self, model: MLP, x: Any, y: Labels) -> None:
        self.model = model
        self.y = y
        targets = one_hot(y, model.sizes[-1])
        self.x = model.backend.to_device(np.asarray(x, model.dtype))
        self.targets = model.backend.to_device(np.asarray(targets, model.dtype))
        self._x_rows = Rows(model.backend, self.x)
        self._target_rows = Rows(model.backend, self.targets)

    def __len__(self) -> int:
        return len(self.y)

    def take(self, indices: Any) -> tuple[Array, Array]:
        """Give the examples with these indices, on the host; they are not to be changed.

        They are in that order, but for a batch of all of them, where it does not matter:
        those are not copied. The next call may overwrite what this one gave.
        """
        if len(indices) == len(self):
            return self.x, self.targets
        return self._x_rows.take(indices), self._target_rows.take(indices)

    def evaluate(self, reject: float, unknown: int | None) -> Evaluation:
        """Measure the network as it is now; `reject` and `unknown` as in decision.py."""
        score, found = Score(self.model.backend.xp), []
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            for start in range(0, len(self), CHUNK):
                part = slice(start, min(start + CHUNK, len(self)))
                targets = self.targets[part, :]
                p = self.model.probabilities(self.x[part, :])
                score.add(cross_entropy(score.xp, p, targets), p, targets)
                found.append(self.model.backend.to_host(p))
        classes = self.model.sizes[-1]
        p = np.concatenate([np.zeros((0, classes), np.float32), *found])
        decided = decide(p, reject, unknown)
        is_unknown = self.y == unknown
        rejected = decided == (classes if unknown is None else unknown)
        return Evaluation(
            *score.means(),
            rejected=_share(rejected[~is_unknown]),
            caught=_share(rejected[is_unknown]),
            auroc=auroc(unknownness(p, unknown), is_unknown),
            confusion=confusion(self.y, decided, classes + (unknown is None)),
        )


class Score:
    """Running sums over examples."""

    def __init__(self, xp: Any) -> None:
        self.xp = xp
        self._loss: Array = 0.0
        self._right: Array = 0.0
        self._count = 0

    def add(self, loss: Array, probabilities: Array, targets: Array) -> None:
        """Count a batch in, whose mean loss this is."""
        xp, size = self.xp, int(targets.shape[0])
        hits = xp.argmax(probabilities, axis=1) == xp.argmax(targets, axis=1)
        self._loss = loss * size + self._loss
        self._right = xp.sum(xp.astype(hits, probabilities.dtype)) + self._right
        self._count += size

    def means(self) -> tuple[float, float]:
        """Give loss and accuracy; NaN where nothing was counted."""
        if self._count == 0:
            return math.nan, math.nan
        return float(self._loss) / self._count, float(self._right) / self._count


def _share(which: np.ndarray[Any, np.dtype[np.bool_]]) -> float:
    return float(which.mean()) if len(which) else math.nan
