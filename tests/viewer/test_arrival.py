from collections.abc import Callable

import numpy as np

from viewer.arrival import arrived, between
from viewer.cue import cue_of
from viewer.options import Options
from viewer.scene import scene_of
from viewer.timeline import Timeline

Make = Callable[..., Timeline]


def test_outputs_come_with_the_light_and_go_with_the_update(
    make_timeline: Make,
) -> None:
    timeline = make_timeline()

    come = [
        arrived(scene_of(timeline, cue_of(1, 2, fraction)))
        for fraction in (0.0, 0.4, 0.45, 0.5, 0.9, 0.97, 1.0)
    ]

    assert come[0] == come[1] == 0
    assert 0 < come[2] < 1
    assert come[3] == come[4] == 1
    assert 0 < come[5] < 1
    assert come[6] == 0


def test_outputs_fade_over_where_motion_is_reduced(make_timeline: Make) -> None:
    timeline, calm = make_timeline(), Options(reduced_motion=True)

    come = [
        arrived(scene_of(timeline, cue_of(1, 2, fraction), "", calm))
        for fraction in (0.0, 0.1, 0.2, 0.3, 0.46)
    ]

    assert come == sorted(come)
    assert len(set(come)) == 5


def test_what_is_not_finite_comes_at_half_the_way() -> None:
    before, after = np.array([0.0, 1.0, np.nan]), np.array([1.0, np.inf, 0.5])

    np.testing.assert_array_equal(between(before, after, 0.25), [0.25, 1, np.nan])
    np.testing.assert_array_equal(between(before, after, 0.75), [0.75, np.inf, 0.5])
