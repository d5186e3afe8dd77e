import numpy as np

from protocol.messages import LayerSpec
from viewer.drawn import DrawnLayer
from viewer.geometry import Column, Geometry
from viewer.layout import Box
from viewer.paint.canvas import Canvas
from viewer.paint.plate import Plate
from viewer.palette import DARK, LIGHT, Theme

UNITS = 100
SPEC = LayerSpec(name="hidden 1", units=UNITS, activation="relu")


def column() -> Column:
    layer = DrawnLayer(SPEC, (13, 8))
    return Geometry(Box(20, 20, 480, 340), 1.0, [layer], 360).columns[0]


def plate(theme: Theme = DARK) -> tuple[Canvas, Plate, Column]:
    canvas, where = Canvas(640, 360, theme), column()
    return canvas, Plate(canvas, where, theme.saturation), where


def centres(canvas: Canvas, where: Column) -> np.ndarray:
    return canvas.pixels[where.y.astype(int), where.x.astype(int), :3]


def test_cell_has_the_colour_of_its_units_saturation() -> None:
    levels = np.linspace(0, 1, UNITS)
    for theme in (DARK, LIGHT):
        canvas, painted, where = plate(theme)

        painted.plan(levels, None, None)
        painted.paint()

        expected = theme.saturation[(levels * 255).astype(int)]
        np.testing.assert_array_equal(centres(canvas, where), expected)


def test_only_a_visible_change_asks_for_painting() -> None:
    _, painted, _ = plate()
    levels = np.linspace(0, 1, UNITS)
    veil = np.full((3, painted.box.height, painted.box.width), 256, np.uint16)

    assert painted.plan(levels, None, None)
    assert not painted.plan(levels.copy(), None, None)
    assert painted.plan(levels, None, veil)
    assert not painted.plan(levels, None, veil)
    assert painted.plan(levels / 2, None, veil)


def test_broken_and_dead_units_look_like_no_other() -> None:
    canvas, painted, where = plate()
    levels = np.linspace(0, 1, UNITS)
    levels[3] = np.nan
    dead = np.zeros(UNITS, bool)
    dead[5] = True

    painted.plan(levels, dead, None)
    painted.paint()

    assert (centres(canvas, where)[3] == DARK.wrong).all()
    assert (centres(canvas, where)[5] == DARK.background).all()


def test_veil_lights_the_dark_and_darkens_the_light() -> None:
    for theme, brighter in ((DARK, True), (LIGHT, False)):
        canvas, painted, where = plate(theme)
        levels = np.full(UNITS, 0.5)
        painted.plan(levels, None, None)
        painted.paint()
        before = centres(canvas, where).astype(int)

        half = np.full((3, painted.box.height, painted.box.width), 128, np.uint16)
        painted.plan(levels, None, half)
        painted.paint()

        after = centres(canvas, where)
        assert ((after > before) if brighter else (after < before)).all()


def test_plate_paints_nothing_outside_its_box() -> None:
    canvas, painted, _ = plate()
    canvas.pixels[...] = 7

    painted.plan(np.ones(UNITS), None, None)
    painted.paint()

    canvas.pixels[painted.box.slices] = 7
    assert (canvas.pixels == 7).all()


def test_brightest_cells_shine_beyond_themselves() -> None:
    levels = np.zeros(UNITS)
    levels[42] = 1
    frames = []
    for glows in (False, True):
        canvas, where = Canvas(640, 360, DARK), column()
        painted = Plate(canvas, where, DARK.saturation, glows=glows)
        painted.plan(levels, None, None)
        painted.paint()
        frames.append(canvas.pixels.astype(int))

    gained = (frames[1] - frames[0]).sum(axis=2)
    y, x = np.nonzero(gained)
    assert gained.min() >= 0
    assert len(y) > 100
    assert np.hypot(x - where.x[42], y - where.y[42]).max() < 4 * where.radius
    assert gained[int(where.y[42]), int(where.x[42])] == 0


def test_cell_at_the_corner_shines_within_the_frame() -> None:
    canvas, where = Canvas(640, 360, DARK), column()
    painted = Plate(canvas, where, DARK.saturation, glows=True)

    painted.plan(np.ones(UNITS), None, None)
    painted.paint()

    assert (centres(canvas, where)[0] == DARK.saturation[255]).all()
