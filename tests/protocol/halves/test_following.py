from itertools import pairwise
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from protocol import limits
from protocol.events import Ended, Heard, Joined, Refused
from protocol.following import State
from protocol.greeting import Greeting, random_nonce
from protocol.messages import VERSION, Ack, Bye, EndReason, Hello, Ping, Refusal
from protocol.payload import Packing

if TYPE_CHECKING:
    from tests.protocol.halves.conftest import ViewerHalf

RUN = b"r" * 16


def test_hello_is_repeated_ever_slower_with_one_nonce(viewer: "ViewerHalf") -> None:
    times = []
    now = 0.0
    while now < 10.0:
        assert viewer.greets(now) == [1]
        times.append(now)
        now += viewer.following.next_deadline(now)

    assert times == [0.0, 0.25, 0.75, 1.75, 3.75, 5.75, 7.75, 9.75]


def test_hello_says_what_the_viewer_wants(viewer: "ViewerHalf") -> None:
    (hello,) = viewer.says(0.0)

    assert hello == Hello(
        version=VERSION,
        want=viewer.following.want,
        window=2,
        nonce=bytes([0, 0, 0, 0, 0, 0, 0, 1]),
        app="viewer",
        packings=(Packing.DEFLATE,),
    )


def test_random_nonces_differ() -> None:
    assert len({random_nonce() for _ in range(10)}) == 10


def test_welcome_of_another_hello_is_left_alone(viewer: "ViewerHalf") -> None:
    viewer.following.tick(0.0)

    assert viewer.welcome(nonce=7) == []
    assert viewer.following.state is State.WAITING


def test_second_welcome_is_left_alone(viewer: "ViewerHalf") -> None:
    viewer.following.tick(0.0)

    first = viewer.welcome(nonce=1)
    second = viewer.welcome(nonce=1)

    assert [type(event) for event in first] == [Joined]
    assert second == []


def test_ping_repeats_the_ack_in_case_it_was_lost(welcomed: "ViewerHalf") -> None:
    welcomed.beat(1.9)

    assert welcomed.says(1.9) == []
    assert welcomed.says(2.0) == [Ack(run=RUN, seq=0), Ping(time=2.0)]
    assert welcomed.says(2.1) == []


def test_leave_says_goodbye(viewer: "ViewerHalf") -> None:
    viewer.says(0.0)

    viewer.following.leave()

    assert viewer.says(0.1) == [Bye()]


def test_reconnected_says_hello_at_once_with_another_nonce(
    welcomed: "ViewerHalf",
) -> None:
    welcomed.following.reconnected(0.1)

    assert welcomed.greets(0.1) == [2]


def test_snapshots_on_a_new_connection_wait_for_its_welcome(
    welcomed: "ViewerHalf",
) -> None:
    welcomed.following.reconnected(0.1)

    early = welcomed.end(0, 0.2)
    welcomed.welcome(nonce=2, now=0.2)

    assert early == []
    assert welcomed.end(0, 0.2) == [Ended(reason=EndReason.DONE, text="")]


def test_message_of_another_run_makes_the_viewer_say_hello_once(
    welcomed: "ViewerHalf",
) -> None:
    for _ in range(3):
        assert welcomed.beat(0.1, run=b"o" * 16) == []

    assert welcomed.greets(0.1) == [2]


def test_new_run_begins_to_count_consumption_again(viewer: "ViewerHalf") -> None:
    viewer.says(0.0)
    viewer.welcome(nonce=1, seq=9, ended=EndReason.DONE)
    viewer.following.assembler.seq = 9
    viewer.following.consumed(9, 0.0)
    viewer.following.reconnected(0.1)
    viewer.says(0.1)

    viewer.welcome(nonce=2, run=b"o" * 16, seq=0, now=0.1)
    viewer.following.consumed(9, 0.2)
    viewer.following.consumed(0, 0.2, run=RUN)
    nothing = viewer.says(0.2)
    viewer.following.consumed(0, 0.2, run=b"o" * 16)

    assert nothing == []
    assert viewer.says(0.2) == [Ack(run=b"o" * 16, seq=0)]


def test_end_is_acknowledged_like_one_more_snapshot(welcomed: "ViewerHalf") -> None:
    events = welcomed.end(0)

    assert events == [Ended(reason=EndReason.DONE, text="")]
    assert welcomed.says(0.0) == [Ack(run=RUN, seq=1)]


