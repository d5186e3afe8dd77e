"""Where things are: boxes in pixels, for any size of frame."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels, y downwards, left and top inside, right and bottom not."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        """Pixels across."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """Pixels down."""
        return self.bottom - self.top

    @property
    def slices(self) -> tuple[slice, slice]:
        """Rows and columns, to cut the box out of a frame."""
        return slice(self.top, self.bottom), slice(self.left, self.right)


@dataclass(frozen=True, slots=True)
class Layout:
    """Places of all panels in a frame of `width` x `height` pixels.

    Every measure is a share of the page, or pixels at 720 lines times `scale`.

    Attributes:
        decides: Whether room is kept for what is decided about held-out examples.
    """

    width: int
    height: int
    decides: bool = False

    # Width by height between which the page is all of the frame.
    narrowest: ClassVar[float] = 1.25
    widest: ClassVar[float] = 2.6

    @property
    def page(self) -> Box:
        """What panels share: the frame, or its middle where that is drawn out."""
        width = min(self.width, round(self.height * self.widest))
        height = min(self.height, round(self.width / self.narrowest))
        left, top = (self.width - width) // 2, (self.height - height) // 2
        return Box(left, top, left + width, top + height)

    @property
    def scale(self) -> float:
        """Size of text and discs; 1 at 1280x720."""
        return min(self.page.width / 1280, self.page.height / 720)

    def px(self, size: float) -> float:
        """Scale a size given in pixels at 720 lines."""
        return size * self.scale

    def x(self, share: float) -> int:
        """Column at a share of the page's width."""
        return self.page.left + round(share * self.page.width)

    def y(self, share: float) -> int:
        """Row at a share of the page's height, counted from the top."""
        return self.page.top + round(share * self.page.height)

    @property
    def margins(self) -> tuple[int, int]:
        """Left and right edge of everything."""
        return self.x(0.028), self.x(0.972)

    @property
    def header(self) -> float:
        """Row of the title and the counters."""
        return self.y(0.065)

    @property
    def left_column(self) -> tuple[int, int]:
        """Columns of the picture and the curves."""
        return self.x(0.028), self.x(0.186)

    @property
    def picture(self) -> Box:
        """The example; a square."""
        left, right = self.left_column
        side = min(right - left, round(0.281 * self.page.height))
        return Box(left, self.y(0.145), left + side, self.y(0.145) + side)

    @property
    def caption(self) -> tuple[int, int]:
        """Columns of the words below the picture."""
        return self.picture.left, self.picture.right

    @property
    def loss(self) -> Box:
        """Axes of the loss curve, labels not included."""
        return self._curve(0.516, 0.086) if self.decides else self._curve(0.545, 0.13)

    @property
    def accuracy(self) -> Box:
        """Axes of the accuracy curve, labels not included."""
        return self._curve(0.68, 0.086) if self.decides else self._curve(0.765, 0.13)

    def _curve(self, top: float, high: float) -> Box:
        left, right = self.left_column
        return Box(left, self.y(top), right, self.y(top + high))

    @property
    def decided(self) -> Box | None:
        """What is decided about held-out examples, a title above not included."""
        if not self.decides:
            return None
        left, right = self.left_column
        return Box(left, self.y(0.855), right, self.y(0.985))

    @property
    def network(self) -> Box:
        """The drawn network: first and last column of units are its sides."""
        return Box(self.x(0.262), self.y(0.131), self.x(0.795), self.y(0.845))

    @property
    def classes(self) -> Box:
        """Rows of the classes; beside the output units where it is the network's."""
        return self.network

    @property
    def names(self) -> tuple[float, float] | None:
        """Rows of the layers' names and sizes; None for right below each layer."""
        return self.y(0.895), self.y(0.921)

    @property
    def track(self) -> Box:
        """The line of the phase track and the words below it."""
        return Box(self.network.left, self.y(0.953), self.network.right, self.y(0.974))

    @property
    def legend(self) -> Box:
        """What the colours and marks mean."""
        return Box(self.outputs[0], self.y(0.86), self.outputs[1], self.y(0.995))

    @property
    def outputs(self) -> tuple[int, int]:
        """Columns of the classes and their bars."""
        return self.x(0.826), self.x(0.972)

    @property
    def plane(self) -> Box:
        """The class map: 800 pixels high at 1080 lines, so that one of 800 fits."""
        return Box(self.x(0.291), self.y(0.112), self.x(0.709), self.y(0.855))

    @property
    def plane_classes(self) -> Box:
        """The classes right of the class map, each with its share."""
        return Box(self.x(0.742), self.y(0.122), self.x(0.972), self.y(0.815))

    @property
    def plane_curves(self) -> tuple[Box, Box, Box]:
        """Axes of three curves left of the class map, labels not included."""
        left, right = self.x(0.028), self.x(0.258)
        first, second, third = (
            Box(left, self.y(top), right, self.y(top + 0.17))
            for top in (0.147, 0.4, 0.653)
        )
        return first, second, third

    @property
    def plane_foot(self) -> float:
        """Row of the words on how the map is drawn, below the classes."""
        return self.plane_curves[-1].bottom + self.px(16)

    @property
    def filmstrip(self) -> Box:
        """Past class maps along the bottom, numbers above them not included."""
        left, right = self.margins
        return Box(left, self.y(0.898), right, self.y(0.982))
