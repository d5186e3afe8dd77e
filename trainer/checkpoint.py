"""Keeps a training in a model file, so that it can be used, and gone on with.

How it works: beside the network the file holds all that decides what comes next: the
optimizer's averages, the random states, the recipe and what the data were, and the metric
rows so far. A training that goes on from it cannot be told from one that never stopped.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np

from trainer.datasets.dataset import Dataset
from trainer.model_file import Model, ModelFileError, save
from trainer.network import Network
from trainer.running import Row
from trainer.step import metrics
from trainer.trained import Trained, pack
from trainer.training import Training


class Checkpoint:
    """Saves a training now and then, and at its end.

    Attributes:
        path: The model file.
    """

    def __init__(
        self,
        path: Path,
        network: Network,
        training: Training,
        trained: Trained,
        *,
        digest: str,
        earlier: Sequence[Row],
        every: int,
        say: Callable[[str], None],
    ) -> None:
        """Prepare; nothing is written yet.

        Args:
            path: The model file.
            network: What is trained, as the user said it.
            training: Goes on while this looks on.
            trained: Its network, and what it needs to be used.
            digest: Of the data, see `digest_of`.
            earlier: Metric rows from before this run.
            every: Epochs between two savings; 0 for the end only.
            say: Takes a line about what was saved.
        """
        self.path = path
        self._network = network
        self._training = training
        self._trained = trained
        self._digest = digest
        self._earlier = earlier
        self._every = every
        self._say = say
        self._rows: list[Row] = []

    def take(self, row: Row) -> None:
        """Remember a metric row; save where it is time to.

        A disk that is full ends no training: it may have room again at the end.
        """
        self._rows.append(row)
        epoch = self._training.epoch
        if self._every and epoch and epoch % self._every == 0 and self._is_whole:
            try:
                self._save()
            except ModelFileError as error:
                self._say(f"{error}; the training goes on")

    def finish(self) -> None:
        """Save how far the training came, if it stands between two epochs."""
        if self._rows and self._is_whole:
            self._save()
            epoch, epochs = self._training.epoch, self._training.recipe.epochs
            left = "" if epoch >= epochs else f"; --resume {self.path} goes on"
            self._say(f"saved {self.path} at epoch {epoch} of {epochs}{left}")

    @property
    def _is_whole(self) -> bool:
        """Whether the last row is that of the epoch at which the training stands."""
        return self._training.is_whole

    def _save(self) -> None:
        meta, arrays = pack(self._trained)
        numbers, moments = self._training.state()
        meta |= {
            "network": asdict(self._network),
            "training": numbers,
            "digest": self._digest,
        }
        # The last row comes again from the training that goes on.
        rows = np.array([*self._earlier, *self._rows[:-1]], np.float64)
        rows = rows.reshape(-1, len(self._rows[-1]))
        save(self.path, meta, {**arrays, **moments, "rows": rows})


def go_on(model: Model, path: Path, training: Training) -> list[Row]:
    """Set a training to where a model file left it; the network was made of it already.

    Returns:
        The metric rows so far, but for that of the epoch at which it was kept.

    Raises:
        ModelFileError: The file holds no training, or not of this network.
    """
    try:
        training.restore(model.meta["training"], model.arrays)
        rows, width = model.arrays["rows"], len(metrics(len(training.model.weights)))
        if rows.ndim != 2 or rows.shape[1] != width:
            raise ValueError(f"expected rows of {width} numbers, got {rows.shape}")
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise ModelFileError(
            f"cannot go on with {path}: it holds no training of this network ({error})"
        ) from error
    found: list[Row] = rows.astype(np.float64).tolist()
    return found


def digest_of(dataset: Dataset) -> str:
    """Tell one data set from another, to the last bit; hexadecimal."""
    digest = hashlib.sha256("\0".join(dataset.classes).encode(errors="replace"))
    for array in (dataset.x, dataset.y, dataset.held_out_x, dataset.held_out_y):
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()
