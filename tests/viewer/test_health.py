from collections.abc import Callable

import numpy as np
import pytest

from viewer.cue import cue_of
from viewer.health import Health, first_broken, name_of
from viewer.scene import scene_of
from viewer.timeline import Timeline

Make = Callable[..., Timeline]


def health_of(timeline: Timeline, index: int = 1) -> str:
    assert timeline.manifest is not None
    return Health(timeline.manifest).of(scene_of(timeline, cue_of(index, None, 0.5)))


def test_healthy_run_has_nothing_to_say(make_timeline: Make) -> None:
    assert health_of(make_timeline()) == ""


def test_first_broken_array_is_named(make_timeline: Make) -> None:
    timeline = make_timeline()
    timeline.snapshots[1].arrays["weights", 2][3, 4] = np.nan

    assert health_of(timeline) == "diverged: NaN in weights of hidden 2"
    assert health_of(timeline, index=0) == ""


def test_infinite_activation_is_named(make_timeline: Make) -> None:
    timeline = make_timeline()
    timeline.snapshots[1].arrays["activation", 1][0] = -np.inf

    assert health_of(timeline) == "diverged: −inf in activation of hidden 1"


def test_newest_loss_is_looked_at(make_timeline: Make) -> None:
    timeline = make_timeline()
    timeline._rows._room[10:, 1] = np.inf

    assert health_of(timeline) == "diverged: the loss is inf"


def test_loss_that_was_never_told_is_not_broken(make_timeline: Make) -> None:
    timeline = make_timeline()
    timeline._rows._room[:, 1] = np.nan

    assert health_of(timeline) == ""


def test_each_snapshot_is_read_once(make_timeline: Make) -> None:
    timeline = make_timeline()
    assert timeline.manifest is not None
    health = Health(timeline.manifest)
    scene = scene_of(timeline, cue_of(1, None, 0.5))

    before = health.of(scene)
    scene.snapshot.arrays["weights", 1][...] = np.nan
    after = health.of(scene)

    assert before == after == ""


@pytest.mark.parametrize("dtype", ["<f2", "<f4", "<f8"])
def test_large_values_are_not_taken_for_broken(dtype: str) -> None:
    values = np.full(1000, np.finfo(dtype).max, dtype)

    assert first_broken(values) is None


def test_whole_numbers_are_never_broken() -> None:
    assert first_broken(np.full((9, 9), 255, np.uint8)) is None


def test_values_that_are_not_finite_have_names() -> None:
    assert [name_of(x) for x in (np.nan, np.inf, -np.inf)] == ["NaN", "inf", "−inf"]
