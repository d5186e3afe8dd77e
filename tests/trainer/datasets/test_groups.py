import numpy as np
import pytest

from trainer.datasets.groups import (
    MIXTURE,
    NAMES,
    POINTS,
    groups,
    points_for,
    shifts_of,
)


def test_the_same_seed_draws_the_same_points_and_another_one_others() -> None:
    one, same, other = (
        groups(overlap=0.15, share=0.2, seed=seed) for seed in (1, 1, 2)
    )

    np.testing.assert_array_equal(one.places, same.places)
    np.testing.assert_array_equal(one.held_out_places, same.held_out_places)
    assert not np.array_equal(one.places, other.places)


def test_groups_are_mixed_as_they_should_be() -> None:
    found = groups(overlap=0.05, share=0.25, seed=1, points=4000)

    shares = np.bincount(found.labels) / len(found.labels)
    np.testing.assert_allclose(shares, MIXTURE, atol=0.02)
    assert len(found.labels) + len(found.held_out_labels) == 4 * 4000
    assert len(found.held_out_labels) == pytest.approx(4000, abs=3)


def test_groups_without_overlap_have_one_place_in_each_cell() -> None:
    found = groups(overlap=0.0, share=0.0, seed=3)

    corners = shifts_of(np.random.default_rng(3))[found.labels]
    apart = (found.places - corners) % 1
    np.testing.assert_allclose(np.minimum(apart, 1 - apart), 0, atol=1e-9)
    assert len(np.unique(found.places.round(9), axis=0)) == 4 * len(NAMES)


@pytest.mark.parametrize("overlap", [0.03, 0.15])
def test_points_stray_as_far_as_the_overlap_says(overlap: float) -> None:
    found = groups(overlap=overlap, share=0.0, seed=0, points=4000)

    corners = shifts_of(np.random.default_rng(0))[found.labels]
    apart = (found.places - corners + 0.5) % 1 - 0.5
    # The median of what a logistic distribution is off its middle, folded or not.
    assert np.median(abs(apart)) == pytest.approx(overlap * np.log(3), rel=0.05)


def test_all_points_are_on_the_plane() -> None:
    found = groups(overlap=5.0, share=0.3, seed=0)

    for places in (found.places, found.held_out_places):
        assert 0 <= places.min() <= places.max() < 2
        assert not found.window.cells(places, 100)[1].any()


def test_a_larger_map_has_as_many_points_on_an_area() -> None:
    assert points_for(50) == points_for(800) == POINTS
    assert points_for(1600) == 4 * POINTS
