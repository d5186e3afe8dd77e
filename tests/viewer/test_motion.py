import numpy as np
import pytest

from viewer.cue import Phase, cue_of
from viewer.motion import Motion

LAST = 4


def motion(fraction: float, *, is_reduced: bool = False) -> Motion:
    return Motion(cue_of(0, 1, fraction), LAST, is_reduced)


def test_wave_runs_through_all_layers_and_back_without_a_jump() -> None:
    positions = [motion(fraction).position(2.0) for fraction in np.linspace(0, 1, 2001)]

    assert positions[0] == 0
    assert max(positions) > LAST
    assert min(positions) < 0
    turn = [motion(f).cue.phase is Phase.BACKWARD for f in np.linspace(0, 1, 2001)]
    steps = np.abs(np.diff(positions))
    steps[turn.index(True) - 1] = 0  # the light has left, and comes again
    assert steps.max() < 0.1


@pytest.mark.parametrize("layer", range(LAST + 1))
def test_layer_lights_up_as_the_wave_comes_and_stays_lit(layer: int) -> None:
    levels = [motion(fraction).on(layer) for fraction in np.linspace(0, 0.93, 200)]

    assert levels == sorted(levels)
    assert levels[-1] == 1
    assert motion(layer / LAST * 0.46 + 1e-9).on(layer) == pytest.approx(1, abs=1e-3)


def test_all_layers_but_the_example_rest_at_the_end_of_the_cycle() -> None:
    assert [motion(1.0).on(layer) for layer in range(3)] == [1, 0, 0]


def test_weights_are_new_behind_the_update_only() -> None:
    half_way = motion(0.74)

    passed = [half_way.has_passed(layer) for layer in range(LAST + 1)]
    assert passed == [False, False, False, True, True]
    assert not any(motion(0.4).has_passed(layer) for layer in range(LAST + 1))
    assert all(motion(0.99).has_passed(layer) for layer in range(LAST + 1))


def test_reduced_motion_changes_all_layers_together_and_never_flashes() -> None:
    for fraction in np.linspace(0, 1, 50):
        calm = motion(float(fraction), is_reduced=True)

        assert len({calm.on(layer) for layer in range(1, LAST + 1)}) == 1
        assert len({calm.has_passed(layer) for layer in range(LAST + 1)}) == 1
        assert calm.flash(2) == 0
