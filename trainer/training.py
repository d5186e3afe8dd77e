"""The training loop: a generator of steps that knows no stream, clock or screen."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from trainer.backend import Array
from trainer.datasets.dataset import Dataset, one_hot
from trainer.losses import cross_entropy
from trainer.models.mlp import MLP
from trainer.optimizers import AdamW, warm_up_cosine

METRICS = ("epoch", "loss", "accuracy", "held_out_loss", "held_out_accuracy")

# Few, large batches: two updates an epoch spread the learning over some hundred epochs,
# so that it can be watched, and keep an epoch to some milliseconds.
EPOCHS = 500
BATCH = 2000
LEARNING_RATE = 0.17
WARM_UP = 0.5

# Examples that are evaluated at once; bounds the memory, not the result.
CHUNK = 4096


@dataclass(frozen=True, slots=True)
class Step:
    """Where the training stands after an epoch.

    Attributes:
        epoch: Completed epochs; 0 is before training.
        step: Optimizer updates done.
        loss: Mean cross-entropy in nats over the epoch's batches, as they were trained
            (units dropped); at epoch 0 over the training set, nothing dropped.
        accuracy: Share of the same that was classified rightly, 0 to 1.
        held_out_loss: The same on the held-out examples, nothing dropped; NaN where
            there are none.
        held_out_accuracy: Likewise.
    """

    epoch: int
    step: int
    loss: float
    accuracy: float
    held_out_loss: float
    held_out_accuracy: float

    def row(self) -> list[float]:
        """Give the numbers in the order of METRICS."""
        return [
            float(self.epoch),
            self.loss,
            self.accuracy,
            self.held_out_loss,
            self.held_out_accuracy,
        ]


def train(
    model: MLP,
    dataset: Dataset,
    *,
    epochs: int = EPOCHS,
    batch: int = BATCH,
    learning_rate: float = LEARNING_RATE,
    warm_up: float = WARM_UP,
    seed: int = 0,
) -> Iterator[Step]:
    """Train a model in place, one epoch between two steps.

    Dropout fades away evenly over the training: a narrow network needs all its units in
    the end. A loss that is no longer finite does not stop the loop: it is reported as
    it is.

    Args:
        model: sizes[0] and sizes[-1] fit the data set.
        dataset: What to learn.
        epochs: How long; 0 evaluates only.
        batch: Most examples an update may look at; batches of an epoch are of one size
            within one example.
        learning_rate: At its highest, for a unit with a single input; see layer_rates.
        warm_up: Share of the updates during which it rises.
        seed: Decides the order of the examples.

    Yields:
        epochs + 1 steps; the first is epoch 0, before training.

    Source:
        Rennie, Goel, Thomas, Annealed dropout training of deep networks, 2014.
    """
    examples = _Examples(model, dataset.x, dataset.y)
    held_out = _Examples(model, dataset.held_out_x, dataset.held_out_y)
    optimizer = AdamW(model.backend.xp, model.parameters)
    rng = np.random.default_rng(seed)
    batches = math.ceil(len(examples) / batch)
    updates = epochs * batches
    yield Step(0, 0, *examples.evaluate(), *held_out.evaluate())
    for epoch in range(1, epochs + 1):
        loss = right = 0.0
        for chosen in np.array_split(rng.permutation(len(examples)), batches):
            x, targets = examples.take(chosen)
            found = model.gradients(
                x,
                targets,
                dropout=model.dropout * (1 - optimizer.steps / updates),
                order=_any_view(model, dataset, rng),
            )
            share = warm_up_cosine(optimizer.steps, updates, warm_up)
            optimizer.update(
                model.parameters,
                [*found.weights, *found.biases],
                layer_rates(model, learning_rate * share),
            )
            loss += float(found.loss) * len(chosen)
            right += _count_right(model.backend.xp, found.probabilities, targets)
        yield Step(
            epoch,
            optimizer.steps,
            loss / len(examples),
            right / len(examples),
            *held_out.evaluate(),
        )


def layer_rates(model: MLP, learning_rate: float) -> list[float]:
    """Give the learning rate of each of MLP.parameters.

    Adam moves every weight about as far. Where all inputs are positive, as ink is, they
    pull a unit's sum the same way, the further the more there are, until the unit falls
    silent for ever. So each layer's rate is divided by the square root of its fan-in.
    """
    rates = [learning_rate / math.sqrt(size) for size in model.sizes[:-1]]
    return [*rates, *rates]


class _Examples:
    """Examples and their one-hot targets on the model's device."""

    def __init__(self, model: MLP, x: Any, y: Any) -> None:
        self.model = model
        targets = one_hot(y, model.sizes[-1])
        self.x = model.backend.to_device(np.asarray(x, model.dtype))
        self.targets = model.backend.to_device(np.asarray(targets, model.dtype))

    def __len__(self) -> int:
        return int(self.x.shape[0])

    def take(self, indices: Any) -> tuple[Array, Array]:
        xp = self.model.backend.xp
        chosen = self.model.backend.to_device(indices)
        return xp.take(self.x, chosen, axis=0), xp.take(self.targets, chosen, axis=0)

    def evaluate(self) -> tuple[float, float]:
        """Give loss and accuracy, nothing dropped; NaN for no examples."""
        if len(self) == 0:
            return math.nan, math.nan
        xp = self.model.backend.xp
        loss = right = 0.0
        for start in range(0, len(self), CHUNK):
            targets = self.targets[start : start + CHUNK]
            p = self.model.probabilities(self.x[start : start + CHUNK])
            loss += float(cross_entropy(xp, p, targets)) * int(targets.shape[0])
            right += _count_right(xp, p, targets)
        return loss / len(self), right / len(self)


def _any_view(model: MLP, dataset: Dataset, rng: np.random.Generator) -> Array | None:
    if dataset.views is None:
        return None
    return model.backend.to_device(dataset.views[rng.integers(len(dataset.views))])


def _count_right(xp: Any, probabilities: Array, targets: Array) -> float:
    hits = xp.argmax(probabilities, axis=1) == xp.argmax(targets, axis=1)
    return float(xp.sum(xp.astype(hits, probabilities.dtype)))
