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
