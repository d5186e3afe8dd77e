"""The trainer's own recording, served as if it were a viewer."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from protocol import limits
from protocol.messages import End, EndReason, Gap, SnapshotPart, Welcome
from protocol.publishing import RECORDING

if TYPE_CHECKING:
    from tests.protocol.halves.conftest import TrainerHalf

WEEK_S = 7 * 24 * 3600.0


def test_recording_gets_all_from_the_welcome_to_the_end(
    trainer: "TrainerHalf",
) -> None:
    trainer.publishing.record()
    trainer.publish(20)
    trainer.publishing.end(EndReason.DONE)

    messages = trainer.sent(peer=RECORDING)

    assert [type(m) for m in messages] == [Welcome, End, *[SnapshotPart] * 20]
    assert [m.seq for m in messages if isinstance(m, SnapshotPart)] == [*range(1, 21)]


def test_recording_is_never_forgotten_and_needs_no_beats(
    trainer: "TrainerHalf",
) -> None:
    trainer.publishing.record()
    trainer.sent(peer=RECORDING)

    receivers = trainer.publishing.receivers(WEEK_S)

    assert receivers == [RECORDING]
    assert trainer.sent(WEEK_S, RECORDING) == []
    assert trainer.publishing.next_deadline(WEEK_S) == limits.BEAT_S


def test_recording_is_no_viewer(trainer: "TrainerHalf") -> None:
    trainer.publishing.record()
    trainer.hello()

    welcome = trainer.sent()[0]

    assert isinstance(welcome, Welcome)
    assert (welcome.viewers, trainer.publishing.viewers) == (1, 1)


def test_end_of_a_run_does_not_wait_for_an_ack_of_the_recording(
    trainer: "TrainerHalf",
) -> None:
    trainer.publishing.record()

    trainer.publishing.end(EndReason.DONE)

    assert trainer.publishing.satisfied()


def test_recording_that_is_too_slow_has_a_gap(
    make_trainer: "Callable[..., TrainerHalf]",
) -> None:
    trainer = make_trainer(ring_bytes=40)
    trainer.publishing.record()
    trainer.publish(5)

    _, gap, *parts = trainer.sent(peer=RECORDING)

    assert isinstance(gap, Gap)
    assert (gap.first, gap.last, len(parts)) == (1, 3, 2)


def test_viewers_are_counted_without_the_recording_when_there_are_too_many(
    make_trainer: "Callable[..., TrainerHalf]",
) -> None:
    trainer = make_trainer(max_peers=1)
    trainer.publishing.record()

    trainer.hello()

    assert isinstance(trainer.sent()[0], Welcome)


@pytest.mark.parametrize("count", [limits.HELLOS, limits.HELLOS + 1])
def test_hellos_are_answered_as_long_as_they_are_not_too_many(
    trainer: "TrainerHalf", count: int
) -> None:
    for number in range(count):
        trainer.hello(nonce=number.to_bytes(8, "big"))

    assert trainer.publishing.bad == count - limits.HELLOS


def test_hellos_are_answered_again_after_a_while(trainer: "TrainerHalf") -> None:
    for number in range(20):
        trainer.hello(2.0 * number, nonce=number.to_bytes(8, "big"))

    assert trainer.publishing.bad == 0


def test_repeated_hello_counts_once(trainer: "TrainerHalf") -> None:
    for _ in range(20):
        trainer.hello()

    assert trainer.publishing.bad == 0
