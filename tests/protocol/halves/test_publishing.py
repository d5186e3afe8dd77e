from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from protocol import limits
from protocol.messages import (
    Ack,
    Beat,
    Bye,
    End,
    EndReason,
    FromTrainer,
    Ping,
    Refusal,
    Welcome,
)
from protocol.publishing import Publishing
from protocol.ring import Ring

if TYPE_CHECKING:
    from tests.protocol.halves.conftest import TrainerHalf

RUN = b"r" * 16
PEER = b"peer"


def kinds(messages: list[FromTrainer]) -> list[type]:
    return [type(message) for message in messages]


def test_publish_numbers_snapshots_from_one(trainer: "TrainerHalf") -> None:
    trainer.publish(3)

    assert trainer.publishing.seq == 3


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"blob": bytes(19)}, "expected a blob of 20 bytes, got 19"),
        ({"rows": np.zeros((1, 3))}, r"expected rows of shape \(n, 2\), got \(1, 3\)"),
    ],
)
def test_publish_raises_and_changes_nothing_when_something_does_not_fit(
    trainer: "TrainerHalf", changes: dict[str, Any], expected: str
) -> None:
    with pytest.raises(ValueError, match=expected):
        trainer.publish(**changes)

    trainer.hello()
    (welcome,) = trainer.sent()
    assert isinstance(welcome, Welcome)
    assert (welcome.seq, len(welcome.rows)) == (0, 0)


def test_publish_raises_after_the_end(trainer: "TrainerHalf") -> None:
    trainer.publishing.end(EndReason.DONE)

    with pytest.raises(ValueError, match="no snapshot after the end"):
        trainer.publish()


def test_publishing_raises_when_no_viewer_would_accept_the_manifest(
    trainer: "TrainerHalf",
) -> None:
    with pytest.raises(ValueError, match="no viewer would accept this: expected 16"):
        Publishing(b"short", Ring(trainer.manifest, 1))


def test_end_is_said_once_and_cut_to_what_fits(trainer: "TrainerHalf") -> None:
    trainer.hello()
    trainer.sent()

    trainer.publishing.end(EndReason.ERROR, "ä" * 300)
    trainer.publishing.end(EndReason.DONE)

    assert trainer.sent() == [
        End(run=RUN, seq=0, reason=EndReason.ERROR, text="ä" * 256)
    ]


def test_end_is_repeated_with_beats_until_it_is_acknowledged(
    trainer: "TrainerHalf",
) -> None:
    trainer.publish()
    trainer.hello()
    trainer.publishing.end(EndReason.DONE)
    trainer.sent()

    repeated = trainer.sent(0.5)
    trainer.ack(1, 0.6)
    again = trainer.sent(1.0)
    before = trainer.publishing.satisfied()
    trainer.ack(2, 1.1)
    after = trainer.sent(1.5)

    assert kinds(repeated) == kinds(again) == [Beat, End]
    assert kinds(after) == [Beat]
    assert (before, trainer.publishing.satisfied()) == (False, True)


def test_end_is_repeated_for_five_seconds_only(trainer: "TrainerHalf") -> None:
    trainer.hello()
    trainer.sent()
    trainer.publishing.end(EndReason.DONE)
    ends = 0

    for half in range(20):
        now = half / 2
        trainer.take(Ping(time=now), now)
        ends += kinds(trainer.sent(now)).count(End)

    assert ends == 1 + limits.END_REPEATS


def test_end_with_its_text_is_told_to_those_who_join_later(
    trainer: "TrainerHalf",
) -> None:
    trainer.publishing.end(EndReason.ERROR, "out of memory")

    trainer.hello()
    welcome, end = trainer.sent()

    assert isinstance(welcome, Welcome)
    assert welcome.ended is EndReason.ERROR
    assert isinstance(end, End)
    assert end.text == "out of memory"


def test_ack_of_another_run_is_left_alone(trainer: "TrainerHalf") -> None:
    trainer.publishing.end(EndReason.DONE)
    trainer.hello()

    trainer.ack(1, run=b"o" * 16)

    assert not trainer.publishing.satisfied()


def test_ack_of_what_does_not_exist_is_an_error(trainer: "TrainerHalf") -> None:
    trainer.publish()
    trainer.hello()

    trainer.ack(1)
    before = trainer.publishing.bad
    trainer.ack(2)

    assert (before, trainer.publishing.bad) == (0, 1)


def test_strangers_are_left_alone(trainer: "TrainerHalf") -> None:
    for message in (Ack(run=RUN, seq=1), Ping(time=0.0), Bye()):
        trainer.take(message)

    assert trainer.publishing.receivers(0.0) == []
    assert trainer.publishing.bad == 0


def test_refused_peer_is_told_once(trainer: "TrainerHalf") -> None:
    trainer.hello(version=2)

    (refusal,) = trainer.sent()

    assert isinstance(refusal, Refusal)
    assert refusal.code == "version"
    assert trainer.publishing.receivers(0.0) == []


def test_peer_that_was_refused_is_not_told_so_when_it_is_welcome(
    make_trainer: "Callable[..., TrainerHalf]",
) -> None:
    trainer = make_trainer(max_peers=1)
    trainer.hello(peer=b"first")
    trainer.hello()
    trainer.take(Bye(), peer=b"first")
    trainer.hello()

    assert kinds(trainer.sent()) == [Welcome]


def test_peer_that_sends_rubbish_is_ignored_for_a_while(trainer: "TrainerHalf") -> None:
    trainer.hello()
    for _ in range(limits.ERRORS):
        trainer.publishing.receive(PEER, [b"rubbish"], 1.0)
    (refusal,) = trainer.sent(1.0)
    trainer.hello(now=limits.IGNORED_S)
    ignored = trainer.publishing.viewers
    trainer.hello(now=limits.IGNORED_S + 1.0)

    assert isinstance(refusal, Refusal)
    assert refusal.code == "bad"
    assert (ignored, trainer.publishing.viewers) == (0, 1)


def test_memory_stays_bounded_when_many_peers_send_rubbish(
    trainer: "TrainerHalf",
) -> None:
    for i in range(2 * limits.REMEMBERED):
        for _ in range(limits.ERRORS):
            trainer.publishing.receive(i.to_bytes(4, "big"), [b"rubbish"], 0.0)

    assert len(trainer.publishing.receivers(0.0)) <= limits.PEERS
    assert len(trainer.publishing._admission._peers) <= limits.REMEMBERED


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(messages=st.lists(st.lists(st.binary(max_size=40), max_size=2), max_size=5))
def test_receive_never_raises(
    trainer: "TrainerHalf", messages: list[list[bytes]]
) -> None:
    trainer.hello()

    for parts in messages:
        trainer.publishing.receive(PEER, parts, 0.0)
