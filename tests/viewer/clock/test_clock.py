"""What each run shows at which epoch."""

from collections.abc import Callable
from typing import Any

import pytest

from viewer.cue import TRAINING, Phase

Begin = Callable[..., Any]


def test_stops_are_the_epochs_of_all_runs(runs: Begin) -> None:
    found = runs([0, 25, 50], [0, 10, 20, 50])

    assert found.clock.stops == [0, 10, 20, 25, 50]


def test_each_run_shows_its_newest_snapshot_of_the_epoch_or_before(
    runs: Begin,
) -> None:
    found = runs([0, 25, 50], [0, 10, 20, 50])
    shown = []
    found.wait(0.02)
    for _ in range(5):
        shown.append((found.clock.stop, found.epochs))
        found.clock.press(".", 3)

    assert shown == [
        (0, [0, 0]),
        (10, [0, 10]),
        (20, [0, 20]),
        (25, [25, 20]),
        (50, [50, 50]),
    ]


def test_run_without_a_new_snapshot_rests_while_the_other_runs(
    runs: Begin,
) -> None:
    found = runs([0, 25], [0, 10, 20])
    found.wait(1.02)
    at_ten = found.clock.stop, found.phases, found.coming
    found.wait(1.7)

    assert at_ten == (10, [Phase.LOSS, Phase.FORWARD], [None, 20])
    assert found.clock.stop == 20
    assert found.phases == [Phase.BACKWARD, Phase.LOSS]
    assert found.coming == [25, None]


def test_runs_in_step_are_in_the_same_phase(runs: Begin) -> None:
    found = runs([0, 25, 50], [0, 25, 50])
    seen = set()
    for _ in range(60):
        found.wait(0.04)
        seen.add(tuple(found.phases))

    assert all(one == other for one, other in seen)
    assert len(seen) == 4


def test_run_before_its_first_snapshot_shows_that(runs: Begin) -> None:
    found = runs([0, 25, 50], [40, 50])
    found.wait(0.02)

    assert found.epochs == [0, 40]
    assert found.phases == [Phase.FORWARD, Phase.LOSS]


def test_run_after_its_last_snapshot_rests_at_it(runs: Begin) -> None:
    found = runs([0, 25], [0, 25, 50, 75])
    found.end(0)
    found.wait(3.3)

    assert found.clock.stop == 75
    assert found.epochs == [25, 75]
    assert found.phases == [Phase.LOSS, Phase.FORWARD]


def test_clock_stops_at_the_last_epoch_of_all(runs: Begin) -> None:
    found = runs([0, 25], [0, 30])
    found.wait(9)

    assert found.clock.stop == 30
    assert found.clock.playhead.fraction == TRAINING.rest


def test_epoch_runs_on_while_the_update_runs_back(runs: Begin) -> None:
    found = runs([0, 100], [0])
    found.wait(0.4)
    before = found.clock.epoch
    found.wait(0.4)

    assert before == 0
    assert 50 < found.clock.epoch < 70


def test_clock_stays_where_it_is_when_a_stop_comes_before_it(
    runs: Begin,
) -> None:
    found = runs([0, 25, 50], [0])
    found.wait(1.8)
    found.receive(1, 10, 20)
    found.clock.advance(0)

    assert (found.clock.stop, found.clock.following) == (25, 50)


@pytest.mark.parametrize(
    ("epoch", "shown", "phase"),
    [(0, [0, 0], Phase.FORWARD), (30, [25, 20], Phase.FORWARD), (99, [50, 20], None)],
)
def test_drag_goes_to_an_epoch(
    runs: Begin, epoch: float, shown: list[int], phase: Phase | None
) -> None:
    found = runs([0, 25, 50], [0, 20])
    found.clock.hold(epoch, whole=False)

    assert found.epochs == shown
    assert phase in (None, found.phases[0])
    assert found.clock.playhead.held


def test_steps_go_through_the_layers_of_the_run_that_is_meant(
    runs: Begin,
) -> None:
    found = runs([0, 25], [0, 25])
    found.wait(0.02)
    found.clock.press("right", 3)

    assert found.clock.playhead.fraction == pytest.approx(TRAINING.lit / 2)
    assert not found.clock.playhead.playing
