"""Where things are in runs that need other room than columns of discs do."""

from dataclasses import dataclass

from protocol.messages import Manifest
from viewer.detail import is_deep, is_wide
from viewer.layout import Box, Layout
from viewer.plane import plane_of


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


@dataclass(frozen=True, slots=True)
class DeepLayout(PlateLayout):
    """A lens on some layers above all layers side by side; the rest lies below."""

    @property
    def lens(self) -> Box:
        """The panel behind the layers seen through the lens."""
        return Box(self.x(0.028), self.y(0.125), self.x(0.972), self.y(0.475))

    @property
    def network(self) -> Box:
        """First and last column of units in the lens are its sides."""
        inset = round(self.px(30))
        lens = self.lens
        bottom = lens.bottom - round(self.px(36))
        return Box(lens.left + inset, lens.top + inset // 2, lens.right - inset, bottom)

    @property
    def spectrogram(self) -> Box:
        """All layers, a column each."""
        return Box(self.x(0.028), self.y(0.53), self.x(0.972), self.y(0.632))

    @property
    def changes(self) -> Box:
        """How much the weights of each layer changed."""
        return Box(self.x(0.028), self.y(0.672), self.x(0.972), self.y(0.732))

    @property
    def picture(self) -> Box:
        """The example; a square."""
        side = min(self.y(0.1), self.x(0.1))
        left, top = self.x(0.32), self.y(0.8)
        return Box(left, top, left + side, top + side)

    @property
    def left_column(self) -> tuple[int, int]:
        """Columns of the picture's caption."""
        return self.x(0.32), self.x(0.42)

    @property
    def classes(self) -> Box:
        """The likeliest classes and their bars."""
        left, right = self.outputs
        return Box(left, self.y(0.79), right, self.y(0.93))

    @property
    def outputs(self) -> tuple[int, int]:
        """Columns of the classes and their bars."""
        return self.x(0.44), self.x(0.82)

    @property
    def legend(self) -> tuple[int, int]:
        """Columns of the legend."""
        return self.x(0.847), self.x(0.972)


@dataclass(frozen=True, slots=True)
class PlaneLayout(Layout):
    """A class map in the middle where a network would be."""

    @property
    def network(self) -> Box:
        """The class map."""
        return self.plane


def layout_of(manifest: Manifest, size: tuple[int, int]) -> Layout:
    """Choose the layout of a run's frame of (width, height) pixels."""
    if plane_of(manifest) is not None:
        return PlaneLayout(*size)
    if is_deep(manifest):
        return DeepLayout(*size)
    if is_wide(manifest):
        return PlateLayout(*size)
    return Layout(*size)
