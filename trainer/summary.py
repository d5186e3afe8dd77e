"""What is said of any run at its end."""

from abc import ABC, abstractmethod
from dataclasses import asdict, dataclass
from typing import Any, Generic, TypeVar

from trainer.mark import Mark
from trainer.progress import count

AnyMark = TypeVar("AnyMark", bound=Mark)


@dataclass(kw_only=True, slots=True)
class Summary(ABC, Generic[AnyMark]):
    """How far a run came; filled while it goes on.

    Attributes:
        run: The run's name, hexadecimal.
        ended: "done", or "interrupted" as long as it is not.
        snapshots: How many were taken.
        dropped: How many of them could not be published.
        skipped: How many were left out for slow viewers, all viewers together.
        seconds: Since the run began, the waiting for viewers left out.
    """

    run: str = ""
    ended: str = "interrupted"
    snapshots: int = 0
    dropped: int = 0
    skipped: int = 0
    seconds: float = 0.0

    @abstractmethod
    def note(self, mark: AnyMark) -> None:
        """Take over where the run stands."""

    @abstractmethod
    def found(self) -> list[str]:
        """Say in a few words each how far it came and what came out."""

    def more(self) -> list[str]:
        """Say what needs lines of its own."""
        return []

    def as_dict(self) -> dict[str, Any]:
        """Give all that JSON can hold."""
        return asdict(self)

    def text(self) -> str:
        """Say all in some lines, the first of which says how the run ended."""
        if self.snapshots == 0:
            return f"{self.ended} before the first snapshot"
        words = [*self.found(), count(self.snapshots, "snapshot")]
        if self.dropped:
            words.append(f"{self.dropped} dropped")
        if self.skipped:
            words.append(f"{self.skipped} skipped for slow viewers")
        return "\n".join([f"{self.ended}: {', '.join(words)}", *self.more()])
