"""Reads the fields of a decoded msgpack map, and judges each before it is used.

Every value is checked for its exact type first (a bool is no integer, a list is not
hashable), then for its bounds. Whatever is wrong becomes a DecodeError that says what
was expected, what came, and where.
"""

import math
import reprlib
from enum import StrEnum
from typing import NoReturn, TypeVar

from protocol import limits
from protocol.errors import DecodeError

Choice = TypeVar("Choice", bound=StrEnum)


class Fields:
    """One map of a header.

    Unknown keys are left alone: a newer minor version may have added them.
    """

    def __init__(self, value: object, where: str) -> None:
        """Take a map.

        Args:
            value: What msgpack made of the bytes.
            where: The place that errors name, such as "welcome.manifest".
        """
        if type(value) is not dict:
            wrong("a map", value, where)
        self._values: dict[object, object] = value
        self._where = where

    def integer(self, name: str, *, low: int = 0, high: int = limits.INTEGER) -> int:
        """Return an integer from `low` to `high`."""
        return integer(self._values.get(name), self.at(name), low=low, high=high)

    def integers(self, name: str, *, high: int, most: int) -> tuple[int, ...]:
        """Return at most `most` integers from 1 to `high`."""
        values = self.items(name, most)
        return tuple(integer(v, self.at(name), low=1, high=high) for v in values)

    def number(self, name: str) -> float:
        """Return a finite float."""
        value = self._values.get(name)
        if type(value) is int:
            return float(value)
        if type(value) is not float or not math.isfinite(value):
            wrong("a finite number", value, self.at(name))
        return value

    def text(self, name: str, most: int) -> str:
        """Return a text of at most `most` UTF-8 bytes."""
        return text(self._values.get(name), self.at(name), most=most)

    def texts(self, name: str, *, most: int) -> tuple[str, ...]:
        """Return at most `most` names."""
        values = self.items(name, most)
        return tuple(text(v, self.at(name), most=limits.NAME_BYTES) for v in values)

    def binary(self, name: str, size: int) -> bytes:
        """Return exactly `size` bytes."""
        value = self._values.get(name)
        if type(value) is not bytes or len(value) != size:
            wrong(f"{size} bytes", value, self.at(name))
        return value

    def choice(self, name: str, of: type[Choice]) -> Choice:
        """Return a member of an enumeration of texts."""
        value = self._values.get(name)
        known = [member.value for member in of]
        if type(value) is not str or value not in known:
            wrong("one of " + ", ".join(known), value, self.at(name))
        return of(value)

    def choices(self, name: str, of: type[Choice], most: int) -> tuple[Choice, ...]:
        """Return the known ones among at most `most` texts; none where it is nil."""
        names = () if self.lacks(name) else self.texts(name, most=most)
        return tuple(member for member in of if member.value in names)

    def items(self, name: str, most: int) -> list[object]:
        """Return a list of at most `most` values, not yet judged."""
        value = self._values.get(name)
        if type(value) is not list or len(value) > most:
            wrong(f"a list of at most {most}", value, self.at(name))
        return value

    def fields(self, name: str) -> "Fields":
        """Return the map of that name."""
        return Fields(self._values.get(name), self.at(name))

    def maps(self, name: str, most: int) -> "list[Fields]":
        """Return a list of at most `most` maps."""
        return [
            Fields(value, f"{self.at(name)}[{i}]")
            for i, value in enumerate(self.items(name, most))
        ]

    def lacks(self, name: str) -> bool:
        """Whether the field is nil or not there."""
        return self._values.get(name) is None

    def at(self, name: str) -> str:
        """Name a field for an error."""
        return f"{self._where}.{name}"


def integer(value: object, where: str, *, low: int, high: int) -> int:
    """Judge one integer."""
    if type(value) is not int or not low <= value <= high:
        wrong(f"an integer from {low} to {high}", value, where)
    return value


def text(value: object, where: str, *, most: int) -> str:
    """Judge one text."""
    # msgpack has decoded it as UTF-8, so it can be encoded again.
    if type(value) is not str or len(value.encode()) > most:
        wrong(f"text of at most {most} bytes", value, where)
    return value


def wrong(expected: str, got: object, where: str) -> NoReturn:
    """Raise the DecodeError for a value that is not what was expected."""
    raise DecodeError(f"expected {expected}, got {reprlib.repr(got)} - at {where}")
