"""What a panel is."""

from typing import Protocol, runtime_checkable

from viewer.scene import Scene
from viewer.spot import Spot


class Panel(Protocol):
    """A part of the frame; made from a Canvas and a Manifest.

    Its constructor adds axes, if it has any; then the figure is rasterised, then
    `prepare` paints what never changes, then `paint` is called for every frame.
    """

    def prepare(self) -> None:
        """Paint what does not change in a run."""

    def paint(self, scene: Scene) -> None:
        """Paint what changed since the last call."""


@runtime_checkable
class Spots(Protocol):
    """A panel that can say what is at a pixel of it."""

    def spot(self, x: float, y: float) -> Spot | None:
        """Say what is at column x, row y of the frame painted last."""


@runtime_checkable
class Hurries(Protocol):
    """A panel that can leave work for the next frame rather than be late."""

    @property
    def is_finished(self) -> bool:
        """Whether nothing was left."""

    def hurry(self) -> None:
        """Never do more than one piece of long work in a frame from now on."""
