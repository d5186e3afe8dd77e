"""Where things are in runs that need other room than columns of discs do."""

from dataclasses import dataclass
from typing import ClassVar

from protocol.messages import Manifest
from viewer.confusion import is_measured
from viewer.drawn import is_deep, is_wide
from viewer.layout import Box, Layout
from viewer.plane import plane_of
from viewer.tall_layouts import TallLayout, TallPlaneLayout, TallPlateLayout


@dataclass(frozen=True, slots=True)
class PlateLayout(Layout):
    """Plates across the frame; the input is one of them, the curves lie below."""

    @property
    def network(self) -> Box:
        """From the left margin to the outputs."""
        return Box(self.x(0.022), self.y(0.138), self.x(0.822), self.y(0.752))

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
        return Box(self.x(0.184), self.y(0.865), self.x(0.296), self.y(0.935))

    @property
    def names(self) -> None:
        """Right below each layer: plates differ in height."""
        return

    @property
    def decided(self) -> Box | None:
        """Between the curves and the phase track."""
        if not self.decides:
            return None
        return Box(self.x(0.345), self.y(0.858), self.x(0.49), self.y(0.985))

    @property
    def track(self) -> Box:
        """The phase track, right of the curves."""
        left = self.x(0.52 if self.decides else 0.32)
        return Box(left, self.y(0.953), self.x(0.82), self.y(0.974))


@dataclass(frozen=True, slots=True)
class DeepLayout(PlateLayout):
    """A lens on some layers above all layers side by side; the rest lies below."""

    narrowest: ClassVar[float] = 0.8

    @property
    def decided(self) -> None:
        """Nowhere: there is no room."""
        return

    @property
    def lens(self) -> Box:
        """The panel behind the layers seen through the lens."""
        return Box(self.x(0.028), self.y(0.142), self.x(0.972), self.y(0.482))

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
        side = round(0.1 * min(self.page.height, self.page.width))
        left, top = self.x(0.345), self.y(0.8)
        return Box(left, top, left + side, top + side)

    @property
    def caption(self) -> tuple[int, int]:
        """Columns of the picture's caption, wider than it is."""
        return self.x(0.345), self.x(0.432)

    @property
    def classes(self) -> Box:
        """The likeliest classes and their bars."""
        left, right = self.outputs
        return Box(left, self.y(0.79), right, self.y(0.93))

    @property
    def outputs(self) -> tuple[int, int]:
        """Columns of the classes and their bars."""
        return self.x(0.465), self.x(0.82)

    @property
    def legend(self) -> Box:
        """What the colours and marks mean."""
        return Box(self.x(0.847), self.y(0.86), self.x(0.972), self.y(0.995))


@dataclass(frozen=True, slots=True)
class PlaneLayout(Layout):
    """A class map in the middle where a network would be."""

    @property
    def network(self) -> Box:
        """The class map."""
        return self.plane


def layout_of(manifest: Manifest, size: tuple[int, int]) -> Layout:
    """Choose the layout of a run's frame of (width, height) pixels."""
    is_tall = size[0] < Layout.narrowest * size[1]
    if plane_of(manifest) is not None:
        return TallPlaneLayout(*size) if is_tall else PlaneLayout(*size)
    if is_deep(manifest):
        return DeepLayout(*size)
    make = TallLayout if is_tall else Layout
    if is_wide(manifest):
        make = TallPlateLayout if is_tall else PlateLayout
    return make(*size, is_measured(manifest))
