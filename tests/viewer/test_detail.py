from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from protocol.messages import Manifest, Snapshot
from viewer.cue import cue_of
from viewer.detail import STRONGEST_EDGES, STRONGEST_OF_PLATES, Detail, is_drawable
from viewer.painter import Painter
from viewer.timeline import Timeline

Make = Callable[..., Manifest]
MakeSnapshot = Callable[[Manifest, int], Snapshot]


def test_small_layers_are_drawn_unit_by_unit(make_manifest: Make) -> None:
    detail = Detail(make_manifest((8, 5, 3)))

    assert [layer.units for layer in detail.layers] == [8, 5, 3]
    assert detail.weights == detail.edges == detail.pairs == 8 * 5 + 5 * 3


def test_picture_of_2500_pixels_is_drawn_as_25_patches(make_manifest: Make) -> None:
    detail = Detail(make_manifest((2500, 12, 4), (50, 50)))

    assert detail.layers[0].caption == "2500 → 25"
    assert detail.weights == 2500 * 12 + 12 * 4
    assert detail.edges == 25 * 12 + 12 * 4


def test_edges_of_a_patch_add_up_the_weights_of_its_pixels(
    make_manifest: Make, make_snapshot: MakeSnapshot
) -> None:
    manifest = make_manifest((2500, 12, 4), (50, 50))
    snapshot = make_snapshot(manifest, 1)

    drawn = Detail(manifest).weights_of(snapshot, 0)

    pixels = snapshot.arrays["weights", 1].reshape(50, 50, 12)
    np.testing.assert_allclose(drawn[0], pixels[:10, :10].sum((0, 1)), rtol=1e-4)
    np.testing.assert_allclose(drawn[7], pixels[10:20, 20:30].sum((0, 1)), rtol=1e-4)


@pytest.mark.parametrize("shape", [(8, 8), (100, 80), (28, 28), (7, 3), (1, 40)])
def test_every_pixel_belongs_to_one_patch(
    make_manifest: Make, shape: tuple[int, int]
) -> None:
    layer = Detail(make_manifest((shape[0] * shape[1], 4, 2), shape)).layers[0]

    drawn = np.arange(shape[0] * shape[1])
    places = drawn if layer.pool is None else layer.pool.places
    assert len(places) == len(drawn)
    np.testing.assert_array_equal(np.unique(places), np.arange(layer.units))
    assert layer.units <= 32


@pytest.mark.parametrize("shape", [(50, 49), (0, 0), (1, 2500), (2500,)])
def test_odd_input_shapes_are_drawn_all_the_same(
    make_timeline: Callable[..., Timeline], shape: tuple[int, ...]
) -> None:
    timeline = make_timeline((2500, 4, 2), shape)
    assert timeline.manifest is not None

    frame = Painter(timeline.manifest).paint(timeline, cue_of(0, 1, 0.3))

    assert frame.shape == (720, 1280, 4)


def test_manifest_that_contradicts_itself_is_not_drawn(make_manifest: Make) -> None:
    manifest = make_manifest((8, 5, 3))
    wrong = replace(manifest.arrays[1], shape=(7, 5))

    assert is_drawable(manifest)
    assert not is_drawable(replace(manifest, arrays=(*manifest.arrays[:1], wrong)))
    assert not is_drawable(replace(manifest, arrays=manifest.arrays[1:]))
    assert not is_drawable(replace(manifest, layers=manifest.layers[:1]))


def test_only_the_strongest_edges_of_a_full_gap_are_drawn(make_manifest: Make) -> None:
    detail = Detail(make_manifest((64, 64, 4)))

    assert detail.pairs == 64 * 64 + 64 * 4
    assert detail.edges == STRONGEST_EDGES + 64 * 4


def test_wide_layers_are_plates_with_a_cell_for_each_unit(make_manifest: Make) -> None:
    detail = Detail(make_manifest((784, 512, 512, 10), (28, 28)))

    assert [layer.grid for layer in detail.layers[:3]] == [(28, 28), (32, 16), (32, 16)]
    assert detail.layers[3].grid is None
    assert [layer.units for layer in detail.layers] == [784, 512, 512, 10]
    assert detail.edges == 3 * STRONGEST_OF_PLATES
    assert detail.layers[0].caption == "28 × 28 px"


