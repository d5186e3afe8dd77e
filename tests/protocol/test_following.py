from collections.abc import Callable
from itertools import count, pairwise
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol import limits
from protocol.codec import decode_from_viewer, encode
from protocol.events import Ended, Event, Heard, Joined, Refused
from protocol.following import Following, State, random_nonce
from protocol.greeting import Greeting
from protocol.messages import (
    VERSION,
    Ack,
    Beat,
    Bye,
    End,
    EndReason,
    FromTrainer,
    FromViewer,
    Hello,
    Ping,
    Probe,
    Refusal,
    SnapshotPart,
    Welcome,
)
from protocol.rows import empty

if TYPE_CHECKING:
    from tests.protocol.conftest import Link

RUN = b"r" * 16
MakeWelcome = Callable[..., Welcome]


def numbered() -> Callable[[], bytes]:
    numbers = count(1)
    return lambda: next(numbers).to_bytes(8, "big")


@pytest.fixture
def following() -> Following:
    return Following(nonce=numbered())


@pytest.fixture
def welcome(link: "Link") -> Callable[..., Welcome]:
    def make(nonce: int, **changes: Any) -> Welcome:
        fields: dict[str, Any] = {
            "version": VERSION,
            "nonce": nonce.to_bytes(8, "big"),
            "run": RUN,
            "seq": 0,
            "oldest": 0,
            "manifest": link.manifest,
            "rows": empty(2),
            "ended": None,
            "viewers": 1,
        }
        return Welcome(**fields | changes)

    return make


def hear(following: Following, message: FromTrainer, now: float = 0.0) -> list[Event]:
    return following.receive([bytes(part) for part in encode(message)], now)


def said(following: Following, now: float) -> list[FromViewer]:
    """What is sent at that time."""
    following.tick(now)
    messages = [decode_from_viewer(parts) for parts in following.outgoing()]
    return [message for message in messages if message is not None]


def nonces(messages: list[FromViewer]) -> list[int]:
    return [int.from_bytes(m.nonce, "big") for m in messages if isinstance(m, Hello)]


def beat(run: bytes = RUN) -> Beat:
    return Beat(run=run, seq=0, up=1.0, dropped=0)


def test_hello_is_repeated_ever_slower_with_one_nonce(following: Following) -> None:
    times = []
    now = 0.0
    while now < 10.0:
        assert nonces(said(following, now)) == [1]
        times.append(now)
        now += following.next_deadline(now)

    assert times == [0.0, 0.25, 0.75, 1.75, 3.75, 5.75, 7.75, 9.75]


def test_hello_says_what_the_viewer_wants(following: Following) -> None:
    (hello,) = said(following, 0.0)

    assert hello == Hello(
        version=VERSION,
        want=following.want,
        window=2,
        nonce=bytes([0, 0, 0, 0, 0, 0, 0, 1]),
        app="viewer",
    )


def test_random_nonces_differ() -> None:
    assert len({random_nonce() for _ in range(10)}) == 10


def test_welcome_of_another_hello_is_left_alone(
    following: Following, welcome: MakeWelcome
) -> None:
    following.tick(0.0)

    assert hear(following, welcome(nonce=7)) == []
    assert following.state is State.WAITING


def test_second_welcome_is_left_alone(
    following: Following, welcome: MakeWelcome
) -> None:
    following.tick(0.0)

    first = hear(following, welcome(nonce=1))
    second = hear(following, welcome(nonce=1))

    assert [type(event) for event in first] == [Joined]
    assert second == []


def test_ping_repeats_the_ack_in_case_it_was_lost(
    following: Following, welcome: MakeWelcome
) -> None:
    said(following, 0.0)
    hear(following, welcome(nonce=1))
    hear(following, beat(), 1.9)

    assert said(following, 1.9) == []
    assert said(following, 2.0) == [Ack(run=RUN, seq=0), Ping(time=2.0)]
    assert said(following, 2.1) == []


def test_leave_says_goodbye(following: Following) -> None:
    said(following, 0.0)

    following.leave()

    assert said(following, 0.1) == [Bye()]


def test_reconnected_says_hello_at_once_with_another_nonce(
    following: Following, welcome: MakeWelcome
) -> None:
    said(following, 0.0)
    hear(following, welcome(nonce=1))

    following.reconnected(0.1)

    assert nonces(said(following, 0.1)) == [2]


def test_snapshots_on_a_new_connection_wait_for_its_welcome(
    following: Following, welcome: MakeWelcome
) -> None:
    said(following, 0.0)
    hear(following, welcome(nonce=1))
    following.reconnected(0.1)
    end = End(run=RUN, seq=0, reason=EndReason.DONE)

    early = hear(following, end, 0.2)
    hear(following, welcome(nonce=2), 0.2)

    assert early == []
    assert hear(following, end, 0.2) == [Ended(reason=EndReason.DONE, text="")]


def test_message_of_another_run_makes_the_viewer_say_hello_once(
    following: Following, welcome: MakeWelcome
) -> None:
    said(following, 0.0)
    hear(following, welcome(nonce=1))

    for _ in range(3):
        assert hear(following, beat(b"o" * 16), 0.1) == []

    assert nonces(said(following, 0.1)) == [2]


def test_new_run_begins_to_count_consumption_again(
    following: Following, welcome: MakeWelcome
) -> None:
    said(following, 0.0)
    hear(following, welcome(nonce=1, seq=9, ended=EndReason.DONE))
    following.assembler.seq = 9
    following.consumed(9, 0.0)
    following.reconnected(0.1)
    said(following, 0.1)

    hear(following, welcome(nonce=2, run=b"o" * 16, seq=0), 0.1)
    following.consumed(9, 0.2)
    following.consumed(0, 0.2, run=RUN)
    nothing = said(following, 0.2)
    following.consumed(0, 0.2, run=b"o" * 16)

    assert nothing == []
    assert said(following, 0.2) == [Ack(run=b"o" * 16, seq=0)]


