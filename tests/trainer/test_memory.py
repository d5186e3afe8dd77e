from pathlib import Path

import pytest

from trainer import memory


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with what a system tells; nothing yet."""
    monkeypatch.setattr(memory, "ALL", tmp_path / "meminfo")
    monkeypatch.setattr(memory, "LIMIT", tmp_path / "memory.max")
    return tmp_path


def test_available_memory_is_unknown_where_the_system_tells_none(told: Path) -> None:
    assert memory.available() is None


@pytest.mark.parametrize(
    ("limit", "expected"), [("max\n", 3 << 20), ("1048576\n", 1 << 20)]
)
def test_available_memory_is_what_is_free_and_within_the_limit(
    told: Path, limit: str, expected: int
) -> None:
    (told / "meminfo").write_text("MemFree:  1 kB\nMemAvailable:       3072 kB\n")
    (told / "memory.max").write_text(limit)

    assert memory.available() == expected
