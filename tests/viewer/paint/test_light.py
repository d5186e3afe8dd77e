import numpy as np

from viewer.paint.light import blur, shine
from viewer.palette import DARK, LIGHT

NONE = np.zeros((3, 4), np.float32)
MUCH = np.full((3, 4), 5, np.float32)


def test_no_edges_leave_the_background() -> None:
    for theme in (DARK, LIGHT):
        picture = shine(NONE, NONE, theme)

        assert (picture[..., :3] == theme.background).all()
        assert (picture[..., 3] == 255).all()


def test_edges_shine_on_the_dark_and_darken_the_light() -> None:
    dark, light = shine(MUCH, NONE, DARK), shine(MUCH, NONE, LIGHT)

    assert (dark[..., :3] > np.array(DARK.background)).all()
    assert (light[..., :3] < np.array(LIGHT.background)).all()


def test_positive_edges_are_bluer_than_negative_ones() -> None:
    faint = np.full((1, 1), 0.5, np.float32)
    none = np.zeros((1, 1), np.float32)

    for theme in (DARK, LIGHT):
        positive = shine(faint, none, theme)[0, 0].astype(int)
        negative = shine(none, faint, theme)[0, 0].astype(int)

        assert positive[2] > positive[0]
        assert negative[0] > negative[2]


def test_bloom_spills_light_beside_a_bright_edge() -> None:
    line = np.zeros((21, 5), np.float32)
    line[10] = 4

    plain = shine(line, np.zeros_like(line), DARK)
    bloomed = shine(line, np.zeros_like(line), DARK, bloom=3)

    assert bloomed[7, 2, 0] > plain[7, 2, 0]


def test_blur_keeps_the_level_of_an_even_picture() -> None:
    np.testing.assert_allclose(blur(MUCH, 2), MUCH, rtol=1e-5)
