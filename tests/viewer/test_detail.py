from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from protocol.messages import Manifest, Snapshot
from viewer.cue import cue_of
from viewer.detail import STRONGEST_EDGES, Detail, is_drawable
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


def test_pooled_hidden_layer_shows_its_most_active_unit(
    make_manifest: Make, make_snapshot: MakeSnapshot
) -> None:
    manifest = make_manifest((4, 512, 2))
    snapshot = make_snapshot(manifest, 1)
    snapshot.arrays["activation", 1][:] = 0
    snapshot.arrays["activation", 1][100] = 3

    saturation = Detail(manifest).saturation(snapshot)[1]

    assert len(saturation) == 32
    assert saturation[100 * 32 // 512] == 1
    assert saturation.sum() == 1


def test_probabilities_are_drawn_as_they_are(
    make_manifest: Make, make_snapshot: MakeSnapshot
) -> None:
    manifest = make_manifest((4, 3, 2))
    snapshot = make_snapshot(manifest, 1)

    saturation = Detail(manifest).saturation(snapshot)[-1]

    np.testing.assert_array_equal(saturation, snapshot.arrays["activation", 2])


def test_dead_layer_is_drawn_as_nothing(
    make_manifest: Make, make_snapshot: MakeSnapshot
) -> None:
    manifest = make_manifest((4, 3, 2))
    snapshot = make_snapshot(manifest, 1)
    snapshot.arrays["activation", 1][:] = 0

    assert not Detail(manifest).saturation(snapshot)[1].any()


def test_diverged_weights_are_drawn_as_none(
    make_manifest: Make, make_snapshot: MakeSnapshot
) -> None:
    manifest = make_manifest((4, 3, 2))
    snapshot = make_snapshot(manifest, 1)
    snapshot.arrays["weights", 1][0] = [np.nan, np.inf, 1]

    drawn = Detail(manifest).weights_of(snapshot, 0)

    np.testing.assert_array_equal(drawn[0], [0, 0, 1])


@pytest.mark.parametrize("shape", [(8, 8), (100, 80), (28, 28), (7, 3), (1, 40)])
def test_every_pixel_belongs_to_one_patch(
    make_manifest: Make, shape: tuple[int, int]
) -> None:
    layer = Detail(make_manifest((shape[0] * shape[1], 4, 2), shape)).layers[0]

    if layer.pool is not None:
        np.testing.assert_array_equal(
            np.sort(layer.pool.order), np.arange(shape[0] * shape[1])
        )
        assert layer.pool.counts.min() >= 1
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
