"""Fonts: DejaVu, which comes with matplotlib, and for letters it lacks what is installed.

Only names of classes, layers and runs can have such letters: all else looks the same
everywhere.
"""

from functools import lru_cache
from itertools import groupby
from pathlib import Path

import matplotlib
from matplotlib.font_manager import fontManager
from matplotlib.ft2font import FT2Font
from PIL import ImageFont

_FOLDER = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
_SMALLEST_PX = 7.0  # below this DejaVu Sans cannot be read
_BOXES = "LastResort"  # a font that has a box for every letter


def file_of(*, bold: bool, mono: bool) -> Path:
    """Name the file of a DejaVu font."""
    family = "DejaVuSansMono" if mono else "DejaVuSans"
    return _FOLDER / (f"{family}-Bold.ttf" if bold else f"{family}.ttf")


@lru_cache(maxsize=128)
def font_of(file: Path, size: float) -> ImageFont.FreeTypeFont:
    """Open a font at a size in pixels."""
    return ImageFont.truetype(file, max(size, _SMALLEST_PX))


def pieces_of(text: str, file: Path) -> list[tuple[str, Path]]:
    """Cut a text into pieces of one font each: of `file` wherever it has the letters."""
    if text.isascii():
        return [(text, file)]
    grouped = groupby(text, key=lambda letter: _file_with(letter, file))
    return [("".join(letters), found) for found, letters in grouped]


@lru_cache(maxsize=4096)
def _file_with(letter: str, file: Path) -> Path:
    """Find a font that has a letter; `file` again where none has."""
    if ord(letter) in _letters(file):
        return file
    installed = (Path(name) for name in _installed())
    return next((found for found in installed if _has(found, letter)), file)


@lru_cache(maxsize=8)
def _letters(file: Path) -> frozenset[int]:
    return frozenset(FT2Font(str(file)).get_charmap())


@lru_cache(maxsize=1)
def _installed() -> tuple[str, ...]:
    """List the fonts of the machine, in an order that stays, regular ones first."""
    found = {(entry.weight != 400, entry.style != "normal", entry.fname)
             for entry in fontManager.ttflist if _BOXES not in entry.fname}  # fmt: skip
    return tuple(name for _, _, name in sorted(found))


def _has(file: Path, letter: str) -> bool:
    try:
        font = FT2Font(str(file))
        return bool(font.scalable and font.get_char_index(ord(letter)))
    except (OSError, RuntimeError):  # gone, or in a format that matplotlib cannot read
        return False
