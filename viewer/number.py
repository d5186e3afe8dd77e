"""Numbers in few letters, those that are none included."""

from math import isfinite

from viewer.health import name_of

# Below it three decimals would say too little, from it on a number is too long.
_TINY, _HUGE = 0.0005, 99_999.5


def brief(value: float) -> str:
    """Write a number of any float32 in at most seven letters and a sign."""
    if not isfinite(value):
        return name_of(value)
    size = abs(value)
    if size and not _TINY <= size < _HUGE:
        return exponential(value)
    decimals = 3 if size < 99.9995 else 1 if size < 9999.95 else 0
    return f"{value:.{decimals}f}".replace("-", "−")


def exponential(value: float) -> str:
    """Write a number as "1.9e−3"."""
    mantissa, exponent = f"{value:.1e}".split("e")
    return f"{mantissa}e{int(exponent)}".replace("-", "−")


def short(value: float) -> str:
    """Write a number from 0 on in at most six letters, such as "950" or "61.2k"."""
    for power, letter in ((10**9, "G"), (10**6, "M"), (10**3, "k")):
        if value >= 0.99995 * power:
            return f"{value / power:.1f}{letter}"
    return f"{value:.0f}"


def in_seven(number: int) -> str:
    """Write a whole number, in at most seven letters where it has more digits."""
    return short(number) if number >= 10**7 else str(number)


def percent(share: float) -> str:
    """Write a share as "12.3%", or as what it is where it is no number."""
    return f"{share:.1%}" if isfinite(share) else name_of(share)
