import pytest

from viewer.arguments import parse_memory, parse_size
from viewer.errors import UsageError


def test_parse_size_reads_width_and_height() -> None:
    assert parse_size(" 1920X1080 ") == (1920, 1080)


@pytest.mark.parametrize("text", ["", "1280", "639x360", "640x359", "7681x4320", "axb"])
def test_parse_size_says_what_it_takes(text: str) -> None:
    with pytest.raises(UsageError, match="expected --size from 640x360 to 7680x4320"):
        parse_size(text)


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("1G", 2**30),
        ("512M", 2**29),
        ("1.5 GiB", 3 * 2**29),
        ("2gb", 2**31),
        ("2048k", 2**21),
        ("4194304", 2**22),
    ],
)
def test_parse_memory_reads_bytes(text: str, size: int) -> None:
    assert parse_memory(text) == size


@pytest.mark.parametrize("text", ["", "1", "much", "-1G", "1X", "1000K", "1e9", "G"])
def test_parse_memory_says_what_it_takes(text: str) -> None:
    with pytest.raises(UsageError, match="expected --max-memory of 1M or more"):
        parse_memory(text)
