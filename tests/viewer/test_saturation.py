from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from protocol.messages import ArraySpec, Manifest, Snapshot
from viewer.detail import Detail
from viewer.options import Normalisation
from viewer.saturation import Saturation

Make = Callable[..., Manifest]
MakeSnapshot = Callable[[Manifest, int], Snapshot]
LAYER, NETWORK = Normalisation.LAYER, Normalisation.NETWORK


@pytest.fixture
def manifest(make_manifest: Make) -> Manifest:
    return make_manifest((4, 3, 3, 2))


@pytest.fixture
def snapshot(manifest: Manifest, make_snapshot: MakeSnapshot) -> Snapshot:
    snapshot = make_snapshot(manifest, 1)
    snapshot.arrays["activation", 1][:] = [0, 2, 4]
    snapshot.arrays["activation", 2][:] = [0, 1, -2]
    return snapshot


def saturation(manifest: Manifest) -> Saturation:
    return Saturation(Detail(manifest))


def test_unit_is_measured_against_the_largest_of_its_layer(
    manifest: Manifest, snapshot: Snapshot
) -> None:
    levels = saturation(manifest).of(snapshot, LAYER)

    np.testing.assert_allclose(levels[1], [0, 0.5, 1])
    np.testing.assert_allclose(levels[2], [0, 0.5, 1])


def test_one_scale_for_all_shows_which_layer_is_weak(
    manifest: Manifest, snapshot: Snapshot
) -> None:
    levels = saturation(manifest).of(snapshot, NETWORK)

    np.testing.assert_allclose(levels[1], [0, 0.5, 1])
    np.testing.assert_allclose(levels[2], [0, 0.25, 0.5])


@pytest.mark.parametrize("normalisation", Normalisation)
def test_probabilities_are_drawn_as_they_are(
    manifest: Manifest, snapshot: Snapshot, normalisation: Normalisation
) -> None:
    levels = saturation(manifest).of(snapshot, normalisation)

    np.testing.assert_array_equal(levels[-1], snapshot.arrays["activation", 3])


def test_silent_layer_is_drawn_as_nothing(
    manifest: Manifest, snapshot: Snapshot
) -> None:
    snapshot.arrays["activation", 1][:] = 0

    assert not saturation(manifest).of(snapshot, LAYER)[1].any()


def test_unit_that_is_not_finite_is_nan_and_dims_no_other(
    manifest: Manifest, snapshot: Snapshot
) -> None:
    snapshot.arrays["activation", 1][:] = [np.inf, 2, np.nan]

    level = saturation(manifest).of(snapshot, LAYER)[1]

    np.testing.assert_array_equal(level, np.array([np.nan, 1, np.nan], "f4"))


def test_cell_of_several_units_shows_the_most_active(
    make_manifest: Make, make_snapshot: MakeSnapshot
) -> None:
    manifest = make_manifest((4, 40_000, 2))
    snapshot = make_snapshot(manifest, 1)
    snapshot.arrays["activation", 1][:] = 0
    snapshot.arrays["activation", 1][1001] = 3

    level = saturation(manifest).of(snapshot, LAYER)[1]

    assert np.flatnonzero(level).tolist() == [250]
    assert level[250] == 1


def test_unit_that_answers_to_no_example_is_dead(
    manifest: Manifest, snapshot: Snapshot
) -> None:
    activity = ArraySpec(kind="activity", layer=1, dtype="<f4", shape=(3,))
    with_activity = replace(manifest, arrays=(*manifest.arrays, activity))
    share = np.array([0, 0.25, 0], "<f4")
    arrays = {**snapshot.arrays, ("activity", 1): share}

    found = saturation(with_activity)

    dead = found.stuck(replace(snapshot, arrays=arrays))[1].dead
    assert dead is not None
    assert dead.tolist() == [True, False, True]
    assert found.stuck(replace(snapshot, arrays=arrays))[2].dead is None


def test_unit_at_the_limit_of_its_function_is_saturated(
    manifest: Manifest, snapshot: Snapshot
) -> None:
    layers = list(manifest.layers)
    layers[1] = replace(layers[1], activation="tanh")
    snapshot.arrays["activation", 1][:] = [-0.999, 0.5, 1]

    found = saturation(replace(manifest, layers=tuple(layers)))

    at_limit = found.stuck(snapshot)[1].at_limit
    assert at_limit is not None
    assert at_limit.tolist() == [True, False, True]
    assert found.stuck(snapshot)[2].at_limit is None


def test_activity_of_another_shape_is_left_alone(
    manifest: Manifest, snapshot: Snapshot
) -> None:
    activity = ArraySpec(kind="activity", layer=1, dtype="<f4", shape=(2,))
    wrong = replace(manifest, arrays=(*manifest.arrays, activity))
    arrays = {**snapshot.arrays, ("activity", 1): np.zeros(2, "<f4")}

    stuck = saturation(wrong).stuck(replace(snapshot, arrays=arrays))

    assert stuck[1].dead is None
