import numpy as np

from viewer.paint.gap import Fade, Gap, Picture, Wave

SHAPE = 6, 100
BLACK, GREY, WHITE = (
    Picture(np.full((*SHAPE, 4), level, np.uint8), number)
    for number, level in enumerate((0, 90, 255), start=1)
)


def gap() -> tuple[np.ndarray, Gap]:
    pixels = np.full((10, 140, 4), 7, np.uint8)
    return pixels, Gap(pixels, 20, 2, SHAPE)


def wave(position: float, direction: int = 1) -> Wave:
    return Wave(position, tail=15, head=4, direction=direction)


def test_gap_paints_its_own_columns_and_rows_only() -> None:
    pixels, painted = gap()

    painted.plan(wave(-500), GREY, GREY, GREY)
    painted.paint()

    assert (pixels[2:8, 20:120] == 90).all()
    pixels[2:8, 20:120] = 7
    assert (pixels == 7).all()


def test_wave_lights_the_columns_behind_its_front() -> None:
    pixels, painted = gap()

    painted.plan(wave(70), BLACK, BLACK, WHITE)
    painted.paint()

    row = pixels[4, 20:120, 0].astype(int)
    assert row[50] > 250
    assert 100 < row[40] < row[49]
    assert row[62:].max() == 0


def test_gap_looks_untouched_after_the_wave_has_left() -> None:
    pixels, painted = gap()

    for position in range(0, 400, 7):
        painted.plan(wave(position), GREY, GREY, WHITE)
        painted.paint()

    assert (pixels[2:8, 20:120] == 90).all()


def test_wave_that_runs_back_leaves_the_new_picture_behind() -> None:
    pixels, painted = gap()
    painted.plan(wave(70, -1), BLACK, GREY, GREY)

    painted.paint()

    row = pixels[4, 20:120, 0]
    assert (row[:36] == 0).all()
    assert (row[56:] == 90).all()


def test_settled_columns_are_not_painted_again() -> None:
    pixels, painted = gap()
    painted.plan(wave(-500), GREY, GREY, GREY)
    painted.paint()
    pixels[4, 50] = 1

    painted.plan(wave(-500), GREY, GREY, GREY)
    painted.paint()

    assert (pixels[4, 50] == 1).all()


def test_spoilt_columns_are_painted_again() -> None:
    pixels, painted = gap()
    painted.plan(wave(-500), GREY, GREY, GREY)
    painted.paint()
    pixels[4, 50] = 1

    painted.plan(wave(-500), GREY, GREY, GREY)
    painted.spoil(45, 55)
    painted.paint()

    assert (pixels[4, 50] == 90).all()


def test_every_order_of_moments_gives_the_same_picture() -> None:
    rng = np.random.default_rng(0)
    first, painted = gap()
    for position in rng.uniform(-50, 200, 30):
        painted.plan(wave(position), GREY, GREY, WHITE)
        painted.paint()
    painted.plan(wave(64), GREY, GREY, WHITE)
    painted.paint()

    other, fresh = gap()
    fresh.plan(wave(64), GREY, GREY, WHITE)
    fresh.paint()

    np.testing.assert_array_equal(first, other)


def test_column_under_a_light_that_stands_still_is_not_painted_again() -> None:
    pixels, painted = gap()
    painted.plan(wave(70), BLACK, BLACK, WHITE)
    painted.paint()
    pixels[4, 88] = 1

    painted.plan(wave(70), BLACK, BLACK, WHITE)
    painted.paint()

    assert (pixels[4, 88] == 1).all()


def test_new_picture_replaces_the_old_one_everywhere() -> None:
    pixels, painted = gap()
    painted.plan(wave(70), BLACK, BLACK, WHITE)
    painted.paint()

    painted.plan(wave(70), GREY, GREY, GREY)
    painted.paint()

    assert (pixels[2:8, 20:120] == 90).all()


def test_fade_changes_all_columns_together() -> None:
    pixels, painted = gap()

    painted.plan(Fade(0.5), BLACK, WHITE, GREY)
    painted.paint()

    assert set(np.unique(pixels[2:8, 20:120])) == {127}


def test_forgotten_gap_is_painted_again() -> None:
    pixels, painted = gap()
    painted.plan(wave(-500), GREY, GREY, GREY)
    painted.paint()
    pixels[...] = 7

    painted.forget()
    painted.plan(wave(-500), GREY, GREY, GREY)
    painted.paint()

    assert (pixels[2:8, 20:120] == 90).all()
