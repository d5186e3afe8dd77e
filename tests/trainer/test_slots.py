import tracemalloc

import numpy as np
import pytest

from protocol.held import Blob, Held, Moment
from protocol.messages import ArraySpec, Probe
from protocol.rows import empty
from trainer.slots import Slot, Slots, slot_bytes

SPECS = (
    ArraySpec(kind="weights", layer=1, dtype="<f4", shape=(2, 3)),
    ArraySpec(kind="bias", layer=1, dtype="<f2", shape=(3,)),
)


def test_slot_holds_its_arrays_end_to_end() -> None:
    slot = Slots(SPECS, 1).take()

    assert slot is not None
    slot.arrays["weights", 1][...] = 1
    slot.arrays["bias", 1][...] = 2
    expected = np.full(6, 1, "<f4").tobytes() + np.full(3, 2, "<f2").tobytes()
    assert bytes(slot.memory) == expected


def test_slots_are_no_more_than_asked_for() -> None:
    slots = Slots(SPECS, 3)

    taken = [slots.take() for _ in range(4)]

    assert [slot is None for slot in taken] == [False, False, False, True]


def test_slots_are_used_again() -> None:
    slots = Slots(SPECS, 1)
    slot = slots.take()
    assert slot is not None

    slots.give_back(slot)

    assert slots.take() is slot


def test_slots_are_prepared_before_they_are_taken() -> None:
    slots = Slots(SPECS, 3)
    slots.take()
    slots.take()

    slots.prepare()

    assert slots.take() is not None
    assert slots.take() is None


@pytest.mark.parametrize("arrays", [1, 10, 100])
def test_slot_takes_no_more_memory_than_is_counted(arrays: int) -> None:
    specs = [
        ArraySpec(kind="bias", layer=layer, dtype="<f4", shape=(5,))
        for layer in range(arrays)
    ]
    tracemalloc.start()

    kept = [held(Slot(specs), number) for number in range(100)]

    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert taken <= len(kept) * slot_bytes(specs)


def held(slot: Slot, number: int) -> tuple[Slot, Held]:
    """Keep a slot as a ring does, with a part of it sent."""
    probe = Probe(index=1000 + number, label=1000 + number)
    moment = Moment(epoch=1000 + number, step=1000 + number, time=1.0, probe=probe)
    kept = Held(1000 + number, moment, Blob(slot.memory, lambda: None), number)
    kept.part(0, run=b"", skip=0, rows=empty(1))
    return slot, kept
