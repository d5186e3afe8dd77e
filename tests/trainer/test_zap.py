import pytest

from trainer import zap

KEY = b"k" * 32
REQUEST = [b"1.0", b"7", b"neurocast", b"192.0.2.7", b"", b"CURVE", KEY]


def let_all_in(key: bytes, address: str) -> bool:
    return True


def test_answer_lets_a_known_key_in() -> None:
    asked: list[tuple[bytes, str]] = []

    def is_allowed(key: bytes, address: str) -> bool:
        asked.append((key, address))
        return key == KEY

    reply = zap.answer([b"peer", b"", *REQUEST], is_allowed)

    assert reply == [b"peer", b"", b"1.0", b"7", b"200", b"", b"viewer", b""]
    assert asked == [(KEY, "192.0.2.7")]


def test_answer_refuses_an_unknown_key() -> None:
    reply = zap.answer([b"peer", b"", *REQUEST], lambda key, address: False)

    assert reply == [b"peer", b"", b"1.0", b"7", b"400", b"no access", b"", b""]


@pytest.mark.parametrize(
    "request_",
    [
        REQUEST[:-1],
        [*REQUEST, b""],
        [*REQUEST[:5], b"NULL", KEY],
        [*REQUEST[:5], b"PLAIN", KEY],
        [b"2.0", *REQUEST[1:]],
        [b"1.0"],
        [],
    ],
)
def test_answer_refuses_what_is_no_request_for_a_key(request_: list[bytes]) -> None:
    reply = zap.answer([b"peer", b"", *request_], let_all_in)

    assert reply[:2] == [b"peer", b""]
    assert reply[4] == b"400"


@pytest.mark.parametrize("parts", [[], [b"peer"], [b"peer", b"1.0"]])
def test_answer_is_empty_where_nobody_could_be_answered(parts: list[bytes]) -> None:
    assert zap.answer(parts, let_all_in) == []
