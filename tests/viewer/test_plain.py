import pytest

from viewer.plain import plain


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("Größe 784 → 10", "Größe 784 → 10"),
        ("\x1b[31mred", "\ufffd[31mred"),
        ("a\nb\r\x85\u2028\u2029", "a\ufffdb\ufffd\ufffd\ufffd\ufffd"),
        ("क्\u200dष", "क्\u200dष"),
    ],
)
def test_plain_text_is_one_line(text: str, expected: str) -> None:
    assert plain(text) == expected
