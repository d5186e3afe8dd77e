"""How a network is trained, all in one place: what can be said and what is usual."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from trainer.decision import REJECT
from trainer.errors import UsageError


@dataclass(frozen=True, kw_only=True, slots=True)
class Recipe:
    """The numbers of a training.

    Attributes:
        hidden: Units of each hidden layer.
        dropout: Share of hidden units silenced in an update, at first; it fades away
            evenly over the training.
        epochs: How often all examples are seen; 0 evaluates only.
        batch: Most examples that an update may look at; the batches of an epoch are of
            one size within one example.
        learning_rate: At its highest, for a unit with a single input; see layer_rates.
        warm_up: Share of the updates during which it rises.
        decay: Of the weights, see AdamW.
        smoothing: Share of each target that is spread over all classes (label
            smoothing), so that a network does not learn to be too sure.
        reject: Where no class reaches this probability the decision is "unknown".

    Raises:
        ValueError: A number is out of range.
    """

    hidden: tuple[int, ...] = (12, 12, 12)
    dropout: float = 0.1
    # Few, large batches: two updates an epoch spread the learning over some hundred
    # epochs, so that it can be watched, and keep an epoch to some milliseconds.
    epochs: int = 500
    batch: int = 2000
    learning_rate: float = 0.25
    warm_up: float = 0.5
    decay: float = 0.3
    smoothing: float = 0.05
    reject: float = REJECT

    def __post_init__(self) -> None:
        if self.epochs < 0 or self.batch < 1:
            raise ValueError(
                f"expected epochs >= 0 and batch >= 1, got {self.epochs}, {self.batch}"
            )


PRESETS = {
    "default": Recipe(),
    "nn-plot": Recipe(
        epochs=251,
        batch=10**9,
        learning_rate=1e-3,
        warm_up=0.0,
        decay=0.0,
        smoothing=0.0,
    ),
}


def recipe_of(preset: str, said: Mapping[str, Any]) -> Recipe:
    """Change what was said of a preset's numbers.

    Raises:
        UsageError: There is no such preset.
    """
    if preset not in PRESETS:
        raise UsageError(f"expected --preset {' or '.join(PRESETS)}, got {preset!r}")
    changes: dict[str, Any] = dict(said)
    if "hidden" in changes:  # JSON knows no tuples
        changes["hidden"] = tuple(changes["hidden"])
    return replace(PRESETS[preset], **changes)
