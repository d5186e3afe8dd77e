"""What is said of a run before its first snapshot."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """What stays the same for a whole run, but for its arrays.

    Raises:
        ValueError: `every` is no whole number or less than 1.

    Attributes:
        name: Title of the run.
        classes: Names of the outputs, in their order; () where they are numbers.
        every: Epochs between two snapshots.
        epochs: Planned length; 0 where it is open.
        metrics: Names of numbers that may come later than the first snapshot.
        input_shape: (height, width) where the first layer is a picture, else ().
        kind: "mlp", or "space" for a class map of a plane.
        axis: What is counted, "epoch", "layer" or "example".
        unknown: Index of the class that means none of the others; None without one.
        reject: Where no other class is as likely as this it is unknown, too.
    """

    name: str = ""
    classes: tuple[str, ...] = ()
    every: int = 25
    epochs: int = 0
    metrics: tuple[str, ...] = ()
    input_shape: tuple[int, ...] = ()
    kind: str = "mlp"
    axis: str = "epoch"
    unknown: int | None = None
    reject: float = 0.0

    def __post_init__(self) -> None:
        if not hasattr(self.every, "__index__") or self.every < 1:
            raise ValueError(
                f"expected every to be at least 1, a whole number, got {self.every!r}"
            )

    def is_due(self, epoch: int) -> bool:
        """Whether a snapshot is taken after so many epochs, be it not the first one."""
        return epoch % self.every == 0 or (self.epochs > 0 and epoch == self.epochs)
