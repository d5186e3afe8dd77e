"""How the original was trained: an epoch is one update that leaves one picture out."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainer.evaluation import Score
from trainer.step import Step
from trainer.training import Training


class NNPlotTraining(Training):
    """Trains as the original did; epochs are numbered from 0 as there, the last is 250.

    Loss and accuracy of a step are those of the batch that the update looked at, before
    it, with weights dropped.

    Attributes:
        shown: Index of the picture that this epoch shows, the first of its batch.
    """

    shown = 0

    def __iter__(self) -> Iterator[Step]:
        if self._last is not None:
            yield self._last
        while self.epoch < self.recipe.epochs:
            yield self._next()

    def state(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """Give what decides what comes next, and what is shown."""
        numbers, arrays = super().state()
        return {**numbers, "shown": self.shown}, arrays

    def restore(self, numbers: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> None:
        """Go on from a state; see Training.restore."""
        super().restore(numbers, arrays)
        self.shown = int(numbers["shown"]) % len(self._examples)

    def _next(self) -> Step:
        self.is_whole = False
        chosen = self.rng.permutation(len(self._examples))[:-1]
        self.shown = int(chosen[0])
        x, targets = self._examples.take(chosen)
        score = Score(self.model.backend.xp)
        rate = self._rate(self.optimizer.steps)
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            found = self.model.gradients(x, targets, dropout=0.0)
            score.add(found.loss, found.probabilities, targets)
            gradients = [*found.weights, *found.biases]
            rates = [rate] * len(gradients)
            self.optimizer.update(self.model.parameters, gradients, rates)
            norms = tuple(self.model.norms(found))
        self.epoch += 1
        return self._step(*score.means(), norms, examples=len(chosen))

    def _step(
        self, loss: float, accuracy: float, norms: tuple[float, ...], *, examples: int
    ) -> Step:
        step = super()._step(loss, accuracy, norms, examples=examples)
        self._last = replace(step, epoch=self.epoch - 1, completed=self.epoch)
        return self._last

    def _rate(self, step: int) -> float:
        return self.recipe.learning_rate
