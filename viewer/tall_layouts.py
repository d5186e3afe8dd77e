"""Where things are in frames about as high as wide, or higher."""

from dataclasses import dataclass
from typing import ClassVar

from viewer.layout import Box, Layout


@dataclass(frozen=True, slots=True)
class TallLayout(Layout):
    """Columns of discs above all else, for frames about as high as wide, or higher."""

    narrowest: ClassVar[float] = 0.6

    @property
    def scale(self) -> float:
        """Size of text and discs; 1 at 900x900."""
        return min(self.page.width, self.page.height) / 900

    def _up(self, size: float) -> int:
        """Row so many pixels at scale 1 above the foot."""
        return round(self.page.bottom - self.px(size))

    @property
    def header(self) -> float:
        """Row of the title and the counters."""
        return self.page.top + self.px(44)

    @property
    def picture(self) -> Box:
        """The example; a square."""
        left, side = self.margins[0], round(self.px(178))
        return Box(left, self._up(238), left + side, self._up(238) + side)

    @property
    def _curves_left(self) -> int:
        return round(self.picture.right + self.px(36))

    @property
    def loss(self) -> Box:
        """Axes of the loss curve."""
        left, right = self._curves_left, self.outputs[0] - self.px(60)
        if self.decided is not None:
            right = self.decided.left - self.px(48)
        wide = round((right - left - self.px(48)) / 2)
        return Box(left, self._up(206), left + wide, self._up(82))

    @property
    def accuracy(self) -> Box:
        """Axes of the accuracy curve."""
        loss = self.loss
        left = round(loss.right + self.px(48))
        return Box(left, loss.top, left + loss.width, loss.bottom)

    @property
    def decided(self) -> Box | None:
        """Right of the curves, numbers below the matrix."""
        if not self.decides:
            return None
        right = round(self.outputs[0] - self.px(40))
        return Box(right - round(self.px(104)), self._up(211), right, self._up(30))

    @property
    def network(self) -> Box:
        """First and last column of units are its sides."""
        left = round(self.margins[0] + self.px(38))
        return Box(left, self._network_top, self._network_right, self._up(376))

    @property
    def _network_top(self) -> int:
        return round(self.page.top + self.px(100))

    @property
    def _network_right(self) -> int:
        return round(self.outputs[0] - self.px(40))

    @property
    def names(self) -> tuple[float, float] | None:
        """Rows of the layers' names and sizes."""
        return self._up(340), self._up(321)

    @property
    def track(self) -> Box:
        """The line of the phase track and the words below it."""
        left, right = self.margins
        return Box(left, self._up(290), right, self._up(275))

    @property
    def legend(self) -> Box:
        """What the colours and marks mean."""
        return Box(self.outputs[0], self._up(240), self.outputs[1], self._up(60))

    @property
    def outputs(self) -> tuple[int, int]:
        """Columns of the classes and their bars."""
        right = self.margins[1]
        return round(right - self.px(190)), right


@dataclass(frozen=True, slots=True)
class TallPlateLayout(TallLayout):
    """Plates above all else; the input is one of them."""

    @property
    def network(self) -> Box:
        """From the left margin to the outputs."""
        left, bottom = self.margins[0], self._up(352)
        return Box(left, self._network_top, self._network_right, bottom)

    @property
    def names(self) -> None:
        """Right below each layer."""
        return

    @property
    def _curves_left(self) -> int:
        return self.margins[0]


@dataclass(frozen=True, slots=True)
class TallPlaneLayout(TallLayout):
    """A class map with its classes beside it, curves and past maps below."""

    narrowest: ClassVar[float] = 0.8

    @property
    def plane(self) -> Box:
        """The class map."""
        right = round(self.outputs[0] - self.px(32))
        return Box(self.margins[0], self._network_top, right, self._up(274))

    @property
    def network(self) -> Box:
        """The class map."""
        return self.plane

    @property
    def plane_classes(self) -> Box:
        """The classes right of the class map."""
        left, right = self.outputs
        return Box(left, round(self._network_top + self.px(8)), right, self._up(315))

    @property
    def plane_curves(self) -> tuple[Box, Box, Box]:
        """Axes of three curves in a row below the class map."""
        left, right = self.margins
        wide = round((right - left - self.px(3 * 44)) / 3)
        first, second, third = (
            Box(at, self._up(222), at + wide, self._up(140))
            for at in (round(left + k * (wide + self.px(44))) for k in range(3))
        )
        return first, second, third

    @property
    def plane_foot(self) -> float:
        """Row of the words on how the map is drawn."""
        return self._up(282)

    @property
    def filmstrip(self) -> Box:
        """Past class maps along the bottom, numbers above them not included."""
        left, right = self.margins
        return Box(left, self._up(84), right, self._up(18))
