from collections.abc import Callable
from pathlib import Path

import pytest

from viewer.errors import ViewerError
from viewer.paints import Frame
from viewer.sinks.film import FPS, FPS_OF_LARGE, Film

SIZE = (320, 180)
Make = Callable[..., Frame]
Decode = Callable[[Path], list[Frame]]


def test_film_is_as_long_as_it_took(
    tmp_path: Path, frame: Make, decode: Decode
) -> None:
    path = tmp_path / "x.mp4"
    film = Film(path, SIZE, 100.0)

    for number in range(11):
        film.take(frame(number), 100.0 + number / 10)
    film.close()

    assert len(decode(path)) == FPS + 1


def test_film_shows_a_frame_until_the_next_one(
    tmp_path: Path, frame: Make, decode: Decode
) -> None:
    path = tmp_path / "x.mp4"
    film = Film(path, SIZE, 0.0)

    film.take(frame(0), 0.0)
    film.take(frame(30), 0.1)
    film.close()

    bright = [int(picture[90, 124, 1]) > 100 for picture in decode(path)]
    assert bright == [False] + [True] * 6


def test_film_takes_no_more_frames_than_it_shows(
    tmp_path: Path, frame: Make, decode: Decode
) -> None:
    path = tmp_path / "x.mp4"
    film = Film(path, SIZE, 0.0)

    for number in range(200):
        film.take(frame(number), number / 1000)
    film.close()

    assert len(decode(path)) == 12


def test_film_cuts_a_picture_of_an_odd_size(
    tmp_path: Path, frame: Make, decode: Decode
) -> None:
    path = tmp_path / "x.mp4"
    film = Film(path, (321, 181), 0.0)

    film.take(frame(0, (321, 181)), 0.0)
    film.close()

    assert decode(path)[0].shape == (180, 320, 3)


def test_film_gives_up_where_frames_come_too_late(tmp_path: Path, frame: Make) -> None:
    film = Film(tmp_path / "x.mp4", SIZE, 0.0)
    film.take(frame(0), 0.0)

    with pytest.raises(ViewerError, match="it was held up for 2 s"):
        film.take(frame(1), 3.0)
    film.close()


def test_film_of_a_large_picture_has_fewer_frames(
    tmp_path: Path, frame: Make, decode: Decode
) -> None:
    path, size = tmp_path / "x.mp4", (2560, 1440)
    film = Film(path, size, 0.0)

    film.take(frame(0, size), 0.0)
    film.take(frame(1, size), 0.1)
    film.close()

    assert len(decode(path)) == 1 + FPS_OF_LARGE // 10


def test_film_without_a_frame_leaves_no_file(tmp_path: Path) -> None:
    Film(tmp_path / "x.mp4", SIZE, 0.0).close()

    assert list(tmp_path.iterdir()) == []


def test_film_says_that_it_cannot_be_written(tmp_path: Path, frame: Make) -> None:
    film = Film(tmp_path / "gone" / "x.mp4", SIZE, 0.0)

    with pytest.raises(ViewerError, match="cannot write"):  # noqa: PT012
        film.take(frame(0), 0.0)
        film.close()