def test_ended_run_stays_ended_when_it_is_welcomed_again(viewer: "ViewerHalf") -> None:
    viewer.says(0.0)
    viewer.welcome(nonce=1, ended=EndReason.DONE)
    viewer.following.outgoing()
    viewer.following.reconnected(1.0)
    viewer.says(1.0)

    events = viewer.welcome(nonce=2, ended=EndReason.DONE, now=1.0)

    assert [type(event) for event in events] == [Joined]
    assert viewer.following.state is State.ENDED
    assert viewer.says(1.0) == [Ack(run=RUN, seq=1)]


def test_trainer_of_another_version_is_told_as_a_refusal(viewer: "ViewerHalf") -> None:
    viewer.says(0.0)

    (event,) = viewer.welcome(nonce=1, version=2)

    assert isinstance(event, Refused)
    assert event.code == "version"
    assert event.text.endswith("this viewer speaks 1; upgrade the viewer")


def test_refusals_make_hellos_rarer(viewer: "ViewerHalf") -> None:
    times = [0.0]
    refusal = Refusal(code="busy", text="full")
    for _ in range(8):
        now = times[-1]
        assert len(viewer.greets(now)) == 1
        assert viewer.hear(refusal, now) == [Refused(code="busy", text="full")]
        assert viewer.hear(refusal, now) == []
        times.append(now + viewer.following.next_deadline(now))

    assert [b - a for a, b in pairwise(times)] == [
        *(1, 2, 4, 8, 16),
        *(30, 30, 30),
    ]


def test_hellos_are_frequent_again_after_a_welcome() -> None:
    nonce = bytes(8)
    greeting = Greeting(lambda: nonce, window=1, app="", max_cells=0, packings=())
    greeting.begin_later(0.0)
    greeting.begin_later(0.0)
    assert greeting.answer(nonce)

    greeting.begin_later(0.0)

    assert greeting.next_at == limits.REFUSED_FIRST_S


def test_bad_messages_between_good_ones_are_only_counted(
    welcomed: "ViewerHalf",
) -> None:
    for _ in range(limits.ERRORS):
        assert welcomed.following.receive([b"?"], 0.1) == []
        welcomed.beat(0.1)

    assert welcomed.following.dropped == limits.ERRORS
    assert welcomed.greets(1.9) == []


def test_bad_messages_in_a_row_make_the_viewer_say_hello_later(
    welcomed: "ViewerHalf",
) -> None:
    for _ in range(limits.ERRORS):
        welcomed.following.receive([b"?"], 0.1)

    assert welcomed.greets(0.1 + limits.REFUSED_FIRST_S - 0.01) == []
    assert welcomed.greets(0.1 + limits.REFUSED_FIRST_S) == [2]


def test_broken_welcome_is_asked_for_again(viewer: "ViewerHalf") -> None:
    viewer.says(0.0)

    viewer.following.receive([b"?"], 0.1)

    assert viewer.greets(0.25) == [2]


def test_bad_part_does_not_hide_that_the_trainer_is_back(
    welcomed: "ViewerHalf",
) -> None:
    welcomed.says(3.0)

    events = welcomed.part(1, index=0, now=3.1)

    assert events == [Heard()]
    assert welcomed.following.dropped == 1


def test_unknown_message_is_counted_and_shows_that_the_trainer_is_alive(
    welcomed: "ViewerHalf",
) -> None:
    welcomed.following.receive([b"\x81\xa4type\xa4wave"], 1.5)
    events = welcomed.following.tick(3.4)

    assert events == []
    assert welcomed.following.unknown == 1


def test_deadline_is_the_ping_or_the_silence_whichever_comes_first(
    viewer: "ViewerHalf",
) -> None:
    viewer.says(0.0)
    viewer.welcome(nonce=1, now=0.5)
    viewer.beat(1.0)

    ping = viewer.following.next_deadline(1.0)
    viewer.following.consumed(0, 2.0)
    silence = viewer.following.next_deadline(2.0)

    assert (ping, silence) == (1.5, 1.0)


def test_deadline_is_when_an_end_is_believed(welcomed: "ViewerHalf") -> None:
    welcomed.end(3)
    for now in (2.0, 2.25, 2.75, 3.75, 5.75):
        welcomed.says(now)

    assert welcomed.following.next_deadline(5.75) == 0.25


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(messages=st.lists(st.lists(st.binary(max_size=40), max_size=3), max_size=5))
def test_receive_never_raises(
    viewer: "ViewerHalf", messages: list[list[bytes]]
) -> None:
    viewer.says(0.0)

    for parts in messages:
        assert viewer.following.receive(parts, 0.0) == []
