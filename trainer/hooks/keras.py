"""Watches a Keras model learn: a callback for `fit`.

How it works: where a snapshot is due, one example runs through the model in a pass of
its own, as it is used, not as it is trained. Weights, random numbers and what the
layers are made of are as they were after it.
"""

import atexit
import sys
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Self

import keras
import numpy as np

from trainer.hooks.head import Head, check, finish
from trainer.hooks.keras_pass import look_into
from trainer.hooks.shown import picture_of
from trainer.hooks.watch import Watch
from trainer.layer import Layer
from trainer.state import index_of

# Metrics of Keras that are an accuracy, whichever the targets ask for.
ACCURACIES = (
    "accuracy",
    "acc",
    "sparse_categorical_accuracy",
    "categorical_accuracy",
    "binary_accuracy",
)
# What publish has other arguments for.
TAKEN = ("epoch", "layers", "step", "example", "label")


class WatchCallback(keras.callbacks.Callback):
    """The run of a Keras model.

        model.fit(x, y, epochs=500, callbacks=[WatchCallback(x[:1], label=y[0])])

    The run ends as `fit` ends: "done", or, where it raises, "error". Keras does not say
    so to callbacks: without more it is then the end of the program that ends the run. As
    a context manager around `fit` it ends at once; then one run may go through several
    calls of `fit`, too.

    Attributes:
        publisher: Sends it.
    """

    def __init__(
        self,
        probe: Any,
        *,
        label: int | None = None,
        head: Head | None = None,
        **options: Any,
    ) -> None:
        """Take the address.

        Args:
            probe: The example to show: a batch of one, such as x[:1]; of a model with
                several inputs a list or mapping of them. Copied.
            label: Its true class, an index into the classes; None where it has none.
            head: How outputs are read, "softmax", "sigmoid" or "linear", where the model
                itself ends in plain sums. None: as the loss reads them; else as
                probabilities of the classes where there is an output for each, or one
                for two of them; else as numbers.
            **options: Of Publisher: address, name, classes, every, record, ... `epochs`
                is known from `fit`.

        Raises:
            TrainerError: Nothing can listen there, or the keys cannot be used.
            ValueError: The probe is no batch of one, there is no such head, `every` is
                less than 1, or there is neither address nor file.
        """
        super().__init__()
        check(head)
        self._probe = keras.tree.map_structure(_batch_of_one, probe)
        self._label = index_of(label)
        self._head = head
        self._watch = Watch(**options)
        self.publisher = self._watch.publisher
        self._is_training = False
        self._is_block = False
        atexit.register(self._close_at_exit)

    def on_train_begin(self, logs: Mapping[str, Any] | None = None) -> None:
        """Take note of how long it will be."""
        self._is_training = True
        publisher, epochs = self.publisher, (self.params or {}).get("epochs")
        if publisher.broadcast is None and not publisher.run.epochs and epochs:
            publisher.describe(epochs=epochs)

    def on_epoch_end(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Report the epoch."""
        model = self.model
        optimizer = getattr(model, "optimizer", None)
        is_over = getattr(model, "stop_training", False)
        self._watch.report(
            _kept(self._look) if is_over else self._look,
            epoch=max(epoch, self._watch.epochs) + 1,
            step=None if optimizer is None else int(optimizer.iterations),
            label=self._label,
            **numbers_of(logs or {}),
        )

    def on_train_end(self, logs: Mapping[str, Any] | None = None) -> None:
        """End the run, unless the block around `fit` does."""
        self._is_training = False
        if not self._is_block:
            self.close()

    def close(self, error: BaseException | None = None) -> None:
        """End the run, serve viewers for some seconds and stop; may be called twice.

        Args:
            error: What ended the run; None where it is done.
        """
        atexit.unregister(self._close_at_exit)
        self._watch.close(error)

    def __enter__(self) -> Self:
        self._is_block = True
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close(error or self._unfinished())

    def _close_at_exit(self) -> None:
        self.close(getattr(sys, "last_value", None) or self._unfinished())

    def _unfinished(self) -> BaseException | None:
        return (
            RuntimeError("fit did not come to its end") if self._is_training else None
        )

    def _look(self) -> list[Layer]:
        *layers, last = look_into(self.model, self._probe)
        run = self.publisher.run
        head = self._head or _head_of(getattr(self.model, "loss", None))
        found = [*layers, finish(last, head, len(run.classes))]
        if self.publisher.broadcast is None:
            self.publisher.describe(
                name=run.name or getattr(self.model, "name", ""),
                input_shape=run.input_shape or picture_of(found[0]),
            )
        return found


def numbers_of(logs: Mapping[str, Any]) -> dict[str, Any]:
    """Give the numbers that Keras logs the names that viewers know; others keep theirs."""
    plain = {name: value for name, value in logs.items() if np.ndim(value) == 0}
    found: dict[str, Any] = {}
    for before, after in (("", ""), ("val_", "held_out_")):
        names = [name for name in ACCURACIES if before + name in plain]
        if names:
            found[f"{after}accuracy"] = plain.pop(before + names[0])
        if f"{before}loss" in plain:
            found[f"{after}loss"] = plain.pop(f"{before}loss")
    others = {k: v for k, v in plain.items() if k not in (*TAKEN, *found)}
    return {**found, **others}


def _head_of(loss: Any) -> Head | None:
    """Say how a loss reads plain sums; None where it does not tell."""
    if not getattr(loss, "from_logits", False):
        return None
    return "sigmoid" if type(loss).__name__.startswith("Binary") else "softmax"


def _batch_of_one(array: Any) -> Any:
    found = np.array(array)
    if found.ndim < 2 or len(found) != 1:
        raise ValueError(
            "expected a probe that is a batch of one example, such as x[:1], got shape "
            f"{found.shape}"
        )
    return found


def _kept(look: Callable[[], list[Layer]]) -> Callable[[], list[Layer]]:
    """Look now; what there is, layers or error, is given when it is asked for.

    For the last epoch before others may put other weights in, as EarlyStopping does.
    """
    try:
        layers = look()
    except Exception as error:  # noqa: BLE001 - raised where it is asked for
        kept = error

        def fail() -> list[Layer]:
            raise kept

        return fail
    return lambda: layers
