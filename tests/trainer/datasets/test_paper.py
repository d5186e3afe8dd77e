from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from trainer.datasets import paper
from trainer.datasets.paper import BrokenPictureError, enlarged, read_ink, size_of

SHAPE = (20, 30)


@pytest.fixture
def ink() -> np.ndarray:
    strokes = np.zeros(SHAPE, np.uint8)
    strokes[1:19, 10:12] = 255
    return strokes


def grey(ink: np.ndarray) -> Image.Image:
    return Image.fromarray(255 - ink)


def film(ink: np.ndarray, lightness: int) -> Image.Image:
    """Draw on film, transparent where there is no ink."""
    colour = Image.new("L", SHAPE[::-1], lightness)
    return Image.merge("RGBA", [colour] * 3 + [Image.fromarray(ink)])


KINDS: dict[str, Callable[[np.ndarray], Image.Image]] = {
    "grey": grey,
    "grey on black": Image.fromarray,
    "16 bits": lambda ink: Image.fromarray((255 - ink).astype(np.uint16) * 257),
    "1 bit": lambda ink: grey(ink).convert("1"),
    "colour": lambda ink: grey(ink).convert("RGB"),
    "palette": lambda ink: grey(ink).convert("P"),
    "opaque RGBA": lambda ink: grey(ink).convert("RGBA"),
    "opaque LA": lambda ink: grey(ink).convert("LA"),
    "opaque RGBA on black": lambda ink: Image.fromarray(ink).convert("RGBA"),
    "black on film": lambda ink: film(ink, 0),
    "white on film": lambda ink: film(ink, 255),
    "grey paper": lambda ink: Image.fromarray(200 - ink // 2),
    "faint": lambda ink: Image.fromarray(255 - ink // 4),
}


@pytest.mark.parametrize("kind", KINDS)
def test_read_ink_finds_the_same_ink_in_pictures_of_all_kinds(
    tmp_path: Path, ink: np.ndarray, kind: str
) -> None:
    path = tmp_path / "drawing.png"
    KINDS[kind](ink).save(path)

    found = read_ink(path, SHAPE)

    np.testing.assert_allclose(found, ink / 255, atol=0.01)
    assert found.dtype == np.float32


def test_read_ink_takes_one_colour_of_a_palette_for_transparent(
    tmp_path: Path, ink: np.ndarray
) -> None:
    path = tmp_path / "drawing.png"
    grey(ink).convert("P").save(path, transparency=255)

    found = read_ink(path, SHAPE)

    np.testing.assert_allclose(found, ink / 255, atol=0.01)


def test_read_ink_reads_jpeg(tmp_path: Path, ink: np.ndarray) -> None:
    path = tmp_path / "drawing.jpg"
    grey(ink).save(path, quality=95)

    found = read_ink(path, SHAPE)

    np.testing.assert_allclose(found, ink / 255, atol=0.15)


def test_read_ink_turns_a_photograph_the_way_it_was_taken(
    tmp_path: Path, ink: np.ndarray
) -> None:
    path = tmp_path / "drawing.jpg"
    exif = Image.Exif()
    exif[paper.ORIENTATION] = 6
    grey(ink).save(path, exif=exif, quality=95)

    found = read_ink(path, size_of(path))

    assert size_of(path) == (30, 20)
    np.testing.assert_allclose(found, np.rot90(ink, -1) / 255, atol=0.15)


def test_read_ink_of_a_blank_sheet_is_nothing(tmp_path: Path) -> None:
    path = tmp_path / "blank.png"
    grain = np.random.default_rng(0).integers(235, 255, SHAPE).astype(np.uint8)
    Image.fromarray(grain).save(path)

    assert not read_ink(path, SHAPE).any()


@pytest.mark.parametrize("shape", [(10, 15), (40, 60), (100, 80), (8, 8), (1, 1)])
def test_read_ink_fits_a_picture_into_any_size(
    tmp_path: Path, ink: np.ndarray, shape: tuple[int, int]
) -> None:
    path = tmp_path / "drawing.png"
    grey(ink).save(path)

    found = read_ink(path, shape)

    assert found.shape == shape
    assert found.max() == 1


def test_read_ink_keeps_thin_lines_of_a_large_picture(tmp_path: Path) -> None:
    lines = np.zeros((1000, 1000), np.uint8)
    lines[500, 100:900] = 255
    path = tmp_path / "drawing.png"
    grey(lines).save(path)

    found = read_ink(path, (50, 50))

    assert found[25, 10:40].min() > 0.5
    assert found.max() == 1


def test_read_ink_keeps_proportions(tmp_path: Path) -> None:
    square = np.zeros((60, 90), np.uint8)
    square[4:56, 10:62] = 255
    path = tmp_path / "drawing.png"
    grey(square).save(path)

    found = read_ink(path, (30, 30))

    rows, columns = np.nonzero(found > 0.5)
    assert abs(np.ptp(rows) - 16) <= 1
    assert abs(np.ptp(columns) - 16) <= 1


def test_size_of_gives_height_then_width(tmp_path: Path, ink: np.ndarray) -> None:
    path = tmp_path / "drawing.png"
    grey(ink).save(path)

    assert size_of(path) == SHAPE


@pytest.mark.parametrize("read", [size_of, lambda path: read_ink(path, SHAPE)])
@pytest.mark.parametrize(
    ("content", "why"),
    [(b"", "not a PNG or JPEG"), (b"hello", "not a PNG or JPEG"), (None, "No such")],
)
def test_a_file_that_is_no_picture_is_broken(
    tmp_path: Path, read: Callable[[Path], object], content: bytes | None, why: str
) -> None:
    path = tmp_path / "drawing.png"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(BrokenPictureError, match=why):
        read(path)


def test_a_picture_cut_short_is_broken(tmp_path: Path, ink: np.ndarray) -> None:
    path = tmp_path / "drawing.png"
    grey(ink).save(path)
    path.write_bytes(path.read_bytes()[:60])

    with pytest.raises(BrokenPictureError, match="truncated"):
        read_ink(path, SHAPE)


def test_another_format_under_a_false_name_is_broken(
    tmp_path: Path, ink: np.ndarray
) -> None:
    path = tmp_path / "drawing.png"
    grey(ink).save(path, format="GIF")

    with pytest.raises(BrokenPictureError, match="not a PNG or JPEG"):
        read_ink(path, SHAPE)


def test_a_huge_picture_is_refused(
    tmp_path: Path, ink: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "drawing.png"
    grey(ink).save(path)
    monkeypatch.setattr(paper, "PIXELS", 599)

    with pytest.raises(BrokenPictureError, match="million pixels, got 30 x 20"):
        size_of(path)


def test_no_damage_to_a_file_does_more_than_break_the_picture(
    tmp_path: Path, ink: np.ndarray
) -> None:
    rng = np.random.default_rng(0)
    path = tmp_path / "drawing.png"
    film(ink, 0).save(path)
    whole = path.read_bytes()

    for _ in range(300):
        damaged = bytearray(whole)
        for place in rng.integers(len(damaged), size=3):
            damaged[place] = rng.integers(256)
        path.write_bytes(damaged)
        try:
            found = read_ink(path, size_of(path))
        except BrokenPictureError:
            continue
        assert np.isfinite(found).all()


def test_a_drawing_that_is_small_on_its_paper_is_enlarged(tmp_path: Path) -> None:
    paper = np.full((200, 300), 255, np.uint8)
    paper[150:170, 20:40] = 0
    Image.fromarray(paper).save(tmp_path / "small.png")

    ink = read_ink(tmp_path / "small.png", (40, 40))

    rows, columns = np.flatnonzero(ink.any(1)), np.flatnonzero(ink.any(0))
    assert (rows[0], rows[-1]) == (columns[0], columns[-1])
    assert 28 <= len(rows) <= 32


def test_a_drawing_that_fills_its_paper_keeps_its_size() -> None:
    ink = np.zeros((50, 50), np.float32)
    ink[10:40, 15:35] = 1

    np.testing.assert_array_equal(enlarged(ink), ink)


def test_a_blank_sheet_stays_blank() -> None:
    ink = np.full((20, 20), 0.1, np.float32)

    np.testing.assert_array_equal(enlarged(ink), ink)


def test_a_very_long_picture_takes_no_more_memory_than_others(tmp_path: Path) -> None:
    sheet = np.full((20, 200_000), 255, np.uint8)
    sheet[8:12, 5_000:80_000] = 0
    Image.fromarray(sheet).save(tmp_path / "long.png")

    ink = read_ink(tmp_path / "long.png", (20, 20))

    assert ink.max() == 1
    assert (ink[9:11] > 0).any()
    assert not ink[:8].any()
