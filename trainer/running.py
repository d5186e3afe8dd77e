"""One run: train, and publish a snapshot every so many epochs."""

import math
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from protocol.messages import Manifest
from trainer.capture import capture
from trainer.datasets.dataset import Dataset, Pictures
from trainer.models.mlp import MLP
from trainer.probe import Example
from trainer.progress import Progress, count
from trainer.publisher import Publisher
from trainer.training import Step, train


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What to train and how to show it.

    Attributes:
        model: The network; trained in place.
        dataset: What it learns.
        manifest: Of both, with `epochs` and `every`.
        examples: The example of each snapshot, without end.
        sample: The examples that activity is measured on, shape (n, features).
        seed: Decides the order of the examples.
        pace_s: Least time between two snapshots.
    """

    model: MLP
    dataset: Dataset
    manifest: Manifest
    examples: Iterator[Example]
    sample: Pictures
    seed: int
    pace_s: float


@dataclass(slots=True)
class Summary:
    """How far a run came; filled while it goes on.

    Attributes:
        run: The run's name, hexadecimal.
        ended: "done", or "interrupted" as long as it is not.
        epochs: Completed epochs.
        steps: Optimizer updates done.
        snapshots: How many were taken.
        dropped: How many of them could not be published.
        skipped: How many were left out for slow viewers, all viewers together.
        seconds: Since the training began, the waiting for viewers left out.
        loss: As in Step; None where it is not a finite number.
        accuracy: As in Step.
        held_out_loss: As in Step.
        held_out_accuracy: As in Step.
    """

    run: str
    ended: str = "interrupted"
    epochs: int = 0
    steps: int = 0
    snapshots: int = 0
    dropped: int = 0
    skipped: int = 0
    seconds: float = 0.0
    loss: float | None = None
    accuracy: float | None = None
    held_out_loss: float | None = None
    held_out_accuracy: float | None = None

    def as_dict(self) -> dict[str, Any]:
        """Give all that JSON can hold."""
        return asdict(self)

    def text(self) -> str:
        """Say it in a line."""
        if self.snapshots == 0:
            return f"{self.ended} before the training began"
        words = [
            f"{count(self.epochs, 'epoch')} in {self.seconds:.1f} s",
            "loss not finite" if self.loss is None else f"loss {self.loss:.4f}",
        ]
        if self.held_out_accuracy is not None:
            words.append(f"held-out accuracy {self.held_out_accuracy:.4f}")
        words.append(count(self.snapshots, "snapshot"))
        if self.dropped:
            words.append(f"{self.dropped} dropped")
        if self.skipped:
            words.append(f"{self.skipped} skipped for slow viewers")
        return f"{self.ended}: {', '.join(words)}"


def stream(
    plan: Plan, publisher: Publisher, progress: Progress, summary: Summary
) -> None:
    """Train to the end of the plan.

    Args:
        plan: What to do.
        publisher: Takes the snapshots: epoch 0, every `every` epochs and the last.
        progress: Is told about each epoch.
        summary: Is right at any moment, also when an exception ends this.
    """
    every, epochs = plan.manifest.every, plan.manifest.epochs
    began = time.monotonic()
    taken_at = -math.inf
    rows: list[list[float]] = []
    for step in train(plan.model, plan.dataset, epochs=epochs, seed=plan.seed):
        rows.append(step.row())
        _sum_up(summary, step, time.monotonic() - began)
        progress.step(step, publisher.viewers)
        if step.epoch % every == 0 or step.epoch == epochs:
            time.sleep(max(0.0, taken_at + plan.pace_s - time.monotonic()))
            taken_at = time.monotonic()
            _publish(plan, publisher, step, rows)
            rows = []
            summary.snapshots += 1
            summary.dropped, summary.skipped = publisher.dropped, publisher.skipped
            progress.snapshot(step, publisher.viewers)


def _publish(
    plan: Plan, publisher: Publisher, step: Step, rows: list[list[float]]
) -> None:
    example = next(plan.examples)
    publisher.publish(
        epoch=step.epoch,
        step=step.step,
        probe=example.probe,
        rows=np.array(rows, np.float64),
        arrays=capture(plan.model, example.x, plan.sample),
    )


def _sum_up(summary: Summary, step: Step, seconds: float) -> None:
    summary.epochs, summary.steps = step.epoch, step.step
    summary.seconds = round(seconds, 3)
    for name in ("loss", "accuracy", "held_out_loss", "held_out_accuracy"):
        value = getattr(step, name)
        setattr(summary, name, value if math.isfinite(value) else None)
