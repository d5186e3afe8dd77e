from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from viewer.controls import (
    ACTIONS,
    HELP,
    MOVES,
    SPEEDS,
    Action,
    Extent,
    Playhead,
    advance,
    cue,
    is_waiting,
    press,
    stops,
)
from viewer.cue import TRAINING, TRIAL, Cue, Phase

LOSS_END = TRAINING.rest
FIVE = Extent(count=5, layers=5)


def run(playhead: Playhead, cycles: float, extent: Extent) -> Playhead:
    for _ in range(round(cycles * 100)):
        playhead = advance(playhead, 0.01, extent)
    return playhead


def test_advance_shows_one_snapshot_after_the_other() -> None:
    playhead = run(Playhead(), 2.5, FIVE)

    assert playhead.index == 2


def test_advance_rests_at_the_loss_of_the_last_snapshot() -> None:
    playhead = run(Playhead(index=4), 3, FIVE)

    assert cue(playhead, FIVE) == Cue(4, None, Phase.LOSS, 1.0)
    assert is_waiting(playhead, FIVE)


def test_advance_goes_on_when_a_snapshot_follows_at_last() -> None:
    resting = run(Playhead(live=True), 2, Extent(1, 5))

    playhead = advance(resting, 0.01, Extent(2, 5))

    assert cue(playhead, Extent(2, 5)) == Cue(0, 1, Phase.BACKWARD, 0.0)


def test_advance_goes_to_the_newest_snapshot_when_live() -> None:
    playhead = run(Playhead(live=True), 1.1, FIVE)

    assert playhead.index == 4


def test_live_update_leads_to_the_snapshot_that_was_newest_when_it_began() -> None:
    updating = run(Playhead(live=True), 0.7, Extent(3, 5))

    later = run(updating, 0.2, Extent(9, 5))

    assert cue(updating, Extent(3, 5)).following == 2
    assert cue(later, Extent(9, 5)).following == 2
    assert run(later, 0.2, Extent(9, 5)).index == 8


def test_advance_does_nothing_while_paused() -> None:
    paused = Playhead(index=1, fraction=0.3, playing=False)

    assert advance(paused, 0.5, FIVE) == paused


def test_advance_never_leaps_over_a_phase() -> None:
    playhead = advance(Playhead(), 20, FIVE)

    assert (playhead.index, playhead.fraction) == (0, LOSS_END)


def test_advance_is_faster_at_a_higher_speed() -> None:
    playhead = advance(Playhead(speed=4), 0.1, FIVE)

    assert playhead.fraction == pytest.approx(0.4)


def test_space_pauses_and_goes_on_where_it_was() -> None:
    before = Playhead(index=2, fraction=0.3)

    paused = press(before, " ", FIVE)
    resumed = press(paused, " ", FIVE)

    assert paused == replace(before, playing=False)
    assert resumed == before


def test_space_leaves_live() -> None:
    resumed = press(press(Playhead(live=True), " ", FIVE), " ", FIVE)

    assert resumed == Playhead(live=False, playing=True)


def test_right_goes_from_layer_to_layer_and_on_to_the_next_snapshot() -> None:
    playhead, seen = Playhead(), []
    for _ in range(len(stops(5))):
        playhead = press(playhead, "right", FIVE)
        now = cue(playhead, FIVE)
        seen.append((now.index, now.phase, round(now.progress * 4, 6)))

    assert seen == [
        (0, Phase.FORWARD, 1),
        (0, Phase.FORWARD, 2),
        (0, Phase.FORWARD, 3),
        (0, Phase.LOSS, 0),
        (0, Phase.BACKWARD, 0),
        (0, Phase.BACKWARD, 1),
        (0, Phase.BACKWARD, 2),
        (0, Phase.BACKWARD, 3),
        (0, Phase.UPDATE, 0),
        (1, Phase.FORWARD, 0),
    ]
    assert not playhead.playing


def test_left_is_the_way_back_of_right() -> None:
    forward = [Playhead(playing=False)]
    for _ in range(25):
        forward.append(press(forward[-1], "right", FIVE))

    playhead = forward[-1]
    for before in reversed(forward[:-1]):
        playhead = press(playhead, "left", FIVE)
        assert cue(playhead, FIVE) == cue(before, FIVE)


def test_left_and_right_go_from_snapshot_to_snapshot_where_each_is_a_layer() -> None:
    space = Extent(count=3, layers=0)
    start = Playhead()

    there = press(press(start, "right", space), "right", space)
    back = press(there, "left", space)

    assert (there.index, there.fraction) == (2, 0)
    assert (back.index, back.fraction) == (1, 0)
    assert press(there, "right", space).index == 2
    assert press(press(back, "left", space), "left", space).index == 0


