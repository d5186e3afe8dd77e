"""Where things are: boxes in pixels, for any size of frame."""

from dataclasses import dataclass


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

    Every measure is a share of the frame, or pixels at 720 lines times `scale`.
    """

    width: int
    height: int

    @property
    def scale(self) -> float:
        """Size of text and discs; 1 at 1280x720."""
        return min(self.width / 1280, self.height / 720)

    def px(self, size: float) -> float:
        """Scale a size given in pixels at 720 lines."""
        return size * self.scale

    def x(self, share: float) -> int:
        """Column at a share of the width."""
        return round(share * self.width)

    def y(self, share: float) -> int:
        """Row at a share of the height, counted from the top."""
        return round(share * self.height)

    @property
    def margins(self) -> tuple[int, int]:
        """Left and right edge of everything."""
        return self.x(0.028), self.x(0.972)

    @property
    def left_column(self) -> tuple[int, int]:
        """Columns of the picture and the curves."""
        return self.x(0.028), self.x(0.186)

    @property
    def picture(self) -> Box:
        """The example; a square."""
        left, right = self.left_column
        side = min(right - left, self.y(0.281))
        return Box(left, self.y(0.145), left + side, self.y(0.145) + side)

    @property
    def loss(self) -> Box:
        """Axes of the loss curve, labels not included."""
        return Box(*self._curve(0.545))

    @property
    def accuracy(self) -> Box:
        """Axes of the accuracy curve, labels not included."""
        return Box(*self._curve(0.765))

    def _curve(self, top: float) -> tuple[int, int, int, int]:
        left, right = self.left_column
        return left, self.y(top), right, self.y(top + 0.13)

    @property
    def network(self) -> Box:
        """The drawn network: first and last column of units are its sides."""
        return Box(self.x(0.262), self.y(0.125), self.x(0.795), self.y(0.845))

    @property
    def classes(self) -> Box:
        """Rows of the classes; beside the output units where it is the network's."""
        return self.network

    @property
    def track(self) -> tuple[int, int]:
        """Columns of the phase track."""
        return self.network.left, self.network.right

    @property
    def legend(self) -> tuple[int, int]:
        """Columns of the legend."""
        return self.outputs

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
    def filmstrip(self) -> Box:
        """Past class maps along the bottom, numbers above them not included."""
        left, right = self.margins
        return Box(left, self.y(0.898), right, self.y(0.982))
