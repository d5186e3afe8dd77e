import numpy as np

from viewer.paint.canvas import Canvas
from viewer.paint.units import UnitColumn
from viewer.palette import DARK, LIGHT, Theme

ROWS = np.array([60.0, 110.0, 160.0])


def column(canvas: Canvas, radius: float = 12.0) -> UnitColumn:
    return UnitColumn(canvas, (100.0, ROWS), radius, (80, 120))


def canvas_of(theme: Theme = DARK) -> Canvas:
    return Canvas(200, 220, theme)


def test_units_have_the_colour_of_their_saturation() -> None:
    for theme in (DARK, LIGHT):
        canvas = canvas_of(theme)
        units = column(canvas)

        units.plan(np.array([0.0, 0.5, 1.0]), np.zeros(3))
        units.paint()

        centres = canvas.pixels[ROWS.astype(int), 100, :3]
        np.testing.assert_allclose(centres, theme.saturation[[0, 127, 255]], atol=1)


def test_only_a_visible_change_asks_for_painting() -> None:
    units = column(canvas_of())
    saturation, light = np.array([0.0, 0.5, 1.0]), np.zeros(3)

    assert units.plan(saturation, light)
    assert not units.plan(saturation + 1e-6, light)
    assert units.plan(saturation / 2, light)


def test_active_unit_glows_beyond_its_disc_on_the_dark() -> None:
    canvas = canvas_of()
    units = column(canvas)

    units.plan(np.array([0.0, 1.0, 0.0]), np.array([0.0, 1.0, 0.0]))
    units.paint()

    assert canvas.pixels[110, 100 + 18, 0] > DARK.background[0] + 20
    assert (canvas.pixels[60, 100 - 18, :3] == DARK.background).all()


def painted(theme: Theme, **marks: np.ndarray) -> np.ndarray:
    canvas = canvas_of(theme)
    units = column(canvas)
    level = marks.pop("level", np.array([1.0, 1.0, 1.0]))
    units.plan(level, np.zeros(3), marks.get("dead"), marks.get("at_limit"))
    units.paint()
    return canvas.pixels[..., :3].astype(int)


def test_column_is_its_own_mirror_image() -> None:
    for theme in (DARK, LIGHT):
        canvas = canvas_of(theme)
        units = column(canvas)

        units.plan(np.array([0.2, 1.0, 0.7]), np.array([0.3, 1.0, 0.5]))
        units.paint()

        strip = canvas.pixels[:, 100 - 30 : 100 + 31]
        np.testing.assert_array_equal(strip, strip[:, ::-1])


def test_dead_unit_is_emptied_and_struck_through() -> None:
    one = np.array([False, True, False])
    for theme in (DARK, LIGHT):
        marked = painted(theme, dead=one)

        assert (marked[110 - 5, 100 - 5] == theme.background).all()
        near = np.abs(marked[98:123, 88:113] - np.array(theme.faint)).sum(axis=2) < 40
        assert near.sum() > 15
        np.testing.assert_array_equal(marked[30:90], painted(theme)[30:90])


def test_broken_unit_is_crossed_out_whatever_else_it_is() -> None:
    one = np.array([False, True, False])
    broken = np.array([1.0, np.nan, 1.0])
    for theme in (DARK, LIGHT):
        marked = painted(theme, level=broken, dead=one, at_limit=one)

        assert (marked[110, 100] == theme.wrong).all()


def test_saturated_unit_keeps_its_colour_within_two_rings() -> None:
    one = np.array([False, True, False])
    for theme in (DARK, LIGHT):
        marked, plain = painted(theme, at_limit=one), painted(theme)

        np.testing.assert_array_equal(marked[110, 100], plain[110, 100])
        ring = marked[110, 100 + 12 : 100 + 20]
        assert (np.abs(ring - np.array(theme.ink)).sum(axis=1) < 60).sum() >= 1
        assert (marked != plain).any()
