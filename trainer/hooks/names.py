"""Names of metrics in loops of PyTorch, and those that viewers know."""

from collections.abc import Mapping

from trainer.hooks.watch import Number

NAMES = {
    "train_loss": "loss",
    "val_loss": "held_out_loss",
    "acc": "accuracy",
    "train_acc": "accuracy",
    "train_accuracy": "accuracy",
    "val_acc": "held_out_accuracy",
    "val_accuracy": "held_out_accuracy",
}


def renamed(numbers: Mapping[str, Number]) -> dict[str, Number]:
    """Give numbers the names that viewers know; others keep theirs, None is left out."""
    return {
        NAMES.get(name, name): number
        for name, number in numbers.items()
        if number is not None
    }
