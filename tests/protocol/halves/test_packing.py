"""Who is sent packed payloads, and what becomes of them."""

import zlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from protocol import limits
from protocol.errors import DecodeError
from protocol.events import Arrived
from protocol.messages import SnapshotPart, Want
from protocol.packs import Packs
from protocol.payload import Packing, Payload, raw
from protocol.publishing import RECORDING

if TYPE_CHECKING:
    from tests.protocol.halves.conftest import Stream, TrainerHalf

ALL: dict[str, Any] = {"want": Want.ALL, "packings": tuple(Packing)}


@pytest.fixture
def packs() -> Packs:
    return Packs(1 << 20)


@pytest.fixture
def trainer(make_trainer: "Callable[..., TrainerHalf]", packs: Packs) -> "TrainerHalf":
    """A trainer of snapshots of 20 bytes that packs, and keeps 8 of them."""
    return make_trainer(ring_bytes=8 * 20, packs=packs)


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PART_BYTES", 8)


def payloads(messages: list[Any]) -> list[Payload]:
    return [m.payload for m in messages if isinstance(m, SnapshotPart)]


def deflated(data: bytes) -> Payload:
    return raw(zlib.compress(data))._replace(packing=Packing.DEFLATE)


def test_viewer_that_can_read_packed_payloads_is_sent_them(
    trainer: "TrainerHalf",
) -> None:
    trainer.hello(**ALL)
    trainer.publish()

    (found,) = payloads(trainer.sent())

    assert found.packing is Packing.DEFLATE
    assert len(found.data) < 20


def test_viewer_that_says_nothing_of_it_is_sent_raw_ones(
    trainer: "TrainerHalf",
) -> None:
    trainer.hello(want=Want.ALL)
    trainer.publish()

    assert payloads(trainer.sent()) == [raw(bytes(20))]


def test_payload_that_does_not_shrink_is_sent_raw(trainer: "TrainerHalf") -> None:
    noise = np.random.default_rng(0).bytes(20)
    trainer.hello(**ALL)
    trainer.publish(blob=noise)

    assert payloads(trainer.sent()) == [raw(noise)]


def test_trainer_that_does_not_pack_sends_raw_payloads(
    make_trainer: "Callable[..., TrainerHalf]",
) -> None:
    trainer = make_trainer()
    trainer.hello(**ALL)
    trainer.publish()

    assert payloads(trainer.sent()) == [raw(bytes(20))]


def test_viewers_share_what_was_packed(trainer: "TrainerHalf", packs: Packs) -> None:
    for peer in (b"one", b"other"):
        trainer.hello(peer=peer, **ALL)
    trainer.publish()

    trainer.sent(peer=b"one")
    size = packs.size
    trainer.sent(peer=b"other")

    assert packs.size == size > 0


def test_recording_is_packed_while_it_keeps_up(trainer: "TrainerHalf") -> None:
    trainer.publishing.record()
    for _ in range(5):
        trainer.publish()
        found = payloads(trainer.sent(peer=RECORDING))
        assert [each.packing for each in found] == [Packing.DEFLATE]


def test_recording_that_falls_behind_is_not_kept_waiting_by_packing(
    trainer: "TrainerHalf",
) -> None:
    trainer.publishing.record()
    trainer.publish(6)

    found = payloads(trainer.sent(peer=RECORDING))

    assert [each.packing for each in found] == [*[None] * 3, *[Packing.DEFLATE] * 3]


def test_viewer_that_is_behind_is_sent_packed_payloads(trainer: "TrainerHalf") -> None:
    trainer.publish(6)
    trainer.hello(**ALL)

    assert {each.packing for each in payloads(trainer.sent())} == {Packing.DEFLATE}


@pytest.mark.usefixtures("small_parts")
def test_packed_parts_make_the_snapshot_that_raw_ones_make(stream: "Stream") -> None:
    events = [
        *stream.part(1, 0, payload=deflated(bytes([1]) * 8)),
        *stream.part(1, 1),
        *stream.part(1, 2, payload=deflated(bytes([1]) * 4)),
    ]

    (event,) = events
    assert isinstance(event, Arrived)
    (array,) = event.snapshot.arrays.values()
    assert array.tobytes() == bytes([1]) * 20


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize("size", [0, 7, 9, 1 << 20])
def test_packed_part_of_another_size_is_refused_and_its_rows_with_it(
    stream: "Stream", size: int
) -> None:
    with pytest.raises(DecodeError, match="at snap"):
        stream.part(1, 0, payload=deflated(bytes(size)), rows=np.ones((1, 2)))

    arrived = stream.snapshot(2)[-1]
    assert isinstance(arrived, Arrived)
    assert arrived.rows[:, 0].tolist() == [2.0]