def test_end_is_acknowledged_like_one_more_snapshot(
    following: Following, welcome: MakeWelcome
) -> None:
    said(following, 0.0)
    hear(following, welcome(nonce=1))

    events = hear(following, End(run=RUN, seq=0, reason=EndReason.DONE))

    assert events == [Ended(reason=EndReason.DONE, text="")]
    assert said(following, 0.0) == [Ack(run=RUN, seq=1)]


def test_ended_run_stays_ended_when_it_is_welcomed_again(
    following: Following, welcome: MakeWelcome
) -> None:
    said(following, 0.0)
    hear(following, welcome(nonce=1, ended=EndReason.DONE))
    following.outgoing()
    following.reconnected(1.0)
    said(following, 1.0)

    events = hear(following, welcome(nonce=2, ended=EndReason.DONE), 1.0)

    assert [type(event) for event in events] == [Joined]
    assert following.state is State.ENDED
    assert said(following, 1.0) == [Ack(run=RUN, seq=1)]


def test_trainer_of_another_version_is_told_as_a_refusal(
    following: Following, welcome: MakeWelcome
) -> None:
    said(following, 0.0)

    (event,) = hear(following, welcome(nonce=1, version=2))

    assert isinstance(event, Refused)
    assert event.code == "version"
    assert event.text.endswith("this viewer speaks 1; upgrade the viewer")


def test_refusals_make_hellos_rarer(following: Following) -> None:
    times = [0.0]
    refusal = Refusal(code="busy", text="full")
    for _ in range(8):
        now = times[-1]
        assert len(nonces(said(following, now))) == 1
        assert hear(following, refusal, now) == [Refused(code="busy", text="full")]
        assert hear(following, refusal, now) == []
        times.append(now + following.next_deadline(now))

    assert [b - a for a, b in pairwise(times)] == [
        *(1, 2, 4, 8, 16),
        *(30, 30, 30),
    ]


def test_hellos_are_frequent_again_after_a_welcome() -> None:
    greeting = Greeting(numbered())
    greeting.begin_later(0.0)
    greeting.begin_later(0.0)
    assert greeting.answer((3).to_bytes(8, "big"))

    greeting.begin_later(0.0)

    assert greeting.next_at == limits.REFUSED_FIRST_S


def test_bad_messages_between_good_ones_are_only_counted(
    following: Following, welcome: MakeWelcome
) -> None:
    said(following, 0.0)
    hear(following, welcome(nonce=1))

    for _ in range(limits.ERRORS):
        assert following.receive([b"?"], 0.1) == []
        hear(following, beat(), 0.1)

    assert following.dropped == limits.ERRORS
    assert nonces(said(following, 1.9)) == []


def test_bad_messages_in_a_row_make_the_viewer_say_hello_later(
    following: Following, welcome: MakeWelcome
) -> None:
    said(following, 0.0)
    hear(following, welcome(nonce=1))
    for _ in range(limits.ERRORS):
        following.receive([b"?"], 0.1)

    assert nonces(said(following, 0.1 + limits.REFUSED_FIRST_S - 0.01)) == []
    assert nonces(said(following, 0.1 + limits.REFUSED_FIRST_S)) == [2]


def test_broken_welcome_is_asked_for_again(following: Following) -> None:
    said(following, 0.0)

    following.receive([b"?"], 0.1)

    assert nonces(said(following, 0.25)) == [2]


def test_bad_part_does_not_hide_that_the_trainer_is_back(link: "Link") -> None:
    viewer = link.join()
    link.settle()
    link.is_trainer_up = False
    link.run(3.0)
    bad = SnapshotPart(
        run=viewer.following.assembler.run or b"",
        seq=1,
        epoch=0,
        step=0,
        time=0.0,
        probe=Probe(index=0, label=None),
        skip=0,
        rows=empty(2),
        part=0,
        parts=1,
        crc=0,
        payload=memoryview(b""),
    )

    events = hear(viewer.following, bad, link.now)

    assert events == [Heard()]
    assert viewer.following.dropped == 1


def test_unknown_message_is_counted_and_shows_that_the_trainer_is_alive(
    following: Following, welcome: MakeWelcome
) -> None:
    said(following, 0.0)
    hear(following, welcome(nonce=1))

    following.receive([b"\x81\xa4type\xa4wave"], 1.5)
    events = following.tick(3.4)

    assert events == []
    assert following.unknown == 1


def test_deadline_is_the_ping_or_the_silence_whichever_comes_first(
    following: Following, welcome: MakeWelcome
) -> None:
    said(following, 0.0)
    hear(following, welcome(nonce=1), 0.5)
    hear(following, beat(), 1.0)

    ping = following.next_deadline(1.0)
    following.consumed(0, 2.0)
    silence = following.next_deadline(2.0)

    assert (ping, silence) == (1.5, 1.0)


def test_deadline_is_when_an_end_is_believed(
    following: Following, welcome: MakeWelcome
) -> None:
    said(following, 0.0)
    hear(following, welcome(nonce=1))
    hear(following, End(run=RUN, seq=3, reason=EndReason.DONE), 0.0)
    for now in (2.0, 2.25, 2.75, 3.75, 5.75):
        said(following, now)

    assert following.next_deadline(5.75) == 0.25


@given(st.lists(st.lists(st.binary(max_size=40), max_size=3), max_size=5))
def test_receive_never_raises(messages: list[list[bytes]]) -> None:
    following = Following(nonce=numbered())
    following.tick(0.0)

    for parts in messages:
        assert following.receive(parts, 0.0) == []
