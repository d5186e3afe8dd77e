import numpy as np

from viewer.paint.text import Label, Style, fit, longest_that_fits, width

PLAIN = Style(12)


def blank() -> np.ndarray:
    return np.zeros((40, 200, 4), np.uint8)


def test_text_is_left_alone_when_it_fits() -> None:
    assert fit("accuracy", PLAIN, 500) == "accuracy"


def test_text_ends_in_an_ellipsis_when_it_does_not_fit() -> None:
    shorter = fit("a very long class name", PLAIN, 60)

    assert shorter.endswith("…")
    assert width(shorter, PLAIN) <= 60


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
