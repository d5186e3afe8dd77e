from collections.abc import Callable

import numpy as np
import pytest

from protocol.messages import Manifest
from viewer.detail import Detail
from viewer.geometry import Geometry
from viewer.layout import Box

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
