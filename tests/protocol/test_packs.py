import numpy as np
import pytest

from protocol import packs
from protocol.packs import ENTRY_BYTES, Packs
from protocol.payload import Payload, packed

SIZE = 1000
NOISE = memoryview(np.random.default_rng(0).bytes(SIZE))
EVEN = memoryview(bytes(SIZE))


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[memoryview]:
    """What was packed, in order."""
    calls: list[memoryview] = []

    def packed_and_told(data: memoryview) -> Payload | None:
        calls.append(data)
        return packed(data)

    monkeypatch.setattr(packs, "packed", packed_and_told)
    return calls


def test_part_is_packed_once_for_all(calls: list[memoryview]) -> None:
    found = Packs(10_000)

    first, second = found.find((1, 0), EVEN), found.find((1, 0), EVEN)

    assert first is second is not None
    assert len(calls) == 1


def test_part_that_does_not_shrink_is_tried_once(calls: list[memoryview]) -> None:
    found = Packs(10_000)

    assert found.find((1, 0), NOISE) is None
    assert found.find((1, 0), NOISE) is None
    assert len(calls) == 1


def test_parts_of_other_snapshots_are_other_parts() -> None:
    found = Packs(10_000)

    first, second = found.find((1, 0), EVEN), found.find((2, 0), memoryview(b"2" * 99))

    assert first != second


def test_packs_stay_within_their_bytes_and_forget_the_first(
    calls: list[memoryview],
) -> None:
    most = 3 * (ENTRY_BYTES + 20)
    found = Packs(most)

    sizes = []
    for seq in range(1, 6):
        assert found.find((seq, 0), EVEN) is not None
        sizes.append(found.size)
    found.find((5, 0), EVEN)
    found.find((1, 0), EVEN)

    assert max(sizes) <= most
    assert len(calls) == 6


def test_packs_without_room_pack_all_the_same(calls: list[memoryview]) -> None:
    found = Packs(0)

    assert found.find((1, 0), EVEN) == found.find((1, 0), EVEN) is not None
    assert (found.size, len(calls)) == (0, 2)
