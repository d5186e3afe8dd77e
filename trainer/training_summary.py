"""What is said of a training at its end."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from trainer.progress import count
from trainer.step import Step
from trainer.summary import Summary
from trainer.table import confusion_table

# A table of more fits no terminal.
MOST_CLASSES = 12


@dataclass(kw_only=True, slots=True)
class TrainingSummary(Summary[Step]):
    """How far a training came; filled while it goes on.

    Attributes:
        decisions: Names of the classes and of the unknown, the rows of `confusion`.
        epochs: Completed epochs.
        steps: Optimizer updates done.
        loss: As in Step; None where it is not a finite number.
        accuracy: As in Step.
        held_out_loss: As in Evaluation, likewise.
        held_out_accuracy: As in Evaluation.
        held_out_rejected: As in Evaluation.
        held_out_caught: As in Evaluation.
        held_out_auroc: As in Evaluation.
        confusion: As in Evaluation: a row a true class, a column a decision;
            empty where nothing is held out.
    """

    decisions: Sequence[str]
    epochs: int = 0
    steps: int = 0
    loss: float | None = None
    accuracy: float | None = None
    held_out_loss: float | None = None
    held_out_accuracy: float | None = None
    held_out_rejected: float | None = None
    held_out_caught: float | None = None
    held_out_auroc: float | None = None
    confusion: list[list[int]] = field(default_factory=list)

    def note(self, mark: Step) -> None:
        """Take over where the training stands."""
        held_out = mark.held_out
        self.epochs = mark.epoch if mark.completed is None else mark.completed
        self.steps = mark.step
        self.loss, self.accuracy = _finite(mark.loss), _finite(mark.accuracy)
        self.held_out_loss = _finite(held_out.loss)
        self.held_out_accuracy = _finite(held_out.accuracy)
        self.held_out_rejected = _finite(held_out.rejected)
        self.held_out_caught = _finite(held_out.caught)
        self.held_out_auroc = _finite(held_out.auroc)
        if self.held_out_accuracy is not None:
            self.confusion = held_out.confusion.tolist()

    def found(self) -> list[str]:
        """Say the loss, and the held-out accuracy where there is one."""
        words = [
            f"{count(self.epochs, 'epoch')} in {self.seconds:.1f} s",
            "loss not finite" if self.loss is None else f"loss {self.loss:.4f}",
        ]
        if self.held_out_accuracy is not None:
            words.append(f"held-out accuracy {self.held_out_accuracy:.4f}")
        return words

    def more(self) -> list[str]:
        """Say what was decided of the held-out examples, the unknown ones apart."""
        lines = []
        if self.held_out_rejected is not None:
            words = [f"held out: {self.held_out_rejected:.1%} decided unknown"]
            if self.held_out_caught is not None:
                words.append(f"of the unknown ones {self.held_out_caught:.1%}")
            if self.held_out_auroc is not None:
                words.append(f"AUROC {self.held_out_auroc:.3f}")
            lines.append(", ".join(words))
        if self.held_out_accuracy is not None and len(self.decisions) <= MOST_CLASSES:
            lines.append(confusion_table(self.confusion, self.decisions))
        return lines


def _finite(number: float) -> float | None:
    return number if math.isfinite(number) else None
