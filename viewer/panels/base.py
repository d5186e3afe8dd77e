"""What a panel is."""

from typing import Protocol

from viewer.scene import Scene


class Panel(Protocol):
    """A part of the frame; made from a Canvas and a Manifest.

    Its constructor adds axes, if it has any; then the figure is rasterised, then
    `prepare` paints what never changes, then `paint` is called for every frame.
    """

    def prepare(self) -> None:
        """Paint what does not change in a run."""

    def paint(self, scene: Scene) -> None:
        """Paint what changed since the last call."""
