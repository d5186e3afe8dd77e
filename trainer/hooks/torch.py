"""Watches a PyTorch model learn, from any training loop.

How it works: where a snapshot is due, one example runs through the model in a pass of
its own, and what its layers take and give is copied. The model, its gradients and all
random numbers are as they were after it, so it learns what it would have learned.
"""

from collections.abc import Sequence
from typing import Any, Self

import numpy as np

from trainer.hooks.head import Head, check, finish
from trainer.hooks.names import renamed
from trainer.hooks.shown import picture_of
from trainer.hooks.torch_norm import Norm
from trainer.hooks.torch_probe import Model, Probe
from trainer.hooks.torch_ranks import OtherRank, averaged, rank
from trainer.hooks.torch_shown import Shown
from trainer.hooks.watch import Number, Watch
from trainer.layer import Layer
from trainer.publisher import Publisher
from trainer.state import index_of

# Columns that are there from the first snapshot on, when none of them was said yet.
USUAL = ("loss", "accuracy", "held_out_loss", "held_out_accuracy")


def watch(
    model: Model,
    probe: Any,
    *,
    label: int | None = None,
    head: Head | None = None,
    publisher: Publisher | None = None,
    **options: Any,
) -> "ModelWatch | OtherRank":
    """Watch a model; report each epoch to what this gives.

    Of processes that train together, as torchrun starts them, the first one publishes;
    all report, and the numbers are averaged. Begin their group before.

        with watch(model, probe=x[0], every=25) as w:
            for epoch in range(1000):
                ...
                w.epoch(loss=loss, accuracy=accuracy)

    Args:
        model: It may be compiled or wrapped for several devices or processes.
        probe: The example to show, as a tensor or array, or a tuple or mapping of all
            that the model takes; copied. The model is called with a batch of one: a
            first dimension of size 1 is taken for the batch, else one is put before
            it. Where the model does not take that, the other way is tried.
        label: Its true class, an index into the classes; None where it has none.
        head: How outputs are read, "softmax", "sigmoid" or "linear", where the model
            itself ends in plain sums. None: as probabilities of the classes where there
            is an output for each, or one for two of them; else as numbers.
        publisher: One that is there already; its owner closes it.
        **options: Of Publisher: address, name, classes, every, record, metrics, ...
            Numbers other than loss, accuracy, held_out_loss and held_out_accuracy must
            be named by `metrics`.

    Raises:
        TrainerError: Nothing can listen there, or the keys cannot be used.
        TypeError: The model is no module.
        ValueError: `every` is less than 1, there is no such head, or options came with
            a publisher.
    """
    if rank() > 0:
        return OtherRank(strict=options.get("strict", False))
    label = index_of(label)
    return ModelWatch(Probe(model, probe), label, head, publisher, **options)


class ModelWatch(Watch):
    """The run of a model, made by `watch`.

    Entering shows the untrained network as epoch 0.
    """

    def __init__(
        self,
        probe: Probe,
        label: int | None,
        head: Head | None,
        publisher: Publisher | None,
        **options: Any,
    ) -> None:
        check(head)
        super().__init__(publisher, **options)
        self._probe = probe
        self._label = label
        self._head = head
        self._norms: dict[str, Norm] = {}

    def __enter__(self) -> Self:
        super().__enter__()
        try:
            self.publisher.publish(epoch=0, layers=self._look, label=self._label)
        except BaseException as error:
            self.close(error)
            raise
        return self

    def epoch(
        self,
        *,
        loss: Number = None,
        accuracy: Number = None,
        epoch: int | None = None,
        step: int | None = None,
        **metrics: Number,
    ) -> bool:
        """Report a completed epoch.

        Args:
            loss: Mean loss of the epoch; a number or a tensor.
            accuracy: Share that was right, 0 to 1.
            epoch: Which one, counted from 1; the next one where it is None.
            step: Optimizer updates done; as many as epochs where it is None.
            **metrics: Other numbers, such as held_out_accuracy; val_accuracy is taken
                for it, val_loss for held_out_loss.

        Returns:
            True where a snapshot was taken.

        Raises:
            Exception: Only if strict: whatever keeps it from being published.
        """
        return self.report(
            self._look,
            epoch=epoch,
            step=step,
            label=self._label,
            **self._norms,
            **renamed(self._averaged({"loss": loss, "accuracy": accuracy, **metrics})),
        )

    def _averaged(self, numbers: dict[str, Number]) -> dict[str, Number]:
        """Average over all processes; give this one's own numbers where that fails."""
        try:
            return averaged(numbers)
        except Exception as error:  # no training ends for its stream
            self.publisher.trouble.note(error)
            if self.publisher.trouble.is_strict:
                raise
            return numbers

    def _look(self) -> list[Layer]:
        found = self._probe.run()
        _finish(found[-1])
        self._norms = {
            f"gradient_norm_{k}": Norm(shown.module)
            for k, shown in enumerate(found[1:], start=1)
        }
        if self.publisher.broadcast is None:
            self._describe(found)
            self._ask(found)
        *layers, last = map(_layer, found)
        return [*layers, finish(last, self._head, len(self.publisher.run.classes))]

    def _describe(self, found: list[Shown]) -> None:
        """Say what is known of the run now that the model was looked at."""
        run = self.publisher.run
        names = dict.fromkeys((*run.metrics, *USUAL, *self._norms))
        self.publisher.describe(
            name=run.name or self._probe.name,
            metrics=tuple(names),
            input_shape=run.input_shape or picture_of(_layer(found[0])),
            classes=run.classes or self._numbered(found[-1]),
        )

    def _ask(self, found: list[Shown]) -> None:
        """Say where the probe looks like many examples."""
        shape, outputs = self._probe.shape, found[-1].activation.shape
        is_dense = any(shown.weights is not None for shown in found)
        if is_dense or len(shape) < 2 or len(outputs) != 2 or outputs[0] == 1:
            return
        if shape[0] == outputs[0]:
            self.publisher.trouble.say(
                ValueError(
                    f"expected one example as probe, such as x[0], got shape {shape} and "
                    f"as many rows of outputs; if these are not {shape[0]} examples, all "
                    "is well"
                )
            )

    def _numbered(self, last: Shown) -> Sequence[str]:
        """Name classes that were not named by their numbers."""
        is_asked = self._head == "softmax" and last.activation.ndim == 1
        return tuple(map(str, range(last.activation.size))) if is_asked else ()


def _finish(last: Shown) -> None:
    """Make plain numbers of maps of one pixel, and of logarithms of probabilities."""
    if last.activation.size == len(last.activation):
        last.activation = last.activation.reshape(-1)
        last.function = last.function or "linear"
    if last.function == "log_softmax":
        last.function, last.activation = "softmax", np.exp(last.activation)


def _layer(shown: Shown) -> Layer:
    return Layer(
        activation=shown.activation,
        pre_activation=shown.pre_activation,
        weights=shown.weights,
        bias=shown.bias,
        name=shown.name,
        function=shown.function,
    )
