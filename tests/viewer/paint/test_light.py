import numpy as np

from viewer.paint.light import blur, shine, together, veil
from viewer.palette import DARK, LIGHT

MUCH = np.full((3, 4), 5, np.float32)
NONE = np.zeros_like(MUCH)


def test_no_edges_leave_the_background() -> None:
    for theme in (DARK, LIGHT):
        picture = shine(np.stack([NONE, NONE]), theme)

        assert (picture[..., :3] == theme.background).all()
        assert (picture[..., 3] == 255).all()


def test_edges_shine_on_the_dark_and_darken_the_light() -> None:
    positive = np.stack([MUCH, NONE])

    dark, light = shine(positive, DARK), shine(positive, LIGHT)

    assert (dark[..., :3] > np.array(DARK.background)).all()
    assert (light[..., :3] < np.array(LIGHT.background)).all()


def test_positive_edges_are_bluer_than_negative_ones() -> None:
    faint = np.full((1, 1), 0.5, np.float32)
    none = np.zeros((1, 1), np.float32)

    for theme in (DARK, LIGHT):
        positive = shine(np.stack([faint, none]), theme)[0, 0].astype(int)
        negative = shine(np.stack([none, faint]), theme)[0, 0].astype(int)

        assert positive[2] > positive[0]
        assert negative[0] > negative[2]


def test_bloom_spills_light_beside_a_bright_edge() -> None:
    line = np.zeros((2, 21, 5), np.float32)
    line[0, 10] = 4

    plain = shine(line, DARK)
    bloomed = shine(line, DARK, bloom=3)

    assert bloomed[7, 2, 0] > plain[7, 2, 0]


def test_blur_keeps_the_level_of_an_even_picture() -> None:
    np.testing.assert_allclose(blur(MUCH, 2), MUCH, rtol=1e-5)


def test_broken_edges_have_a_colour_of_their_own() -> None:
    for theme in (DARK, LIGHT):
        broken = shine(np.stack([NONE, NONE, MUCH]), theme)[0, 0, :3].astype(int)
        positive = shine(np.stack([MUCH, NONE, NONE]), theme)[0, 0, :3].astype(int)

        assert np.abs(broken - positive).sum() > 60


def test_veil_of_no_edges_hides_nothing() -> None:
    for theme in (DARK, LIGHT):
        assert (veil(np.stack([NONE, NONE]), theme) == 256).all()


def test_veil_of_many_edges_hides_almost_all() -> None:
    for theme in (DARK, LIGHT):
        assert veil(np.stack([MUCH, MUCH]), theme).max() < 100


def test_broken_edges_stay_where_others_lie_over_them() -> None:
    sound, broken = np.stack([MUCH, NONE]), np.stack([NONE, MUCH, MUCH])

    for densities in ([sound, broken], [broken, sound]):
        np.testing.assert_array_equal(together(densities), [MUCH, MUCH, MUCH])