def test_right_stops_at_the_loss_of_the_last_snapshot() -> None:
    playhead = Playhead(index=4)
    for _ in range(20):
        playhead = press(playhead, "right", FIVE)

    assert cue(playhead, FIVE) == Cue(4, None, Phase.LOSS, 1.0)


def test_left_stops_at_the_beginning() -> None:
    assert press(Playhead(), "left", FIVE) == Playhead(playing=False)


@pytest.mark.parametrize(
    ("key", "index"),
    [("shift+right", 3), (".", 3), ("shift+left", 1), (",", 1), ("home", 0)],
)
def test_keys_go_to_other_snapshots_and_leave_live(key: str, index: int) -> None:
    playhead = press(Playhead(index=2, fraction=0.7, target=3, live=True), key, FIVE)

    assert playhead == Playhead(index=index, live=False)


@pytest.mark.parametrize("key", ["end", "L", "l"])
def test_keys_go_live(key: str) -> None:
    playhead = press(Playhead(index=1, fraction=0.4, playing=False), key, FIVE)

    assert playhead == Playhead(index=4, live=True, playing=True)


def test_plus_and_minus_change_the_speed_within_bounds() -> None:
    fast = slow = Playhead()
    for _ in range(20):
        fast, slow = press(fast, "+", FIVE), press(slow, "-", FIVE)

    assert press(Playhead(), "+", FIVE).speed == 2
    assert press(Playhead(), "-", FIVE).speed == 0.5
    assert (slow.speed, fast.speed) == (SPEEDS[0], SPEEDS[-1])


def test_unknown_keys_do_nothing() -> None:
    playhead = Playhead(index=3, fraction=0.2)

    assert press(playhead, "ctrl+alt+x", FIVE) == playhead


def test_every_action_has_a_key_and_no_key_means_two_things() -> None:
    assert set(ACTIONS.values()) == set(Action)
    assert not set(ACTIONS) & set(MOVES)


def test_help_names_every_key() -> None:
    named = " ".join(keys for keys, _ in HELP)

    other_names = {" ": "space", "L": "l", "=": "+"}
    for key in (*MOVES, *ACTIONS):
        shown = other_names.get(key, key)
        assert all(part in named for part in shown.split("+") if part), key


KEYS = st.sampled_from([*MOVES, *ACTIONS, "x"])


@given(
    st.lists(KEYS | st.floats(0, 3), max_size=60),
    st.integers(1, 6),
    st.integers(1, 7),
    st.booleans(),
)
def test_playhead_always_shows_snapshots_that_exist(
    moves: list[str | float], count: int, layers: int, live: bool
) -> None:
    extent, playhead = Extent(count, layers), Playhead(live=live)
    for move in moves:
        if isinstance(move, str):
            playhead = press(playhead, move, extent)
        else:
            playhead = advance(playhead, move, extent)
        now = cue(playhead, extent)

        assert 0 <= now.index < count
        assert now.following is None or now.index < now.following < count
        assert 0 <= now.progress <= 1


TRIED = Extent(count=5, layers=3, cycle=TRIAL)


def test_live_trial_shows_every_example_that_came() -> None:
    shown, playhead = [], Playhead(live=True)
    for _ in range(600):
        playhead = advance(playhead, 0.01, TRIED)
        shown.append(playhead.index)

    assert list(dict.fromkeys(shown)) == [0, 1, 2, 3, 4]
    assert cue(playhead, TRIED) == Cue(4, None, Phase.DECISION, 1.0, TRIAL)
    assert is_waiting(playhead, TRIED)


def test_live_trial_goes_to_the_newest_example_when_asked() -> None:
    assert press(Playhead(live=True), "end", TRIED).index == 4


def test_layers_of_a_trial_are_stepped_forward_into_the_next_example() -> None:
    places, playhead = [], Playhead()
    for _ in range(4):
        playhead = press(playhead, "right", TRIED)
        places.append((playhead.index, playhead.fraction))

    assert places == [(0, TRIAL.lit / 2), (0, TRIAL.lit), (1, 0.0), (1, TRIAL.lit / 2)]


def test_layers_of_a_trial_are_stepped_back_to_the_last_decision() -> None:
    playhead = press(Playhead(index=1), "left", TRIED)

    assert cue(playhead, TRIED) == Cue(0, 1, Phase.DECISION, 0.0, TRIAL)
