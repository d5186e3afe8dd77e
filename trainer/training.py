"""The training loop: a generator of steps that knows no stream, clock or screen."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from trainer.backend import Array
from trainer.datasets.dataset import Dataset, one_hot
from trainer.losses import cross_entropy
from trainer.models.mlp import MLP, Gradients
from trainer.optimizers import AdamW, warm_up_cosine

METRICS = ("epoch", "loss", "accuracy", "held_out_loss", "held_out_accuracy")

# Few, large batches: two updates an epoch spread the learning over some hundred epochs,
# so that it can be watched, and keep an epoch to some milliseconds.
EPOCHS = 500
BATCH = 2000
LEARNING_RATE = 0.25
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

    Raises:
        ValueError: A number is out of range, or there is nothing to learn from.

    Source:
        Rennie, Goel, Thomas, Annealed dropout training of deep networks, 2014.
    """
    if epochs < 0 or batch < 1:
        raise ValueError(f"expected epochs >= 0 and batch >= 1, got {epochs}, {batch}")
    examples = _Examples(model, dataset.x, dataset.y)
    held_out = _Examples(model, dataset.held_out_x, dataset.held_out_y)
    if len(examples) == 0:
        raise ValueError("expected at least one example to learn from, got none")
    batches = math.ceil(len(examples) / batch)
    plan = _Plan(model, dataset.views, epochs * batches, learning_rate, warm_up)
    rng = np.random.default_rng(seed)
    yield Step(0, 0, *examples.evaluate(), *held_out.evaluate())
    for epoch in range(1, epochs + 1):
        chosen = np.array_split(rng.permutation(len(examples)), batches)
        found = plan.learn((examples.take(part) for part in chosen), rng)
        yield Step(epoch, plan.optimizer.steps, *found, *held_out.evaluate())


def layer_rates(model: MLP, learning_rate: float) -> list[float]:
    """Give the learning rate of each of MLP.parameters.

    Adam moves every weight about as far. Where all inputs are positive, as ink is, they
    pull a unit's sum the same way, the further the more there are, until the unit falls
    silent for ever. So each layer's rate is divided by the square root of its fan-in.
    """
    rates = [learning_rate / math.sqrt(size) for size in model.sizes[:-1]]
    return [*rates, *rates]


class _Plan:
    """How the updates of a training follow one another."""

    def __init__(
        self,
        model: MLP,
        views: Any,
        updates: int,
        learning_rate: float,
        warm_up: float,
    ) -> None:
        self.model = model
        self.views = views
        self.updates = updates
        self.learning_rate = learning_rate
        self.warm_up = warm_up
        self.optimizer = AdamW(model.backend.xp, model.parameters)

    def learn(
        self, batches: Iterable[tuple[Array, Array]], rng: np.random.Generator
    ) -> tuple[float, float]:
        """Update once for each batch; give the mean loss and accuracy of all examples."""
        score = _Score(self.model.backend.xp)
        # Numbers out of range are reported as the loss they lead to.
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            for x, targets in batches:
                found = self._update(x, targets, rng)
                score.add(found.loss, found.probabilities, targets)
        return score.means()

    def _update(self, x: Array, targets: Array, rng: np.random.Generator) -> Gradients:
        done = self.optimizer.steps
        found = self.model.gradients(
            x,
            targets,
            dropout=self.model.dropout * (1 - done / self.updates),
            order=self._any_view(rng),
        )
        share = warm_up_cosine(done, self.updates, self.warm_up)
        self.optimizer.update(
            self.model.parameters,
            [*found.weights, *found.biases],
            layer_rates(self.model, self.learning_rate * share),
        )
        return found

    def _any_view(self, rng: np.random.Generator) -> Array | None:
        if self.views is None:
            return None
        view = self.views[rng.integers(len(self.views))]
        return self.model.backend.to_device(view)


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
        """Copy the examples with these indices, on the host, in their order."""
        xp = self.model.backend.xp
        chosen = self.model.backend.to_device(indices)
        return xp.take(self.x, chosen, axis=0), xp.take(self.targets, chosen, axis=0)

    def evaluate(self) -> tuple[float, float]:
        """Give loss and accuracy, nothing dropped; NaN for no examples."""
        xp = self.model.backend.xp
        score = _Score(xp)
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            for start in range(0, len(self), CHUNK):
                part = slice(start, min(start + CHUNK, len(self)))
                targets = self.targets[part, :]
                p = self.model.probabilities(self.x[part, :])
                score.add(cross_entropy(xp, p, targets), p, targets)
        return score.means()


class _Score:
    """Running sums over examples."""

    def __init__(self, xp: Any) -> None:
        self.xp = xp
        self.loss = 0.0
        self.right = 0.0
        self.count = 0

    def add(self, loss: Array, probabilities: Array, targets: Array) -> None:
        """Count a batch in, whose mean loss this is."""
        xp, size = self.xp, int(targets.shape[0])
        hits = xp.argmax(probabilities, axis=1) == xp.argmax(targets, axis=1)
        self.loss += float(loss) * size
        self.right += float(xp.sum(xp.astype(hits, probabilities.dtype)))
        self.count += size

    def means(self) -> tuple[float, float]:
        """Give loss and accuracy; NaN where nothing was counted."""
        if self.count == 0:
            return math.nan, math.nan
        return self.loss / self.count, self.right / self.count
