from itertools import combinations

import numpy as np
import pytest

from viewer.layout import Box
from viewer.paint.mosaic import Mosaic, places_of
from viewer.palette import DARK, LIGHT

SIZES = [(1280, 720), (1920, 1080), (640, 360), (320, 200), (700, 1400), (3000, 300)]


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("count", [2, 3, 4])
def test_places_fill_the_frame_and_do_not_overlap(
    size: tuple[int, int], count: int
) -> None:
    places = places_of(size, count, 20)

    wholes = [
        Box(p.title.left, p.title.top, p.picture.right, p.picture.bottom)
        for p in places
    ]
    assert len(places) == count
    for box in wholes:
        assert 0 <= box.left < box.right <= size[0]
        assert 0 <= box.top < box.bottom <= size[1]
    for one, other in combinations(wholes, 2):
        across = min(one.right, other.right) - max(one.left, other.left)
        down = min(one.bottom, other.bottom) - max(one.top, other.top)
        assert across <= 0 or down <= 0
    assert max(box.right for box in wholes) == size[0]
    assert max(box.bottom for box in wholes) == size[1]


@pytest.mark.parametrize(
    ("size", "count", "columns"),
    [
        ((1280, 720), 2, 2),
        ((720, 1280), 2, 1),
        ((1280, 720), 4, 2),
        ((3840, 800), 3, 3),
        ((1280, 720), 3, 2),
    ],
)
def test_places_are_where_pictures_are_large(
    size: tuple[int, int], count: int, columns: int
) -> None:
    places = places_of(size, count, 20)

    assert len({place.title.left for place in places}) == columns


def test_pictures_and_titles_stay_in_their_places() -> None:
    mosaic = Mosaic((1280, 720), DARK, 2)
    left, right = mosaic.places
    before = mosaic.pixels.copy()
    picture = np.full((*left.size[::-1], 4), 200, np.uint8)

    mosaic.put(0, picture)
    mosaic.entitle(0, "a very long name of a source " * 9, "and long words " * 20)

    changed = (mosaic.pixels != before).any(axis=(0, 2)).nonzero()[0]
    assert changed.max() < right.title.left
    assert (mosaic.pixels[left.picture.slices] == 200).all()


def test_title_says_only_what_is_new() -> None:
    mosaic = Mosaic((1280, 720), DARK, 2)

    said = [mosaic.entitle(1, "b", words) for words in ("live", "live", "stale 3 s")]

    assert said == [True, False, True]
    assert not mosaic.entitle(1, "b", "stale 3 s")
    assert mosaic.entitle(1, "b", "stale 3 s", is_usual=True)


def test_dimmed_picture_is_half_the_background() -> None:
    mosaic = Mosaic((640, 360), LIGHT, 2)
    picture = np.full((*mosaic.places[0].size[::-1], 4), 20, np.uint8)
    picture[..., 3] = 255

    mosaic.put(0, picture, dimmed=True)

    pixel = mosaic.pixels[mosaic.places[0].picture.slices][5, 5]
    expected = [10 + channel // 2 for channel in LIGHT.background]
    assert pixel.tolist() == [*expected, 255]


@pytest.mark.parametrize("size", [(640, 360), (320, 200), (700, 200)], ids=str)
def test_small_picture_is_painted_large_and_made_smaller(
    size: tuple[int, int],
) -> None:
    mosaic = Mosaic(size, DARK, 2)
    place = mosaic.places[1]
    width, height = place.size
    picture = np.zeros((height, width, 4), np.uint8)
    picture[: height // 2] = 200

    mosaic.put(1, picture)

    shown = mosaic.pixels[place.picture.slices]
    assert width >= 636
    assert height >= 330
    assert width / height == pytest.approx(shown.shape[1] / shown.shape[0], abs=0.02)
    assert (shown[: shown.shape[0] // 2 - 1] == 200).all()
    assert not shown[shown.shape[0] // 2 + 1 :].any()
    middle = place.picture.left + place.picture.width / 2
    number, x, _ = mosaic.at(middle, place.picture.bottom - 1) or (None, 0, 0)
    assert number == 1
    assert x == pytest.approx(width / 2, abs=1)


def test_places_know_what_is_where() -> None:
    mosaic = Mosaic((1280, 720), DARK, 2)
    box = mosaic.places[1].picture

    assert mosaic.at(box.left + 3, box.top + 4) == (1, 3, 4)
    assert mosaic.at(box.left + 3, 2) == (1, 3, 2 - box.top)
    assert mosaic.at(639.5, 300) is None
