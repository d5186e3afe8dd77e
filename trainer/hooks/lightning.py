"""Watches a Lightning module learn: a callback for its Trainer."""

import importlib
from collections.abc import Mapping
from typing import Any

import torch

from trainer.hooks.head import Head
from trainer.hooks.names import renamed
from trainer.hooks.torch import watch
from trainer.hooks.watch import Number

# What `epoch` has other arguments for.
TAKEN = ("epoch", "step")


def _callback() -> Any:
    """Give the class of callbacks of whichever package of Lightning is there."""
    try:
        return importlib.import_module("lightning.pytorch").Callback
    except ImportError:
        return importlib.import_module("pytorch_lightning").Callback


Callback: Any = _callback()


class WatchCallback(Callback):
    """The run of a Lightning module.

        Trainer(callbacks=[WatchCallback(x[0], label=y[0])]).fit(model, data)

    The first snapshot is that of the first epoch, as what is logged is known then. The
    run ends with the training: "done", or, where that raises, "error".

    Attributes:
        watch: What epochs are reported to; None before the training.
    """

    def __init__(
        self,
        probe: Any,
        *,
        part: str = "",
        label: int | None = None,
        head: Head | None = None,
        **options: Any,
    ) -> None:
        """Say how; nothing is published before the training.

        Args:
            probe: As `watch` of trainer.hooks.torch takes it.
            part: Name of the module in it that takes the probe, such as "net"; "" where
                its own `forward` does.
            label: Its true class, an index into the classes; None where it has none.
            head: How outputs are read, as `watch` has it.
            **options: Of Publisher: address, name, classes, every, record, ...
        """
        super().__init__()
        self._probe = probe
        self._part = part
        self._options = {"label": label, "head": head, **options}
        self._loss: tuple[Any, int] = (0.0, 0)  # the sum of so many batches
        self.watch: Any = None

    def on_train_start(self, trainer: Any, pl_module: Any) -> None:
        """Take the address; in each of several processes, of which one publishes."""
        model = pl_module.get_submodule(self._part)
        self.watch = watch(model, self._probe, **self._options)
        run = self.watch.publisher and self.watch.publisher.run
        if run and not run.epochs and (trainer.max_epochs or 0) > 0:
            self.watch.publisher.describe(epochs=trainer.max_epochs)

    def on_train_epoch_start(self, trainer: Any, pl_module: Any) -> None:
        """Begin a mean."""
        self._loss = (0.0, 0)

    def on_train_batch_end(
        self, trainer: Any, pl_module: Any, outputs: Any, batch: Any, batch_idx: int
    ) -> None:
        """Take note of the loss."""
        loss = outputs.get("loss") if isinstance(outputs, Mapping) else outputs
        if isinstance(loss, torch.Tensor):
            total, count = self._loss
            self._loss = total + loss.detach(), count + 1

    def on_train_epoch_end(self, trainer: Any, pl_module: Any) -> None:
        """Report the epoch."""
        total, count = self._loss
        numbers = {"loss": total / count} if count else {}
        self.watch.epoch(
            epoch=trainer.current_epoch + 1,
            step=trainer.global_step,
            **{**numbers, **numbers_of(trainer.callback_metrics)},
        )

    def on_train_end(self, trainer: Any, pl_module: Any) -> None:
        """End the run."""
        self._close(None)

    def on_exception(self, trainer: Any, pl_module: Any, exception: Any) -> None:
        """End the run by what ended the training."""
        self._close(exception)

    def _close(self, error: BaseException | None) -> None:
        if self.watch is not None:
            self.watch.__exit__(None if error is None else type(error), error, None)


def numbers_of(logged: Mapping[str, Number]) -> dict[str, Number]:
    """Give what was logged the names that viewers know; others keep theirs.

    What is logged for each step and for the epoch, is that of the epoch.
    """
    found: dict[str, Number] = {}
    for name, number in logged.items():
        plain = name.removesuffix("_epoch")
        if not name.endswith("_step") and plain not in TAKEN:
            found[plain] = number
    return renamed(found)
