from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pytest

from protocol import limits
from protocol.assembling import Assembler
from protocol.codec import decode_from_trainer, encode
from protocol.disassembling import Disassembler
from protocol.events import Arrived, Event, Joined, Missing
from protocol.messages import EndReason, SnapshotPart, Want
from protocol.payload import Packing

if TYPE_CHECKING:
    from tests.protocol.link.conftest import Link


def told_again(events: list[Event]) -> list[Event]:
    """Take events apart, send them through the codec, put them together."""
    disassembler = Disassembler()
    assembler = Assembler()
    again = []
    for event in events:
        for message in disassembler.feed(event):
            decoded = decode_from_trainer(encode(message))
            assert decoded is not None
            again += assembler.feed(decoded)
    return again


@pytest.mark.parametrize("want", Want)
def test_disassembler_tells_the_same_events_again(link: "Link", want: Want) -> None:
    viewer = link.join(want, window=1)
    for _ in range(4):
        link.publish(2)
        link.run(0.1)
        link.cut(viewer)
        link.run(0.1)
    link.publishing.end(EndReason.ERROR, "out of memory")
    link.settle()

    again = told_again(viewer.events)

    assert [type(event) for event in again] == [type(event) for event in viewer.events]
    for one, other in zip(viewer.events, again, strict=True):
        if isinstance(one, Arrived) and isinstance(other, Arrived):
            assert (one.skipped, one.lost) == (other.skipped, other.lost)
            np.testing.assert_array_equal(one.rows, other.rows)
            for key, array in one.snapshot.arrays.items():
                np.testing.assert_array_equal(array, other.snapshot.arrays[key])
        elif isinstance(one, Joined) and isinstance(other, Joined):
            assert (one.fresh, one.manifest) == (other.fresh, other.manifest)
            np.testing.assert_array_equal(one.rows, other.rows)
        else:
            assert one == other


def test_disassembler_tells_a_gap_again(make_link: "Callable[..., Link]") -> None:
    link = make_link(held=2)
    link.publish(5)
    viewer = link.join(Want.ALL)
    link.settle()

    again = told_again(viewer.events)

    assert again[1] == Missing(first=1, last=3)


def test_disassembler_puts_rows_into_part_0_only(
    make_link: "Callable[..., Link]", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PART_BYTES", 64)
    link = make_link(parts=3)
    viewer = link.join()
    link.settle()
    link.publish()
    link.settle()

    again = told_again(viewer.events)

    arrived = again[-1]
    assert isinstance(arrived, Arrived)
    assert len(arrived.rows) == 2


def test_disassembler_ends_a_new_run_at_its_own_number(link: "Link") -> None:
    viewer = link.join()
    link.publish(5)
    link.run(1.0)
    link.start_trainer()
    link.run(3.0)
    link.publishing.end(EndReason.DONE)
    link.settle()

    again = told_again(viewer.events)

    assert viewer.kinds[-2:] == ["Joined", "Ended"]
    assert again[-1] == viewer.events[-1]


def test_disassembler_raises_when_a_snapshot_comes_before_the_manifest(
    link: "Link",
) -> None:
    viewer = link.join()
    link.publish()
    link.settle()

    with pytest.raises(ValueError, match="expected Joined before"):
        list(Disassembler().feed(viewer.events[1]))


@pytest.mark.parametrize(
    ("dtype", "packing"), [("|u1", Packing.DEFLATE), ("<f4", None)]
)
def test_disassembler_packs_what_is_mostly_bytes(
    make_link: "Callable[..., Link]", dtype: str, packing: Packing | None
) -> None:
    link = make_link(dtype=dtype)
    viewer = link.join()
    link.publish()
    link.settle()
    disassembler = Disassembler()

    messages = [m for event in viewer.events for m in disassembler.feed(event)]

    (part,) = (m for m in messages if isinstance(m, SnapshotPart))
    assert part.payload.packing is packing
    assert len(told_again(viewer.events)) == 2


def test_disassembler_says_nothing_of_silence(link: "Link") -> None:
    viewer = link.join()
    link.publish()
    link.settle()
    link.is_trainer_up = False
    link.run(3.0)
    link.is_trainer_up = True
    link.run(3.0)

    again = told_again(viewer.events)

    assert viewer.kinds == ["Joined", "Arrived", "Silent", "Heard", "Joined"]
    assert [type(event).__name__ for event in again] == ["Joined", "Arrived", "Joined"]