def test_units_share_cells_only_beyond_what_can_be_seen(make_manifest: Make) -> None:
    detail = Detail(make_manifest((4, 40_000, 2)))

    layer = detail.layers[1]
    assert layer.units == 10_000
    assert layer.pool is not None
    assert (layer.pool.counts == 4).all()
    assert layer.caption == "40000 → 10000 relu"


def test_huge_picture_is_drawn_as_a_smaller_one(make_manifest: Make) -> None:
    detail = Detail(make_manifest((300 * 200, 100, 2), (300, 200)))

    rows, columns = detail.layers[0].grid or (0, 0)
    assert rows * columns <= 10_000
    assert abs(rows / columns - 1.5) < 0.05
    assert detail.layers[0].units == rows * columns


@pytest.mark.parametrize("units", [65, 97, 300, 512, 1024, 1500, 9973, 10_000])
def test_every_unit_of_a_plate_has_a_cell(make_manifest: Make, units: int) -> None:
    rows, columns = Detail(make_manifest((4, units, 2))).layers[1].grid or (0, 0)

    assert units <= rows * columns < units + columns
    assert 0.2 < columns / rows < 1.2


def test_preview_of_weights_is_drawn_between_the_middles_of_its_blocks(
    make_manifest: Make,
) -> None:
    manifest = make_manifest((1000, 500, 2))
    arrays = tuple(
        replace(spec, shape=(100, 50), full_shape=(1000, 500))
        if spec.key == ("weights", 1)
        else spec
        for spec in manifest.arrays
    )

    previewed = replace(manifest, arrays=arrays)
    rows, columns = Detail(previewed).ends(0)

    assert is_drawable(previewed)
    np.testing.assert_array_equal(rows[:3], [4, 14, 24])
    np.testing.assert_array_equal(columns[-2:], [484, 494])
    assert [spec.layer for spec in Detail(previewed).previews] == [1]


def test_preview_larger_than_its_matrix_is_not_drawn(make_manifest: Make) -> None:
    manifest = make_manifest((8, 5, 3))
    wrong = replace(manifest.arrays[1], shape=(9, 5), full_shape=(8, 5))

    drawn = (manifest.arrays[0], wrong, *manifest.arrays[2:])
    assert not is_drawable(replace(manifest, arrays=drawn))


def test_layers_of_a_deep_network_show_at_most_16_discs(make_manifest: Make) -> None:
    detail = Detail(make_manifest((2, *[40] * 60, 5)))

    assert {layer.units for layer in detail.layers[1:-1]} == {16}
    assert all(layer.grid is None for layer in detail.layers)


@pytest.mark.parametrize("shape", [(20_000, 1), (5000, 1), (1, 5000), (2, 5000)])
def test_long_thin_picture_is_wrapped_into_a_plate(
    make_timeline: Callable[..., Timeline], shape: tuple[int, int]
) -> None:
    timeline = make_timeline((shape[0] * shape[1], 100, 2), shape)
    assert timeline.manifest is not None

    frame = Painter(timeline.manifest, (640, 360)).paint(timeline, cue_of(0, 1, 0.3))

    rows, columns = Detail(timeline.manifest).layers[0].grid or (0, 0)
    assert 0.2 < columns / rows < 1.2
    assert frame.shape == (360, 640, 4)


def test_every_unit_of_a_block_leads_to_its_row_of_a_preview(
    make_manifest: Make,
) -> None:
    manifest = make_manifest((784, 1000, 2))
    arrays = tuple(
        replace(spec, shape=(56, 64), full_shape=(784, 1000))
        if spec.key == ("weights", 1)
        else spec
        for spec in manifest.arrays
    )
    detail = Detail(replace(manifest, arrays=arrays))

    assert [detail.rows_of(0, unit).tolist() for unit in (0, 13, 14)] == [[0], [0], [1]]
    assert detail.columns_of(0, 999).tolist() == [63]


@pytest.mark.parametrize("sizes", [(2500, 12, 4), (40_000, 100, 4)])
def test_unit_that_is_not_there_has_no_edges(
    make_manifest: Make, sizes: tuple[int, ...]
) -> None:
    side = round(sizes[0] ** 0.5)
    detail = Detail(make_manifest(sizes, (side, side)))

    assert len(detail.rows_of(0, 100_000)) == 0
    assert len(detail.columns_of(0, 100_000)) == 0
