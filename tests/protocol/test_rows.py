import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol import limits, rows
from protocol.errors import DecodeError


@given(st.lists(st.integers(0, 100), max_size=30), st.data())
def test_log_shows_what_was_appended(blocks: list[int], data: st.DataObject) -> None:
    log = rows.RowLog(2)
    table = np.arange(2.0 * sum(blocks)).reshape(-1, 2)
    starts = np.cumsum([0, *blocks])
    for start, count in zip(starts, blocks, strict=False):
        log.append(table[start : start + count])

    first = data.draw(st.integers(0, len(table)))
    end = data.draw(st.integers(0, len(table)))

    assert len(log) == len(table)
    np.testing.assert_array_equal(
        log.between(first, end), table[first : max(first, end)]
    )


def test_log_does_not_change_what_it_has_shown() -> None:
    log = rows.RowLog(1)
    log.append([[1.0]])

    shown = log.between(0, 1)
    log.append(np.full((1000, 1), 2.0))

    assert shown.tolist() == [[1.0]]
    with pytest.raises(ValueError, match="read-only"):
        shown[0, 0] = 3.0


@pytest.mark.parametrize("shape", [(3,), (1, 2), (1, 1, 3)])
def test_log_raises_when_rows_have_another_shape(shape: tuple[int, ...]) -> None:
    log = rows.RowLog(3)

    with pytest.raises(ValueError, match=r"expected rows of shape \(n, 3\)"):
        log.append(np.zeros(shape))


def test_log_grows_seldom() -> None:
    log = rows.RowLog(1)
    rooms = set()

    for _ in range(1000):
        log.append([[0.0]])
        rooms.add(log.between(0, 1).ctypes.data)

    assert len(rooms) < 10


@pytest.mark.parametrize(
    ("sizes", "count", "columns"),
    [
        ([16], 2, 2),
        ([16], 3, None),
        ([], 1, None),
        ([8], 0, None),
        ([8 * 1089], 1, None),
        ([limits.PART_BYTES + 8], limits.PART_BYTES // 8 + 1, 1),
    ],
)
def test_decode_raises_when_the_bytes_are_not_that_many_rows(
    sizes: list[int], count: int, columns: int | None
) -> None:
    with pytest.raises(DecodeError, match="at rows"):
        rows.decode([bytes(size) for size in sizes], count=count, columns=columns)


def test_decode_gives_read_only_rows_of_a_writable_part() -> None:
    decoded = rows.decode([memoryview(bytearray(16))], count=1)

    assert decoded.shape == (1, 2)
    assert not decoded.flags.writeable


def test_row_log_forgets_older_rows_when_there_are_more_than_a_message_holds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "ROWS_BYTES", 8 * 100)
    log = rows.RowLog(1)

    for epoch in range(1000):
        log.append([[float(epoch)]])

    kept = log.between(0, len(log))[:, 0]
    assert len(log) == 1000
    assert 60 <= len(kept) <= 100
    assert kept[0] == 0
    assert (np.diff(kept) > 0).all()
    np.testing.assert_array_equal(kept[-25:], np.arange(975, 1000))


def test_row_log_counts_forgotten_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ROWS_BYTES", 8 * 100)
    log = rows.RowLog(1)
    for epoch in range(1000):
        log.append([[float(epoch)]])

    found = log.between(990, 1000)

    np.testing.assert_array_equal(found[:, 0], np.arange(990, 1000))
    assert len(log.between(0, 2)) < 2
