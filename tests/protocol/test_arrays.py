import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol import limits
from protocol.arrays import (
    DTYPES,
    are_mostly_bytes,
    blob_bytes,
    cut,
    layout,
    pack,
    part_bytes,
    part_count,
    unpack,
)
from protocol.messages import Array, ArraySpec

SPECS = (
    ArraySpec(kind="classes", layer=0, dtype="|u1", shape=(3,)),
    ArraySpec(kind="weights", layer=1, dtype="<f4", shape=(2, 3)),
    ArraySpec(kind="bias", layer=1, dtype="<f8", shape=(3,)),
)
ARRAYS: dict[tuple[str, int], Array] = {
    ("classes", 0): np.array([1, 2, 3], np.uint8),
    ("weights", 1): np.arange(6, dtype=np.float32).reshape(2, 3),
    ("bias", 1): np.array([0.5, np.nan, -1.0]),
}


def test_layout_puts_arrays_end_to_end() -> None:
    assert layout(SPECS) == [0, 3, 27]
    assert blob_bytes(SPECS) == 51


@pytest.mark.parametrize(
    ("cells", "numbers", "expected"), [(9, 2, True), (8, 2, False), (1, 0, True)]
)
def test_snapshots_are_mostly_bytes_where_more_than_half_is(
    cells: int, numbers: int, expected: bool
) -> None:
    specs = [ArraySpec(kind="class_map", layer=0, dtype="|u1", shape=(cells,))]
    specs += [ArraySpec(kind="bias", layer=0, dtype="<f4", shape=(1,))] * numbers

    assert are_mostly_bytes(specs) is expected


def test_snapshots_of_nothing_are_not_mostly_bytes() -> None:
    assert not are_mostly_bytes([])


@given(st.integers(0, 3 * limits.PART_BYTES))
def test_parts_are_as_long_as_they_are_said_to_be(size: int) -> None:
    parts = cut(bytes(size))

    lengths = [part_bytes(size, index) for index in range(part_count(size))]

    assert [len(part) for part in parts] == lengths


def test_unpack_gives_back_what_was_packed() -> None:
    blob = bytearray(blob_bytes(SPECS))

    pack(ARRAYS, SPECS, blob)
    arrays = unpack(bytes(blob), SPECS)

    assert list(arrays) == list(ARRAYS)
    for key, array in arrays.items():
        np.testing.assert_array_equal(array, ARRAYS[key])
        assert array.dtype == ARRAYS[key].dtype


def test_unpack_gives_arrays_that_cannot_be_written() -> None:
    arrays = unpack(bytearray(blob_bytes(SPECS)), SPECS)

    with pytest.raises(ValueError, match="read-only"):
        arrays["weights", 1][0, 0] = 1


def test_pack_lowers_the_precision_when_the_spec_asks_for_it() -> None:
    half = (ArraySpec(kind="a", layer=0, dtype="<f2", shape=(2,)),)
    blob = bytearray(4)

    pack({("a", 0): np.array([1.0, 0.1])}, half, blob)

    expected = np.array([1.0, 0.1])
    np.testing.assert_allclose(unpack(blob, half)["a", 0], expected, rtol=1e-3)


def test_pack_raises_when_a_shape_differs() -> None:
    wrong = ARRAYS | {("weights", 1): np.zeros((3, 2), np.float32)}

    with pytest.raises(ValueError, match=r"expected shape \(2, 3\), got \(3, 2\)"):
        pack(wrong, SPECS, bytearray(blob_bytes(SPECS)))


def test_pack_raises_when_the_blob_has_another_size() -> None:
    with pytest.raises(ValueError, match="expected a blob of 51 bytes, got 50"):
        pack(ARRAYS, SPECS, bytearray(50))


@pytest.mark.parametrize("dtype", sorted(DTYPES))
def test_dtypes_are_named_as_on_the_wire(dtype: str) -> None:
    assert DTYPES[dtype].str == dtype


@given(st.integers(0, 3 * limits.PART_BYTES))
def test_cut_gives_full_parts_and_a_rest(size: int) -> None:
    parts = cut(bytes(size))

    assert len(parts) == part_count(size)
    assert sum(map(len, parts)) == size
    assert all(len(part) == limits.PART_BYTES for part in parts[:-1])


def test_cut_shares_the_memory_of_the_blob() -> None:
    blob = bytearray(10)

    part = cut(blob)[0]
    blob[3] = 7

    assert part[3] == 7
    assert part.readonly
