"""Whatever a link does, a viewer ends up with everything, and knows what it lacks."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from protocol import limits
from protocol.events import Arrived, Ended, Joined
from protocol.messages import EndReason, Want

if TYPE_CHECKING:
    from tests.protocol.link.conftest import Link, Viewer

WHICH = st.integers(0, 3)
WEATHER = st.one_of(
    st.tuples(st.just("publish"), st.integers(1, 6)),
    st.tuples(st.just("wait"), st.sampled_from([0.05, 0.3, 1.0, 2.5, 7.0, 15.0])),
    st.tuples(st.just("join"), st.sampled_from(Want), st.integers(1, 4)),
    st.tuples(st.just("cut"), WHICH),
    st.tuples(st.just("stall"), WHICH),
    st.tuples(st.just("go on"), WHICH),
    st.tuples(st.just("delay"), st.sampled_from([0.0, 0.1, 0.4, 1.2])),
    st.tuples(st.just("room"), st.sampled_from([1, 2, 64])),
    st.tuples(st.just("trainer down"), st.booleans()),
    st.tuples(st.just("restart")),
)


def happen(link: "Link", weather: tuple[object, ...]) -> None:
    match weather:
        case ("publish", int(snapshots)):
            link.publish(snapshots)
        case ("wait", float(seconds)):
            link.run(seconds)
        case ("join", Want() as want, int(window)):
            link.join(want, window)
        case ("cut", int(which)):
            link.cut(link.viewers[which % len(link.viewers)])
        case ("stall", int(which)):
            link.viewers[which % len(link.viewers)].consumes = False
        case ("go on", int(which)):
            go_on(link, link.viewers[which % len(link.viewers)])
        case ("delay", float(seconds)):
            link.delay = seconds
        case ("room", int(messages)):
            link.room = messages
        case ("trainer down", bool(down)):
            link.is_trainer_up = not down
        case ("restart",):
            link.start_trainer()


def go_on(link: "Link", viewer: "Viewer") -> None:
    viewer.consumes = True
    viewer.following.consumed(viewer.following.assembler.seq, link.now)


def clear_up(link: "Link") -> None:
    link.delay = 0.0
    link.room = 64
    link.is_trainer_up = True
    for viewer in link.viewers:
        go_on(link, viewer)
    link.publish()
    link.run(8.0)
    link.publishing.end(EndReason.DONE)
    link.run(1.0)


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PART_BYTES", 64)


@pytest.mark.parametrize("parts", [1, 3])
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(weather=st.lists(WEATHER, min_size=5, max_size=25))
def test_viewer_has_everything_when_the_weather_clears(
    make_link: "Callable[..., Link]", weather: list[tuple[object, ...]], parts: int
) -> None:
    link = make_link(parts=parts, held=4)
    link.join(Want.ALL)
    link.join(Want.LIVE)

    for each in weather:
        happen(link, each)
    clear_up(link)

    assert link.publishing.satisfied()
    for viewer in link.viewers:
        check(link, viewer)


def check(link: "Link", viewer: "Viewer") -> None:
    joins = [
        i for i, e in enumerate(viewer.events) if isinstance(e, Joined) and e.fresh
    ]
    events = viewer.events[joins[-1] :]
    seqs = [e.snapshot.seq for e in events if isinstance(e, Arrived)]
    assembler = viewer.following.assembler
    newest = link.publishing.seq

    assert viewer.epochs == list(range(2 * newest))
    assert seqs == sorted(set(seqs))
    assert seqs[-1] == newest
    assert sum(isinstance(event, Ended) for event in events) == 1
    assert assembler.lost == 0
    whole = len(seqs) + assembler.skipped + assembler.missing
    if viewer.following.want is Want.ALL:
        assert assembler.skipped == 0
        assert whole == newest
    else:
        assert assembler.missing == 0
        assert newest - seqs[0] < whole <= newest
