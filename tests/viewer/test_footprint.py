import tracemalloc
from collections.abc import Callable

import pytest

from protocol.assembling import Assembler
from protocol.codec import decode_from_trainer, encode
from protocol.disassembling import Disassembler
from protocol.events import Arrived, Event
from protocol.messages import Manifest, Want
from viewer.footprint import footprint


@pytest.mark.parametrize("sizes", [(4, 3, 2), (4,) * 16, (500, 40, 4)])
def test_footprint_is_what_a_snapshot_takes(
    make_manifest: Callable[..., Manifest],
    make_events: Callable[[Manifest, int], list[Event]],
    sizes: tuple[int, ...],
) -> None:
    disassembler, assembler = Disassembler(), Assembler(Want.ALL)
    kept: list[Event] = []

    tracemalloc.start()
    for event in make_events(make_manifest(sizes, every=1), 100):
        for message in disassembler.feed(event):
            decoded = decode_from_trainer([bytes(part) for part in encode(message)])
            assert decoded is not None
            kept += assembler.feed(decoded)
    del event
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    arrived = [each for each in kept if isinstance(each, Arrived)]
    counted = sum(footprint(each.snapshot) for each in arrived)
    assert len(arrived) == 100
    assert 0.7 < counted / taken < 1.4
