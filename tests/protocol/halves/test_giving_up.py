"""Snapshots that are no longer held while they are under way to a viewer."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from protocol import limits
from protocol.codec import decode_from_trainer
from protocol.messages import FromTrainer, Gap, SnapshotPart, Want

if TYPE_CHECKING:
    from tests.protocol.halves.conftest import TrainerHalf

PEER, OTHER = b"peer", b"other"


@pytest.fixture(autouse=True)
def three_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PART_BYTES", 8)


@pytest.fixture
def trainer(make_trainer: "Callable[..., TrainerHalf]") -> "TrainerHalf":
    """A trainer that keeps one snapshot."""
    return make_trainer(ring_bytes=20)


def take_one(trainer: "TrainerHalf", peer: bytes = PEER) -> FromTrainer:
    parts = trainer.publishing.next_for(peer, 0.0)
    assert parts is not None
    message = decode_from_trainer(parts)
    assert message is not None
    trainer.publishing.accepted(peer)
    return message


def brief(messages: list[FromTrainer]) -> list[object]:
    return [
        (m.seq, m.part, m.skip)
        if isinstance(m, SnapshotPart)
        else (type(m).__name__, m.first, m.last)
        if isinstance(m, Gap)
        else type(m).__name__
        for m in messages
    ]


def test_live_viewer_is_sent_the_next_and_told_that_it_skips_the_broken_one(
    trainer: "TrainerHalf",
) -> None:
    trainer.hello()
    trainer.sent()
    trainer.publish()
    take_one(trainer)

    trainer.publish(2)

    assert brief(trainer.sent()) == [(3, 0, 2), (3, 1, 2), (3, 2, 2)]
    assert trainer.released == [1, 2]


def test_skips_before_a_broken_snapshot_are_told_again(trainer: "TrainerHalf") -> None:
    trainer.hello()
    trainer.sent()
    trainer.publish(2)
    first = take_one(trainer)

    trainer.publish()

    assert brief([first]) == [(2, 0, 1)]
    assert brief(trainer.sent())[0] == (3, 0, 2)
    assert trainer.publishing.skipped == 2


def test_viewer_that_wants_all_is_told_of_the_gap(trainer: "TrainerHalf") -> None:
    trainer.hello(want=Want.ALL)
    trainer.sent()
    trainer.publish()
    take_one(trainer)

    trainer.publish()

    assert brief(trainer.sent())[:2] == [("Gap", 1, 1), (2, 0, 0)]


def test_rows_that_came_with_a_broken_snapshot_do_not_come_again(
    trainer: "TrainerHalf",
) -> None:
    trainer.hello()
    trainer.sent()
    trainer.publish()
    broken = take_one(trainer)

    trainer.publish()
    part = trainer.sent()[0]

    assert isinstance(broken, SnapshotPart)
    assert isinstance(part, SnapshotPart)
    assert (len(broken.rows), len(part.rows)) == (1, 1)


def test_credit_of_a_broken_snapshot_comes_back(trainer: "TrainerHalf") -> None:
    trainer.hello(window=1)
    trainer.sent()
    trainer.publish()
    take_one(trainer)

    trainer.publish()

    assert len(trainer.sent()) == 3


def test_snapshot_is_held_until_it_is_sent_where_there_is_room(
    make_trainer: "Callable[..., TrainerHalf]",
) -> None:
    trainer = make_trainer(ring_bytes=40)
    trainer.hello()
    trainer.sent()
    trainer.publish()
    take_one(trainer)

    trainer.publish(2)

    assert brief(trainer.sent())[:3] == [(1, 1, 0), (1, 2, 0), (3, 0, 1)]
    assert trainer.released == [2]


def test_viewers_that_left_hold_nothing(
    make_trainer: "Callable[..., TrainerHalf]",
) -> None:
    trainer = make_trainer(ring_bytes=40)
    trainer.hello()
    trainer.sent()
    trainer.publish()
    take_one(trainer)

    trainer.publishing.gone(PEER)
    trainer.publish(2)

    assert trainer.released == [1]
