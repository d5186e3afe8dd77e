"""Numbers of bytes as people type them."""

import re

from protocol.errors import SizeError

_UNITS = {"": 1, "K": 2**10, "M": 2**20, "G": 2**30, "T": 2**40}
_SHAPE = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,6})?) ?([KMGT]?)(?:I?B)?")


def parse(text: str, least: int = 0) -> int:
    """Read a number of bytes, such as "512M", "1.5GiB" or "2 gb"; K is 1024.

    Raises:
        SizeError: It is none, or less than `least`.
    """
    found = _SHAPE.fullmatch(text.strip().upper())
    size = int(float(found[1]) * _UNITS[found[2]]) if found else -1
    if size < least:
        raise SizeError(f"expected {show(least)} or more, got {text!r}")
    return size


def show(size: int) -> str:
    """Write a number of bytes in the largest unit that it reaches: 1536 is "1.5K"."""
    unit = max((each for each in _UNITS.items() if each[1] <= max(1, size)), key=_scale)
    return f"{size / unit[1]:.4g}{unit[0]}"


def _scale(unit: tuple[str, int]) -> int:
    return unit[1]
