from pathlib import Path

import numpy as np
import pytest

from viewer.paint import fonts
from viewer.paint.fonts import file_of, pieces_of
from viewer.paint.text import Style, fit, mask, width

SANS = file_of(bold=False, mono=False)


@pytest.fixture
def forgetful() -> None:
    """Look for fonts anew."""
    fonts._file_with.cache_clear()


@pytest.mark.parametrize("text", ["circle", "кружок", "κύκλος – ✓ ✗ ← ×", ""])
def test_text_that_dejavu_has_is_one_piece(text: str) -> None:
    assert [file for _, file in pieces_of(text, SANS)] in ([], [SANS])


@pytest.mark.usefixtures("forgetful")
def test_letters_that_dejavu_lacks_are_of_an_installed_font(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    other = "/fonts/other.ttf"
    monkeypatch.setattr(fonts, "_installed", lambda: ("/fonts/first.ttf", other))
    monkeypatch.setattr(fonts, "_has", lambda file, letter: str(file) == other)

    pieces = pieces_of("a 円 b", SANS)

    assert pieces == [("a ", SANS), ("円", Path(other)), (" b", SANS)]


@pytest.mark.usefixtures("forgetful")
def test_letters_that_no_font_has_stay_boxes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "_installed", lambda: ("/fonts/gone.ttf",))

    assert pieces_of("円", SANS) == [("円", SANS)]
    assert mask("円", Style(13))[0].any()


@pytest.mark.usefixtures("forgetful")
def test_pieces_of_two_fonts_stand_beside_each_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bold = file_of(bold=True, mono=False)
    monkeypatch.setattr(fonts, "_installed", lambda: (str(bold),))
    monkeypatch.setattr(fonts, "_has", lambda file, letter: True)
    style = Style(20)

    alone = [mask(text, style)[0] for text in ("ab", "円")]
    both = mask("ab円", style)[0]

    assert both.shape[1] == pytest.approx(sum(x.shape[1] for x in alone), abs=5)
    assert both.sum() == pytest.approx(sum(x.sum() for x in alone), rel=0.02)


def test_very_long_text_is_cut_at_once() -> None:
    text = "a very long name " * 5000

    shorter = fit(text, Style(13), 300)

    assert shorter.endswith("…")
    assert 270 < width(shorter, Style(13)) <= 300
    assert np.all(mask(shorter, Style(13))[0] <= 256)
