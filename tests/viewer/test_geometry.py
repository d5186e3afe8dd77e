from collections.abc import Callable

import numpy as np
import pytest

from protocol.messages import Manifest
from viewer.detail import Detail
from viewer.geometry import Geometry
from viewer.layout import Box
from viewer.paint.canvas import Canvas
from viewer.paint.plate import Plate
from viewer.palette import DARK

BOX = Box(30, 100, 1080, 560)
NETWORKS = [(3, 1), (25, 12, 12, 4), (784, 512, 512, 10), (9, 300, 8), (200,) * 9]


def geometry(
    make_manifest: Callable[..., Manifest], sizes: tuple[int, ...]
) -> Geometry:
    return Geometry(BOX, 1.0, Detail(make_manifest(sizes)).layers, 720)


@pytest.mark.parametrize("sizes", NETWORKS)
def test_layers_lie_side_by_side_within_the_box(
    make_manifest: Callable[..., Manifest], sizes: tuple[int, ...]
) -> None:
    columns = geometry(make_manifest, sizes).columns

    edges = [edge for column in columns for edge in (column.left, column.right)]
    assert edges == sorted(edges)
    assert edges[0] >= BOX.left - 16
    assert edges[-1] <= BOX.right + 16
    assert all(column.y.min() >= BOX.top for column in columns)
    assert all(column.y.max() <= BOX.bottom for column in columns)


@pytest.mark.parametrize("sizes", NETWORKS)
def test_every_unit_is_found_where_it_is(
    make_manifest: Callable[..., Manifest], sizes: tuple[int, ...]
) -> None:
    for column in geometry(make_manifest, sizes).columns:
        found = [column.at(x, y) for x, y in zip(column.x, column.y, strict=True)]

        assert found == list(range(len(column.x)))
        assert column.at(column.left - 40, 50) is None


def test_light_passes_each_layer_in_its_middle(
    make_manifest: Callable[..., Manifest],
) -> None:
    found = geometry(make_manifest, (784, 512, 10))

    middles = [column.middle for column in found.columns]
    np.testing.assert_allclose([found.position(k) for k in range(3)], middles)
    assert found.position(-0.5) < middles[0]
    assert found.position(2.5) > middles[-1]


@pytest.mark.parametrize("units", [80, 784, 1500, 9000])
@pytest.mark.parametrize("scale", [0.5, 1.0])
def test_cell_under_the_pointer_is_the_one_that_is_painted_there(
    make_manifest: Callable[..., Manifest], units: int, scale: float
) -> None:
    layers = Detail(make_manifest((4, units, 3))).layers
    box = Box(*(round(scale * edge) for edge in (30, 100, 1080, 560)))
    column = Geometry(box, scale, layers, 720).columns[1]
    canvas = Canvas(1280, 720, DARK)
    plate = Plate(canvas, column, DARK.saturation)

    for unit in range(0, units, units // 7):
        level = np.zeros(units)
        level[unit] = 1
        plate.plan(level, None, None)
        plate.paint()
        lit = (canvas.pixels[..., :3] == DARK.saturation[255]).all(axis=2)

        found = {column.at(x, y) for y, x in zip(*np.nonzero(lit), strict=True)}

        assert found == {unit}
