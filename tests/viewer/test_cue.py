import pytest
from hypothesis import given
from hypothesis import strategies as st

from viewer.cue import TRAINING, TRIAL, Cue, Cycle, Phase, cue_at, cue_of, frames_of


@pytest.mark.parametrize("cycle", [TRAINING, TRIAL])
def test_cycle_runs_through_its_phases_in_order(cycle: Cycle) -> None:
    phases = [cue_at(frame, 100, 2, cycle).phase for frame in range(100)]

    assert tuple(dict.fromkeys(phases)) == cycle.phases


def test_nothing_runs_back_where_a_network_is_tried() -> None:
    assert not {Phase.LOSS, Phase.BACKWARD, Phase.UPDATE} & {*TRIAL.phases}


def test_last_example_stays_at_its_decision() -> None:
    cue = cue_at(5_000, 100, 3, TRIAL)

    assert cue == Cue(2, None, Phase.DECISION, 1.0, TRIAL)


def test_video_of_a_trial_shows_every_example_and_holds_the_last() -> None:
    frames = frames_of(4, 100, 30, TRIAL)
    shown = [cue_at(frame, 100, 4, TRIAL).index for frame in range(frames)]

    assert frames == 3 * 100 + 90 + 30
    assert set(shown) == {0, 1, 2, 3}


def test_last_snapshot_stays_at_its_loss_when_nothing_follows() -> None:
    cue = cue_at(5_000, 100, 3)

    assert cue == Cue(2, None, Phase.LOSS, 1.0)


def test_video_shows_every_snapshot_and_holds_the_last() -> None:
    frames = frames_of(4, 120, hold=30)
    shown = [cue_at(frame, 120, 4).index for frame in range(frames)]

    assert set(shown) == {0, 1, 2, 3}
    assert shown.count(0) == shown.count(2) == 120
    assert cue_at(frames - 1, 120, 4) == Cue(3, None, Phase.LOSS, 1.0)


@given(st.floats(0, 1), st.booleans())
def test_cue_gives_its_fraction_back(fraction: float, last: bool) -> None:
    cue = cue_of(0, None if last else 1, fraction)

    expected = min(fraction, 0.54) if last else fraction
    assert abs(cue.fraction - expected) < 1e-9


@given(st.integers(0, 10_000), st.integers(1, 400), st.integers(1, 50))
def test_cue_always_names_a_snapshot_that_exists(
    frame: int, frames_per_snapshot: int, count: int
) -> None:
    cue = cue_at(frame, frames_per_snapshot, count)

    assert 0 <= cue.index < count
    assert cue.following in (None, cue.index + 1)
    assert 0 <= cue.progress <= 1
