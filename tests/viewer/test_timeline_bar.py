import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from viewer.palette import THEMES, Theme
from viewer.timeline_bar import BarView, Part, TimelineBar, bar_height, split

SIZES = [(1280, 720), (640, 360), (1920, 1080), (3840, 2160), (320, 180)]


def painted(
    view: BarView, theme: str = "dark", size: tuple[int, int] = (1280, 720)
) -> NDArray[np.uint8]:
    height = bar_height(*size)
    pixels = np.zeros((height, size[0], 4), np.uint8)
    TimelineBar(size[0], height, THEMES[theme]).paint(pixels, view)
    return pixels


def has(pixels: NDArray[np.uint8], colour: tuple[int, int, int]) -> bool:
    return bool((pixels[..., :3] == colour).all(axis=-1).any())


def place(share: float, size: tuple[int, int] = (1280, 720)) -> int:
    """Find the column of a share of the line."""
    bar = TimelineBar(size[0], bar_height(*size), THEMES["dark"])
    return min(range(size[0]), key=lambda x: abs(bar.share_at(x + 0.5) - share))


@given(st.integers(320, 4000), st.integers(180, 3000))
def test_a_window_for_a_picture_has_room_for_just_that_picture(
    width: int, height: int
) -> None:
    assert split(width, height + bar_height(width, height)) == height


@pytest.mark.parametrize("size", SIZES)
def test_parts_follow_each_other_from_left_to_right(size: tuple[int, int]) -> None:
    height = bar_height(*size)
    bar = TimelineBar(size[0], height, THEMES["dark"])

    parts = [bar.part_at(x, height / 2) for x in range(size[0])]

    order = list(dict.fromkeys(part for part in parts if part is not None))
    assert order == [Part.PLAY, Part.TRACK, Part.SPEED, Part.LIVE]
    assert parts.count(Part.TRACK) > size[0] / 5
    assert bar.part_at(size[0] / 2, -1) is None
    assert bar.part_at(size[0] / 2, height) is None


def test_line_is_the_planned_run_from_end_to_end() -> None:
    bar = TimelineBar(1280, 34, THEMES["dark"])

    shares = [bar.share_at(x) for x in range(1280)]

    assert (shares[0], shares[-1]) == (0, 1)
    assert shares == sorted(shares)


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
def test_playhead_is_where_the_moment_is(theme: Theme) -> None:
    row = painted(BarView(newest=0.8, now=0.5), theme.name)[17, :, :3]

    assert tuple(row[place(0.5)]) == theme.ink
    assert tuple(row[place(0.3)]) == theme.dim
    assert tuple(row[place(0.7)]) == theme.ring
    assert tuple(row[place(0.9)]) == theme.hairline


def test_every_snapshot_has_a_mark_where_there_is_room() -> None:
    marks = (0.1, 0.2, 0.3)

    plain = painted(BarView(newest=0.3))
    marked = painted(BarView(newest=0.3, marks=marks))

    changed = np.flatnonzero((plain != marked).any(axis=(0, 2)))
    for mark in marks:
        assert np.abs(changed - place(mark)).min() <= 1


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
def test_button_is_lit_while_live(theme: Theme) -> None:
    lit = painted(BarView(is_lit=True), theme.name)
    dark = painted(BarView(behind=12), theme.name)

    assert has(lit[:, 1100:], theme.correct)
    assert not has(dark[:, 1100:], theme.correct)


@pytest.mark.parametrize(
    "other",
    [
        BarView(is_playing=False),
        BarView(behind=3),
        BarView(speed=2),
        BarView(place="epoch 25"),
        BarView(button="END"),
        BarView(pointed=Part.PLAY),
        BarView(pointed=Part.LIVE),
        BarView(pointed=Part.TRACK, pointed_share=0.5),
    ],
)
def test_bar_shows_everything_that_it_is_told(other: BarView) -> None:
    assert (painted(other) != painted(BarView())).any()


def test_recording_is_said_in_red() -> None:
    red = THEMES["dark"].wrong

    assert has(painted(BarView(recorded="0:12")), red)
    assert not has(painted(BarView()), red)


@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_cut_or_on_top_of_something_else(size: tuple[int, int]) -> None:
    """Each part alone changes columns that no other part changes."""
    plain = painted(BarView(), size=size)
    others = (
        BarView(place="epoch 000000"),
        BarView(speed=0.125),
        BarView(behind=1234),
        BarView(is_playing=False),
    )

    columns = [
        set(np.flatnonzero((painted(o, size=size) != plain).any(axis=(0, 2))))
        for o in others
    ]

    for first in range(len(columns)):
        for second in range(first):
            assert not columns[first] & columns[second]
        assert not columns[first] & {0, size[0] - 1}
