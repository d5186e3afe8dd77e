"""What one viewer is offered, and when."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from protocol import limits
from protocol.messages import (
    Beat,
    FromTrainer,
    Gap,
    SnapshotPart,
    Want,
)

if TYPE_CHECKING:
    from tests.protocol.halves.conftest import TrainerHalf

RUN = b"r" * 16
PEER = b"peer"


def kinds(messages: list[FromTrainer]) -> list[type]:
    return [type(message) for message in messages]


def test_snapshot_shares_the_memory_of_the_blob(trainer: "TrainerHalf") -> None:
    blob = bytearray(20)
    trainer.publish(blob=blob)
    trainer.hello()
    assert trainer.publishing.next_for(PEER, 0.0)
    trainer.publishing.accepted(PEER)

    parts = trainer.publishing.next_for(PEER, 0.0)

    assert parts is not None
    assert isinstance(parts[-1], memoryview)
    assert parts[-1].obj is blob


def test_peer_is_offered_the_newest_when_the_socket_was_full(
    trainer: "TrainerHalf",
) -> None:
    trainer.hello()
    trainer.sent()
    trainer.publish()

    assert trainer.publishing.next_for(PEER, 0.0)
    trainer.publish()
    (part,) = trainer.sent()

    assert isinstance(part, SnapshotPart)
    assert (part.seq, part.skip, len(part.rows)) == (2, 1, 2)


def test_peer_with_a_full_socket_is_owed_one_gap_however_long_it_lasts(
    make_trainer: "Callable[..., TrainerHalf]",
) -> None:
    trainer = make_trainer(ring_bytes=40)
    trainer.hello(want=Want.ALL)
    trainer.sent()

    for _ in range(100):
        trainer.publish()
        trainer.publishing.next_for(PEER, 0.0)
    gaps = [each for each in trainer.sent() if isinstance(each, Gap)]

    assert [(gap.first, gap.last) for gap in gaps] == [(1, 1), (2, 98)]


def test_deadline_is_short_while_a_socket_is_full(trainer: "TrainerHalf") -> None:
    trainer.hello()
    trainer.publishing.next_for(PEER, 0.0)
    full = trainer.publishing.next_deadline(0.0)
    trainer.sent()

    assert full == limits.RETRY_FIRST_S
    assert trainer.publishing.next_deadline(0.1) == pytest.approx(limits.BEAT_S - 0.1)


def test_socket_that_stays_full_is_tried_less_often(trainer: "TrainerHalf") -> None:
    trainer.hello()
    pauses = []

    for _ in range(8):
        trainer.publishing.next_for(PEER, 0.0)
        pauses.append(trainer.publishing.next_deadline(0.0))
    trainer.publishing.accepted(PEER)
    trainer.publish()
    trainer.publishing.next_for(PEER, 0.0)

    assert pauses == pytest.approx([0.001, 0.002, 0.004, 0.008, 0.016, *[0.02] * 3])
    assert trainer.publishing.next_deadline(0.0) == limits.RETRY_FIRST_S


def test_deadline_is_a_beat_when_nobody_watches(trainer: "TrainerHalf") -> None:
    assert trainer.publishing.next_deadline(0.0) == limits.BEAT_S


def test_beat_says_how_the_trainer_is_doing(trainer: "TrainerHalf") -> None:
    trainer.hello()
    trainer.sent()
    trainer.publish()
    trainer.sent()
    trainer.publishing.dropped = 3

    (beat,) = trainer.sent(0.5)

    assert beat == Beat(run=RUN, seq=1, up=0.5, dropped=3)


def test_beats_do_not_pile_up_while_the_socket_is_full(trainer: "TrainerHalf") -> None:
    trainer.hello()
    trainer.sent()
    for tenth in range(50):
        trainer.publishing.next_for(PEER, tenth / 10)

    assert kinds(trainer.sent(5.0)) == [Beat]


def test_ack_of_what_was_sent_before_a_new_hello_saves_sending_it_again(
    trainer: "TrainerHalf",
) -> None:
    trainer.publish(4)
    trainer.hello(want=Want.ALL, run=RUN, seq=1)

    trainer.ack(3)
    parts = trainer.sent()[1:]

    assert [p.seq for p in parts if isinstance(p, SnapshotPart)] == [4]


def test_rows_go_with_part_0_only(
    trainer: "TrainerHalf", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PART_BYTES", 16)
    trainer.hello()
    trainer.sent()
    trainer.publish(rows=np.zeros((2, 2)))

    parts = trainer.sent()

    assert [len(p.rows) for p in parts if isinstance(p, SnapshotPart)] == [2, 0]


def test_viewer_that_knows_more_than_there_is_gets_what_comes_next(
    trainer: "TrainerHalf",
) -> None:
    trainer.hello(run=RUN, seq=99)
    trainer.sent()

    trainer.publish()

    assert kinds(trainer.sent()) == [SnapshotPart]


def test_newest_snapshot_is_kept_when_it_is_larger_than_the_ring(
    make_trainer: "Callable[..., TrainerHalf]",
) -> None:
    trainer = make_trainer(ring_bytes=1)
    trainer.publish(3)
    trainer.hello()

    _, part = trainer.sent()

    assert isinstance(part, SnapshotPart)
    assert part.seq == 3


def test_snapshot_without_arrays_is_one_empty_part(
    make_trainer: "Callable[..., TrainerHalf]", trainer: "TrainerHalf"
) -> None:
    trainer = make_trainer(replace(trainer.manifest, arrays=()))
    trainer.publish(blob=b"")
    trainer.hello()

    _, part = trainer.sent()

    assert isinstance(part, SnapshotPart)
    assert (part.parts, len(part.payload.data), len(part.rows)) == (1, 0, 0)
