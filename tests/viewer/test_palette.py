from collections.abc import Sequence
from itertools import combinations, pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from viewer.palette import THEMES, Colour, Theme, _lab, rgb


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


def test_coloured_words_stand_out_from_the_background(theme: Theme) -> None:
    for colour in (theme.positive, theme.negative, theme.correct, theme.wrong):
        assert contrast(colour, theme.background) > 4.5


def test_saturation_grows_steadily_away_from_the_background(theme: Theme) -> None:
    ramp = theme.saturation
    distance = [
        abs(luminance(tuple(c)) - luminance(theme.background)) for c in ramp[::16]
    ]

    assert ramp.shape == (256, 3)
    assert all(a < b for a, b in pairwise(distance))


# How sRGB, made linear, reaches eyes that lack one kind of cone. Source: Machado,
# Oliveira, Fernandes, A physiologically-based model, 2009, severity 1.
EYES = {
    "usual": np.eye(3),
    "deuteranopia": np.array(
        [[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]]
    ),
    "protanopia": np.array(
        [[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]]
    ),
    "tritanopia": np.array(
        [[1.256, -0.077, -0.179], [-0.078, 0.931, 0.148], [0.005, 0.691, 0.304]]
    ),
}

GROUPS = tuple(f"group {k}" for k in range(30))


def seen(colours: Sequence[Colour], eyes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Convert colours to CIELAB as these eyes see them, shape (n, 3)."""
    shares = np.array(colours) / 255
    linear = np.where(
        shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4
    )
    seen = np.clip(linear @ eyes.T, 0, 1)
    shares = np.where(
        seen <= 0.0031308, seen * 12.92, 1.055 * seen ** (1 / 2.4) - 0.055
    )
    return _lab(shares)


def nearest(colours: Sequence[Colour], eyes: NDArray[np.float64]) -> float:
    """Distance of the two colours that look most alike, in CIELAB (CIE76)."""
    lab = seen(colours, eyes)
    return min(float(np.linalg.norm(a - b)) for a, b in combinations(lab, 2))


@pytest.mark.parametrize("eyes", EYES.values(), ids=list(EYES))
def test_signs_of_weights_differ_for_all_eyes(
    theme: Theme, eyes: NDArray[np.float64]
) -> None:
    assert nearest([theme.positive, theme.negative], eyes) > 80


@pytest.mark.parametrize("eyes", EYES.values(), ids=list(EYES))
def test_saturation_has_one_order_for_all_eyes(
    theme: Theme, eyes: NDArray[np.float64]
) -> None:
    some = [tuple(colour) for colour in theme.saturation[::15].tolist()]

    lab = seen(some, eyes)

    brighter = np.diff(lab[:, 0]) * (1 if theme.glows else -1)
    step = np.linalg.norm(np.diff(lab, axis=0), axis=1)
    assert brighter.min() > 1.5
    assert step.min() > 2


def test_saturation_has_even_steps(theme: Theme) -> None:
    some = [tuple(colour) for colour in theme.saturation[::15].tolist()]

    step = np.linalg.norm(np.diff(seen(some, EYES["usual"]), axis=0), axis=1)

    assert step.max() / step.min() < 1.25


@pytest.mark.parametrize("eyes", EYES.values(), ids=list(EYES))
def test_four_classes_and_none_differ_for_all_eyes(
    theme: Theme, eyes: NDArray[np.float64]
) -> None:
    colours = [*theme.class_colours(GROUPS[:4]), theme.unclassified]

    assert nearest(colours, eyes) > 25


def test_twelve_classes_and_none_differ(theme: Theme) -> None:
    colours = [*theme.class_colours(GROUPS[:12]), theme.unclassified]

    assert nearest(colours, EYES["usual"]) > 20


def test_colours_come_again_where_there_are_more_classes(theme: Theme) -> None:
    colours = theme.class_colours(GROUPS)

    assert len(colours) == 30
    assert colours[12] == colours[0]


def test_classes_named_after_colours_have_them(theme: Theme) -> None:
    assert theme.class_colours(("red", "Blue")) == ((255, 0, 0), (0, 0, 255))
    assert theme.class_colours(("red", "round")) == theme.class_colours(GROUPS[:2])
