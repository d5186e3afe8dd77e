import pytest

from protocol import sizes
from protocol.errors import SizeError


@pytest.mark.parametrize(
    ("text", "size"),
    [("0", 0), ("1G", 2**30), ("1.5 GiB", 3 * 2**29), ("2gb", 2**31), ("7k", 7168)],
)
def test_parse_reads_bytes(text: str, size: int) -> None:
    assert sizes.parse(text) == size


@pytest.mark.parametrize("text", ["", "much", "-1G", "1X", "1e9", "G", "1023K"])
def test_parse_says_what_it_takes(text: str) -> None:
    with pytest.raises(SizeError, match="expected 1M or more, got"):
        sizes.parse(text, 2**20)


@pytest.mark.parametrize(
    ("size", "text"), [(0, "0"), (1023, "1023"), (1536, "1.5K"), (2**28, "256M")]
)
def test_show_writes_what_parse_reads(size: int, text: str) -> None:
    assert sizes.show(size) == text
    assert sizes.parse(text) == size
