"""The training loop: an iterator of steps that knows no stream, clock or screen."""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainer.backend import Array
from trainer.datasets.dataset import Dataset
from trainer.evaluation import Examples, Score
from trainer.models.mlp import MLP, Gradients
from trainer.optimizers import AdamW, warm_up_cosine
from trainer.recipe import Recipe
from trainer.step import Step


class Training:
    """Trains a model in place, one epoch between two steps.

    Dropout fades away evenly over the training: a narrow network needs all its units in
    the end. A loss that is no longer finite does not stop the loop: it is reported as
    it is.

    Iterating goes on where the training is: from a fresh one comes the step of epoch 0,
    before training, from a restored one that of the epoch at which it was kept, then one
    after each epoch.

    Attributes:
        model: Its sizes[0] and sizes[-1] fit the data set.
        recipe: How it is trained.
        epoch: Completed epochs.
        is_whole: Whether it stands between two steps, so that its state can be kept.
        optimizer: What it has learned of the gradients.
        rng: Decides the order of the examples, and the view of each update.

    Source:
        Rennie, Goel, Thomas, Annealed dropout training of deep networks, 2014.
    """

    def __init__(
        self, model: MLP, dataset: Dataset, recipe: Recipe, seed: int = 0
    ) -> None:
        """Prepare a training.

        Raises:
            ValueError: There is nothing to learn from.
        """
        if len(dataset.y) == 0:
            raise ValueError("expected at least one example to learn from, got none")
        self.model = model
        self.recipe = recipe
        self.epoch = 0
        self.is_whole = False
        self.optimizer = AdamW(
            model.backend.xp,
            model.parameters,
            decay=recipe.decay,
            in_pieces=model.backend.in_pieces,
        )
        self.rng = np.random.default_rng(seed)
        self._unknown = dataset.unknown
        self._views = dataset.views
        self._examples = Examples(model, dataset.x, dataset.y)
        self._held_out = Examples(model, dataset.held_out_x, dataset.held_out_y)
        self._batches = math.ceil(len(dataset.y) / recipe.batch)
        self._updates = recipe.epochs * self._batches
        self._last: Step | None = None

    def __iter__(self) -> Iterator[Step]:
        yield self._last or self._first()
        while self.epoch < self.recipe.epochs:
            yield self._next()

    def state(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """Give all but the model's parameters that decides what comes next.

        Returns:
            What JSON can hold, and arrays by name, on the host, not copied; right
            between two steps only.
        """
        optimizer, to_host, last = (
            self.optimizer,
            self.model.backend.to_host,
            self._last,
        )
        assert last is not None, "nothing was trained, so there is nothing to keep"
        moments = {"mean": optimizer.means, "square": optimizer.squares}
        numbers = {
            "epoch": self.epoch,
            "steps": optimizer.steps,
            "order": self.rng.bit_generator.state,
            "dropout": self.model.rng.bit_generator.state,
            "last": [last.loss, last.accuracy, *last.gradient_norms],
        }
        arrays = {
            f"{name}_{i}": to_host(moment)
            for name, each in moments.items()
            for i, moment in enumerate(each)
        }
        return numbers, arrays

    def restore(self, numbers: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> None:
        """Go on from a state, once the model's parameters are restored.

        Raises:
            ValueError: The state is not of such a training.
            KeyError: A part of it is missing.
        """
        optimizer, to_device = self.optimizer, self.model.backend.to_device
        moments = {"mean": optimizer.means, "square": optimizer.squares}
        for name, each in moments.items():
            for i, moment in enumerate(each):
                found = arrays[f"{name}_{i}"]
                if found.shape != moment.shape:
                    raise ValueError(
                        f"expected {name} {i} of {moment.shape}, got {found.shape}"
                    )
                each[i] = to_device(found.astype(self.model.dtype))
        self.epoch, optimizer.steps = int(numbers["epoch"]), int(numbers["steps"])
        self.rng.bit_generator.state = numbers["order"]
        self.model.rng.bit_generator.state = numbers["dropout"]
        loss, accuracy, *norms = map(float, numbers["last"])
        if self.optimizer.steps < 0 or len(norms) != len(self.model.weights):
            raise ValueError(f"expected {len(self.model.weights)} norms after updates")
        self._step(loss, accuracy, tuple(norms), examples=0)

    def _first(self) -> Step:
        before = self._examples.evaluate(self.recipe.reject, self._unknown)
        none = (math.nan,) * len(self.model.weights)
        return self._step(before.loss, before.accuracy, none, examples=0)

    def _next(self) -> Step:
        """Learn from all examples once."""
        self.is_whole = False
        count = len(self._examples)
        chosen = np.array_split(self.rng.permutation(count), self._batches)
        score = Score(self.model.backend.xp)
        # Numbers out of range are reported as the loss they lead to.
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            for part in chosen:
                x, targets = self._examples.take(part)
                found = self._update(x, targets)
                score.add(found.loss, found.probabilities, targets)
            norms = tuple(self.model.norms(found))
        self.epoch += 1
        return self._step(*score.means(), norms, examples=count)

    def _update(self, x: Array, targets: Array) -> Gradients:
        left = 1 - self.optimizer.steps / self._updates
        found = self.model.gradients(
            x,
            targets,
            dropout=self.recipe.dropout * left,
            order=self._any_view(),
            smoothing=self.recipe.smoothing,
        )
        self.optimizer.update(
            self.model.parameters,
            [*found.weights, *found.biases],
            layer_rates(self.model, self._rate(self.optimizer.steps)),
        )
        return found

    def _any_view(self) -> Array | None:
        if self._views is None:
            return None
        view = self._views[self.rng.integers(len(self._views))]
        return self.model.backend.to_device(view)

    def _rate(self, step: int) -> float:
        recipe = self.recipe
        share = warm_up_cosine(step, self._updates, recipe.warm_up)
        return recipe.learning_rate * share

    def _step(
        self, loss: float, accuracy: float, norms: tuple[float, ...], *, examples: int
    ) -> Step:
        done = self.optimizer.steps
        self._last = Step(
            epoch=self.epoch,
            step=done,
            loss=loss,
            accuracy=accuracy,
            held_out=self._held_out.evaluate(self.recipe.reject, self._unknown),
            learning_rate=self._rate(done - 1) if done else math.nan,
            gradient_norms=norms,
            examples=examples,
        )
        self.is_whole = True
        return self._last


def layer_rates(model: MLP, learning_rate: float) -> list[float]:
    """Give the learning rate of each of MLP.parameters.

    Adam moves every weight about as far. Where all inputs are positive, as ink is, they
    pull a unit's sum the same way, the further the more there are, until the unit falls
    silent for ever. So each layer's rate is divided by the square root of its fan-in.
    """
    rates = [learning_rate / math.sqrt(size) for size in model.sizes[:-1]]
    return [*rates, *rates]
