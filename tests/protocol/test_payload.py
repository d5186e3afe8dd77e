"""What is packed comes back as it was; what is packed by others may be anything."""

import tracemalloc
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol import limits
from protocol.errors import DecodeError
from protocol.payload import Packing, Payload, packed, raw, readable, unpacked

BOMB = 240 << 20  # the most that fits into a part, a thousand times its size


def deflated(data: bytes, packing: Packing | None = Packing.DEFLATE) -> Payload:
    return raw(data)._replace(packing=packing)


def bomb() -> bytes:
    press, block = zlib.compressobj(), bytes(1 << 20)
    return b"".join(press.compress(block) for _ in range(BOMB >> 20)) + press.flush()


@given(st.binary(max_size=300) | st.integers(0, limits.PART_BYTES).map(bytes))
def test_what_is_packed_comes_back(data: bytes) -> None:
    found = packed(data)

    if found is None:
        assert unpacked(raw(data), len(data)) == data
    else:
        assert len(found.data) < len(data)
        assert found.crc == zlib.crc32(found.data)
        assert unpacked(found, len(data)) == data


def test_what_would_not_shrink_is_not_packed() -> None:
    noise = np.random.default_rng(0).bytes(limits.PART_BYTES)

    assert packed(noise) is None
    assert packed(b"") is None


def test_class_map_shrinks_to_less_than_a_fifth() -> None:
    rng = np.random.default_rng(0)
    cells = np.repeat(rng.integers(0, 4, 1 << 15, np.uint8), 8)

    found = packed(cells.tobytes())

    assert found is not None
    assert 5 * len(found.data) < cells.size


@given(st.binary(max_size=200), st.integers(0, 64))
def test_any_bytes_are_refused_or_have_the_size(data: bytes, size: int) -> None:
    try:
        found = unpacked(deflated(data), size)
    except DecodeError:
        return

    assert len(found) == size


@given(st.binary(max_size=64), st.data())
def test_spoilt_streams_are_refused_or_have_the_size(
    data: bytes, drawn: st.DataObject
) -> None:
    stream = bytearray(zlib.compress(data))
    at = drawn.draw(st.integers(0, len(stream) - 1))
    stream[at] ^= drawn.draw(st.integers(1, 255))

    try:
        found = unpacked(deflated(bytes(stream)), len(data))
    except DecodeError:
        return

    assert len(found) == len(data)


@pytest.mark.parametrize("size", [0, 99, 101])
def test_packed_payload_of_another_size_is_refused(size: int) -> None:
    with pytest.raises(DecodeError, match=f"{size} bytes.*at snap"):
        unpacked(deflated(zlib.compress(bytes(100))), size)


def test_raw_payload_of_another_size_is_refused() -> None:
    with pytest.raises(DecodeError, match="expected a payload of 7 bytes, got 8"):
        unpacked(raw(bytes(8)), 7)


@pytest.mark.parametrize(
    ("stream", "expected"),
    [
        (zlib.compress(bytes(100)) + b"\0", "got more after it"),
        (zlib.compress(bytes(100)) * 2, "got more after it"),
        (zlib.compress(bytes(100))[:-1], "got only its beginning"),
        (zlib.compress(bytes(100))[:-4], "got only its beginning"),
        (b"", "got only its beginning"),
        (zlib.compress(bytes(100))[:-1] + b"\0", "incorrect data check"),
        (bytes(100), "expected zlib"),
        (zlib.compress(bytes(100), wbits=31), "expected zlib"),
        (zlib.compress(bytes(100), wbits=-15), "expected zlib"),
    ],
)
def test_what_is_not_one_whole_stream_is_refused(stream: bytes, expected: str) -> None:
    with pytest.raises(DecodeError, match=expected):
        unpacked(deflated(stream), 100)


def test_stream_that_needs_a_dictionary_is_refused() -> None:
    press = zlib.compressobj(zdict=b"known to us only")

    with pytest.raises(DecodeError, match="expected zlib"):
        unpacked(deflated(press.compress(bytes(100)) + press.flush()), 100)


@pytest.mark.parametrize("size", [100, limits.PART_BYTES])
def test_bomb_takes_no_more_memory_than_a_part(size: int) -> None:
    payload = deflated(bomb())
    assert BOMB // 1100 < len(payload.data) < limits.PART_BYTES
    tracemalloc.start()

    with pytest.raises(DecodeError, match=f"at most {size} bytes"):
        unpacked(payload, size)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert most < 4 * limits.PART_BYTES  # the rest of the stream is kept, too


def test_payload_is_left_as_it_is_for_who_can_read_it() -> None:
    found = packed(bytes(100))
    assert found is not None

    assert readable(found, [Packing.DEFLATE]) is found
    assert readable(raw(b"abc"), []) == raw(b"abc")


def test_payload_is_unpacked_for_who_cannot_read_it() -> None:
    found = packed(bytes(100))
    assert found is not None

    assert readable(found, []) == raw(bytes(100))


def test_payload_that_is_not_what_it_says_is_made_readable_for_nobody() -> None:
    with pytest.raises(DecodeError, match="at most 262144 bytes"):
        readable(deflated(zlib.compress(bytes(limits.PART_BYTES + 1))), [])
