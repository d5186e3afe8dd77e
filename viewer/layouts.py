"""Where things are for networks that need more room than columns of discs."""

from dataclasses import dataclass

from protocol.messages import Manifest
from viewer.detail import is_deep, is_wide
from viewer.layout import Box, Layout


@dataclass(frozen=True, slots=True)
class PlateLayout(Layout):
    """Plates across the frame; the input is one of them, the curves lie below."""

    @property
    def network(self) -> Box:
        """From the left margin to the outputs."""
        return Box(self.x(0.022), self.y(0.145), self.x(0.822), self.y(0.775))

    @property
    def outputs(self) -> tuple[int, int]:
        """Columns of the classes and their bars."""
        return self.x(0.847), self.x(0.972)

    @property
    def loss(self) -> Box:
        """Axes of the loss curve."""
        return Box(self.x(0.028), self.y(0.865), self.x(0.14), self.y(0.935))

    @property
    def accuracy(self) -> Box:
        """Axes of the accuracy curve."""
        return Box(self.x(0.164), self.y(0.865), self.x(0.276), self.y(0.935))

    @property
    def track(self) -> tuple[int, int]:
        """Columns of the phase track, right of the curves."""
        return self.x(0.32), self.x(0.82)


def layout_of(manifest: Manifest, size: tuple[int, int]) -> Layout:
    """Choose the layout of a run's frame of (width, height) pixels."""
    if is_wide(manifest) and not is_deep(manifest):
        return PlateLayout(*size)
    return Layout(*size)
