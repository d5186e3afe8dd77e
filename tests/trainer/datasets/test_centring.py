import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from trainer.datasets.centring import centre_by_mass


def dot(row: int, column: int, shape: tuple[int, int] = (9, 11)) -> np.ndarray:
    picture = np.zeros((1, *shape), np.float32)
    picture[0, row, column] = 1
    return picture


@given(row=st.integers(0, 8), column=st.integers(0, 10))
def test_centre_by_mass_brings_a_dot_to_the_middle(row: int, column: int) -> None:
    centred = centre_by_mass(dot(row, column))

    np.testing.assert_array_equal(centred, dot(4, 5))


def test_centre_by_mass_weighs_the_ink() -> None:
    picture = dot(4, 0) + 9 * dot(4, 2)

    centred = centre_by_mass(picture)

    np.testing.assert_array_equal(centred, dot(4, 3) + 9 * dot(4, 5))


def test_centre_by_mass_keeps_all_ink_in_the_picture() -> None:
    picture = 9 * dot(0, 0) + dot(8, 10)

    centred = centre_by_mass(picture)

    np.testing.assert_array_equal(centred, picture)


def test_centre_by_mass_leaves_a_blank_picture_alone() -> None:
    centred = centre_by_mass(np.zeros((2, 5, 5), np.float32))

    assert not centred.any()


def test_centre_by_mass_centres_again_to_the_same_place() -> None:
    pictures = np.random.default_rng(0).random((20, 12, 9)).astype(np.float32) ** 8
    once = centre_by_mass(pictures)

    twice = centre_by_mass(once)

    np.testing.assert_array_equal(once, twice)


def test_centre_by_mass_takes_no_pictures() -> None:
    assert centre_by_mass(np.zeros((0, 5, 6), np.float32)).shape == (0, 5, 6)
