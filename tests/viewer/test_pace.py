import pytest

from viewer.pace import Counts, Pace


def drawn(frames: int) -> Counts:
    return Counts(frames=frames, of_frames=1000)


def test_pace_knows_nothing_at_first() -> None:
    pace = Pace()

    pace.take(drawn(0), 5.0)

    assert pace.frames_a_second == 0
    assert pace.left_s is None


def test_pace_goes_on_as_it_was() -> None:
    pace = Pace()

    for second in range(5):
        pace.take(drawn(50 * second), 100.0 + second)

    assert pace.frames_a_second == pytest.approx(50)
    assert pace.left_s == pytest.approx(16)


def test_pace_is_that_of_the_last_minute() -> None:
    pace = Pace()

    for second in range(200):
        fast, slow = min(second, 50) * 10, max(second - 50, 0)
        pace.take(drawn(fast + slow), float(second))

    assert pace.frames_a_second == pytest.approx(1)
    assert pace.left_s == pytest.approx(1000 - 500 - 149)


def test_pace_goes_by_snapshots_where_nothing_is_drawn() -> None:
    pace = Pace()

    pace.take(Counts(snapshots=1, of_snapshots=11), 0.0)
    pace.take(Counts(snapshots=3, of_snapshots=11), 4.0)

    assert pace.left_s == pytest.approx(16)


def test_pace_does_not_guess_an_end_that_nobody_knows() -> None:
    pace = Pace()

    pace.take(Counts(snapshots=1, frames=10), 0.0)
    pace.take(Counts(snapshots=2, frames=40), 1.0)

    assert pace.frames_a_second == pytest.approx(30)
    assert pace.left_s is None
