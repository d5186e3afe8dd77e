from typing import TYPE_CHECKING

import numpy as np
import pytest

from protocol.assembling import Assembler
from protocol.codec import decode_from_trainer, encode
from protocol.disassembling import Disassembler
from protocol.events import Arrived, Event, Joined
from protocol.messages import EndReason, Want

if TYPE_CHECKING:
    from tests.protocol.conftest import Link


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
