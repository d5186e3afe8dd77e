"""One gap between two layers on the frame: edges at rest, and light that passes.

How it works: the gap has a picture before the light, one behind it and a lit one.
Each column knows what was painted on it; only columns that are to look different are
painted, those under the light mixed of all three pictures.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from viewer.easing import ease

Image = NDArray[np.uint8]
Floats = NDArray[np.floating]
_FULL = 128  # a whole share
_MIXED, _LEFT_ALONE, _UNKNOWN = -1, -2, -(10**6)


class Light(Protocol):
    """What lights a gap, and how far it has changed it."""

    def gain(self, columns: Floats) -> Floats:
        """Share of the lit picture in each column, 0 to 1."""

    def passed(self, columns: Floats) -> Floats:
        """Share of the picture behind the light in each column, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Wave:
    """Light that runs through.

    Attributes:
        position: Column of its front.
        tail: Pixels behind the front over which its light fades.
        head: Pixels around the front that shine most.
        direction: 1 when it runs forward, -1 when it runs back.
    """

    position: float
    tail: float
    head: float
    direction: int

    def gain(self, columns: Floats) -> Floats:
        """Share of the lit picture in each column, 0 to 1."""
        behind = (self.position - columns) * self.direction
        tail = 0.8 * np.exp(-((np.maximum(behind, 0) / self.tail) ** 2))
        near = np.exp(-((behind / self.head) ** 2))
        return np.asarray(np.maximum(tail * (behind >= 0), near))

    def passed(self, columns: Floats) -> Floats:
        """Share of the picture behind the wave in each column, 0 to 1."""
        behind = (self.position - columns) * self.direction
        return ease(np.clip(behind / (2 * self.head) + 0.5, 0, 1))


@dataclass(frozen=True, slots=True)
class Fade:
    """No light: all columns change together.

    Attributes:
        share: How far they have, 0 to 1.
    """

    share: float

    def gain(self, columns: Floats) -> Floats:
        """Nothing is lit."""
        return np.zeros(len(columns))

    def passed(self, columns: Floats) -> Floats:
        """Share of the following picture, the same everywhere."""
        return np.full(len(columns), self.share)


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A picture of a gap.

    Attributes:
        image: Shape (rows, columns, 4), RGBA.
        number: Tells two pictures apart; from 1.
    """

    image: Image
    number: int


class Gap:
    """The columns of one gap, and what is painted on each of them."""

    def __init__(self, pixels: Image, left: int, top: int, shape: tuple[int, int]):
        """Take the place whose corner is (left, top), shape (rows, columns)."""
        rows, columns = shape
        self.left = left
        self._region = pixels[top : top + rows, left : left + columns]
        self._columns = np.arange(left, left + columns, dtype=np.float64)
        self._painted = np.full(columns, _UNKNOWN, np.int64)
        self._wanted = self._painted
        self._stale = np.zeros(columns, bool)
        self._gain = self._passed = np.zeros(columns, np.int16)
        self._pictures: tuple[Picture, Picture, Picture] | None = None

    @property
    def right(self) -> int:
        """First column after the gap."""
        return self.left + len(self._columns)

    def plan(
        self, light: Light, before: Picture, behind: Picture, lit: Picture
    ) -> None:
        """Find the columns to paint.

        Args:
            light: What passes.
            before: Where it has not been.
            behind: Where it has passed.
            lit: Under it.
        """
        gain = np.rint(light.gain(self._columns) * _FULL).astype(np.int16)
        passed = np.rint(light.passed(self._columns) * _FULL).astype(np.int16)
        if before.number == behind.number:
            passed[:] = 0
        mixed = (gain > 0) | ((passed > 0) & (passed < _FULL))
        settled = np.where(passed >= _FULL // 2, behind.number, before.number)
        mix = (gain.astype(np.int64) * (_FULL + 1) + passed) + 1
        wanted = np.where(mixed, -mix, settled)
        stale = wanted != self._painted
        pictures = before, behind, lit
        if self._pictures is None or _numbers(pictures) != _numbers(self._pictures):
            stale |= mixed
        self._wanted, self._stale, self._pictures = wanted, stale, pictures
        self._gain, self._passed = gain, passed

    def is_stale(self, left: int, right: int) -> bool:
        """Whether any frame column from left to right will be painted."""
        return bool(self._stale[self._clip(left, right)].any())

    def spoil(self, left: int, right: int) -> None:
        """Paint these frame columns again whatever is on them."""
        self._stale[self._clip(left, right)] = True

    def forget(self) -> None:
        """Paint everything again: something else was painted here."""
        self._painted = np.full(len(self._columns), _UNKNOWN, np.int64)

    def paint(self) -> None:
        """Paint the stale columns; nothing before the first plan."""
        if self._pictures is None or not self._stale.any():
            return
        before, behind, lit = self._pictures
        for part, kind in self._runs():
            if kind == _MIXED:
                images = before.image, behind.image, lit.image
                self._region[:, part] = self._mix(part, *images)
            else:
                settled = behind if kind == behind.number else before
                self._region[:, part] = settled.image[:, part]
        self._painted = self._wanted

    def _mix(
        self, part: slice, before: Image, behind: Image, lit: Image
    ) -> NDArray[np.int16]:
        # Four channels a column in one row: numpy is slow on short last axes.
        mixed = _flat(before, part).astype(np.int16)
        if behind is not before and self._passed[part].any():
            change = _flat(behind, part) - mixed
            change *= np.repeat(self._passed[part], 4)
            change >>= 7
            mixed += change
        if self._gain[part].any():
            change = _flat(lit, part) - mixed
            change *= np.repeat(self._gain[part], 4)
            change >>= 7
            mixed += change
        return mixed.reshape(len(mixed), -1, 4)

    def _runs(self) -> Iterator[tuple[slice, int]]:
        kinds = np.where(self._wanted < 0, _MIXED, self._wanted)
        kinds = np.where(self._stale, kinds, _LEFT_ALONE)
        cuts = np.flatnonzero(np.diff(kinds)) + 1
        for start, stop in pairwise([0, *cuts.tolist(), len(kinds)]):
            if self._stale[start]:
                yield slice(start, stop), int(kinds[start])

    def _clip(self, left: int, right: int) -> slice:
        return slice(max(left - self.left, 0), max(right - self.left, 0))


def _numbers(pictures: tuple[Picture, Picture, Picture]) -> tuple[int, ...]:
    return tuple(picture.number for picture in pictures)


def _flat(image: Image, part: slice) -> Image:
    return image.reshape(len(image), -1)[:, 4 * part.start : 4 * part.stop]
