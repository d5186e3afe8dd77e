from itertools import pairwise

import numpy as np
import pytest

from viewer.palette import THEMES, Theme, rgb


def luminance(colour: tuple[int, int, int]) -> float:
    """Relative luminance, WCAG 2.1."""
    shares = np.array(colour) / 255
    linear = np.where(
        shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4
    )
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(one: tuple[int, int, int], other: tuple[int, int, int]) -> float:
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.fixture(params=THEMES.values(), ids=list(THEMES))
def theme(request: pytest.FixtureRequest) -> Theme:
    chosen: Theme = request.param
    return chosen


def test_colour_codes_are_read_as_red_green_blue() -> None:
    assert rgb("#4CC2FF") == (0x4C, 0xC2, 0xFF)


def test_words_stand_out_from_the_background(theme: Theme) -> None:
    assert contrast(theme.ink, theme.background) > 12
    assert contrast(theme.dim, theme.background) > 4.5
    assert contrast(theme.faint, theme.background) > 3


def test_saturation_grows_steadily_away_from_the_background(theme: Theme) -> None:
    ramp = theme.saturation
    distance = [
        abs(luminance(tuple(c)) - luminance(theme.background)) for c in ramp[::16]
    ]

    assert ramp.shape == (256, 3)
    assert all(a < b for a, b in pairwise(distance))
