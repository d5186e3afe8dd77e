import numpy as np
import pytest
from PIL import Image, ImageDraw

from viewer.paint.fonts import file_of, font_of
from viewer.paint.text import (
    Label,
    Style,
    fit,
    longest_that_fits,
    mask,
    width,
)

PLAIN = Style(12)


def blank() -> np.ndarray:
    return np.zeros((40, 200, 4), np.uint8)


def test_text_is_left_alone_when_it_fits() -> None:
    assert fit("accuracy", PLAIN, 500) == "accuracy"


def test_text_ends_in_an_ellipsis_when_it_does_not_fit() -> None:
    shorter = fit("a very long class name", PLAIN, 60)

    assert shorter.endswith("…")
    assert width(shorter, PLAIN) <= 60


@pytest.mark.parametrize("style", [PLAIN, Style(12, mono=True)])
@pytest.mark.parametrize("text", ["\n", "a\nb", "\x1b[31m", "\u2029"])
def test_text_that_is_no_line_is_rendered_all_the_same(text: str, style: Style) -> None:
    assert mask(text, style)[0].any()


def test_shorter_wording_is_chosen_when_the_longer_does_not_fit() -> None:
    assert longest_that_fits(["held-out 0.1", "0.1"], PLAIN, 40) == "0.1"
    assert longest_that_fits(["held-out 0.1"], PLAIN, 10) == ""


def test_label_paints_inside_its_box_only() -> None:
    pixels = blank()

    label = Label(pixels, (20, 20), PLAIN)
    label.show("loss", (255, 255, 255))

    assert label.box is not None
    assert pixels[label.box.slices].any()
    pixels[label.box.slices] = 0
    assert not pixels.any()


def test_label_leaves_no_trace_when_it_is_cleared() -> None:
    pixels = blank()
    label = Label(pixels, (20, 20), PLAIN)

    label.show("loss", (255, 255, 255))
    label.show("", (255, 255, 255))

    assert not pixels.any()
    assert label.box is None


def test_label_ends_at_its_place_when_aligned_right() -> None:
    label = Label(blank(), (150, 20), PLAIN, align="right")

    label.show("100.0%", (255, 255, 255))

    assert label.box is not None
    assert abs(label.box.right - 150) <= 1


def test_capital_letters_are_centred_on_the_row() -> None:
    pixels = blank()

    Label(pixels, (20, 20), Style(20)).show("H", (255, 255, 255))

    rows = np.flatnonzero(pixels[..., 0].max(axis=1) > 128)
    assert abs((rows[0] + rows[-1]) / 2 - 20) <= 1


@pytest.mark.parametrize("size", [7, 9.5, 12.5, 13, 19, 27])
def test_letters_of_a_number_stand_on_one_line(size: float) -> None:
    style = Style(size, mono=True)

    point, digits = mask("4.4", style), mask("444", style)

    feet = [int(np.flatnonzero(m.max(axis=1))[-1]) - row for m, row in (point, digits)]
    assert feet[0] == feet[1]
    assert point[0].shape[1] == digits[0].shape[1]


def test_number_is_painted_as_if_it_were_rendered_at_once() -> None:
    font = font_of(file_of(bold=False, mono=True), 20)
    image = Image.new("L", (80, 40))
    ImageDraw.Draw(image).text((10, 30), "0.172", 255, font, anchor="ls")
    whole = np.asarray(image, np.uint16)[:, np.asarray(image).any(axis=0)]
    whole = whole[whole.any(axis=1)]

    joined, _ = mask("0.172", Style(20, mono=True))

    joined = joined[:, joined.any(axis=0)]
    joined = joined[joined.any(axis=1)]
    assert joined.shape == whole.shape
    np.testing.assert_array_equal(joined, whole + (whole >> 7))


def test_spaces_alone_are_a_text() -> None:
    assert not mask("  ", Style(12, mono=True))[0].any()
