from math import prod

import numpy as np
import pytest

from protocol.messages import LayerSpec, Manifest
from viewer.drawn import DrawnLayer, has_maps, is_wide, layers_of, size_of
from viewer.tiling import Tiling


def manifest_of(*layers: LayerSpec, input_shape: tuple[int, ...] = ()) -> Manifest:
    return Manifest(
        name="maps",
        kind="mlp",
        axis="epoch",
        layers=layers,
        arrays=(),
        metrics=("epoch",),
        classes=(),
        input_shape=input_shape,
        every=1,
        epochs=0,
        started=0.0,
    )


def layer(units: int, tile: tuple[int, int] | None = None) -> LayerSpec:
    return LayerSpec(name="layer", units=units, activation="relu", tile=tile)


def tiling(drawn: DrawnLayer) -> Tiling:
    assert drawn.tiling is not None
    return drawn.tiling


def test_few_units_in_maps_are_a_plate_all_the_same() -> None:
    _, drawn = layers_of(manifest_of(layer(4), layer(12, (2, 2))))

    assert (drawn.grid, drawn.units, drawn.maps) == ((2, 2), 12, 3)
    assert drawn.pool is None
    assert drawn.caption == "3 × 2 × 2 relu"


@pytest.mark.parametrize("tile", [(1, 1), (1, 12), (12, 1), None])
def test_units_in_a_row_make_up_no_maps(tile: tuple[int, int] | None) -> None:
    assert not has_maps(layer(12, tile))
    assert size_of(layer(12, tile), "×") == "12"


def test_one_map_is_a_plane() -> None:
    assert has_maps(layer(12, (3, 4)))
    assert size_of(layer(12, (3, 4)), "×") == "3×4"


@pytest.mark.parametrize("maps", [1, 3, 7, 16, 32, 64, 97])
def test_every_unit_of_maps_has_a_cell_of_its_own(maps: int) -> None:
    drawn = layers_of(manifest_of(layer(4), layer(maps * 64, (8, 8))))[1]

    where = tiling(drawn)
    assert (where.cells, where.maps) == (maps * 64, maps)
    assert len(set(zip(*where.centres, strict=True))) == maps * 64


@pytest.mark.parametrize("maps", [2, 18, 66])
def test_no_place_for_a_map_is_left_empty_where_that_costs_little(maps: int) -> None:
    where = tiling(layers_of(manifest_of(layer(4), layer(maps * 64, (8, 8))))[1])

    assert where.down * where.across == maps


@pytest.mark.parametrize(
    ("maps", "tile"),
    [(64, (56, 56)), (3, (224, 300)), (512, (1, 1000)), (2048, (7, 7))],
)
def test_pixels_share_cells_only_within_their_map(
    maps: int, tile: tuple[int, int]
) -> None:
    size = prod(tile)
    drawn = layers_of(manifest_of(layer(4), layer(maps * size, tile)))[1]

    assert drawn.pool is not None
    assert max(tiling(drawn).height, tiling(drawn).width) < 2000
    cells = prod(drawn.grid or ())
    unit = np.arange(0, maps * size, 7)
    np.testing.assert_array_equal(drawn.pool.places[unit] // cells, unit // size)
    activation = np.zeros(maps * size)
    activation[5 * size if maps > 5 else 0] = -4
    assert drawn.show(activation).max() == 4


def test_pixel_shares_the_cell_where_it_is_in_its_map() -> None:
    drawn = layers_of(manifest_of(layer(4), layer(64 * 56 * 40, (56, 40))))[1]

    assert drawn.pool is not None
    rows, columns = drawn.grid or (0, 0)
    assert rows < 56
    for row, column in ((0, 0), (0, 39), (55, 0), (30, 17)):
        cell = int(drawn.pool.places[7 * 56 * 40 + row * 40 + column])
        at = tiling(drawn).place(cell)
        assert at == (7, row * rows // 56, column * columns // 40)


@pytest.mark.parametrize(
    ("units", "tile"),
    [
        (10_000_000, (2, 5_000_000)),
        (10_000_000, (5_000_000, 1)),
        (10_000_000, (1, 2)),
        (9_999_999, (3, 3)),
        (9_998_244, (3162, 3162)),
    ],
)
def test_maps_beyond_all_sizes_take_no_more_cells_than_can_be_seen(
    units: int, tile: tuple[int, int]
) -> None:
    drawn = layers_of(manifest_of(layer(4), layer(units, tile)))[1]

    assert drawn.units <= 400 * 400
    assert len(tiling(drawn).centres[0]) == drawn.units


def test_input_of_one_map_is_a_picture() -> None:
    told = layers_of(manifest_of(layer(64), layer(100), input_shape=(8, 8)))
    tiled = layers_of(manifest_of(layer(64, (8, 8)), layer(100)))

    assert [x[0].is_picture for x in (told, tiled)] == [True, True]
    assert told[0].grid == tiled[0].grid == (8, 8)


def test_input_of_three_maps_is_three_pictures_on_a_plate() -> None:
    manifest = manifest_of(layer(3072, (32, 32)), layer(10), input_shape=(32, 32))

    first = layers_of(manifest)[0]

    assert is_wide(manifest)
    assert (first.is_picture, first.maps, first.grid) == (True, 3, (32, 32))
    assert first.caption == "3 × 32 × 32 px"


def test_maps_share_discs_as_a_whole_in_deep_networks() -> None:
    deep = manifest_of(layer(4), *[layer(512, (8, 8))] * 20, layer(2))

    drawn = layers_of(deep)[1]

    assert drawn.pool is not None
    assert drawn.grid is None
    np.testing.assert_array_equal(drawn.pool.places, np.arange(512) // 64)
