import numpy as np

from protocol.messages import ArraySpec
from trainer.slots import Slots

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
