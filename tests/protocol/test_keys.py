from contextlib import suppress
from pathlib import PurePath

import pytest
import zmq
from hypothesis import given
from hypothesis import strategies as st
from zmq.utils import z85

from protocol import keys
from protocol.errors import KeyFileError
from protocol.keys import Keys, parse, text_of

PUBLIC = PurePath("keys/anna.key")
SECRET = PurePath("keys/anna.key_secret")
GOOD = "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID"
OTHER = "D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs"


def content(*lines: str) -> bytes:
    return "\n".join(lines).encode()


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32))
def test_parse_reads_what_text_of_wrote(public: bytes, secret: bytes) -> None:
    encoded = [z85.encode(key).decode() for key in (public, secret)]

    text = text_of("anna's", *encoded)

    assert parse(text.encode(), 0o100600, SECRET) == Keys(public=public, secret=secret)


def test_parse_reads_the_keys_that_zeromq_makes() -> None:
    public, _ = zmq.curve_keypair()

    text = text_of("a viewer", public.decode())

    assert z85.encode(parse(text.encode(), 0o100644, PUBLIC).public) == public


def test_parse_lets_people_add_comments_and_blank_lines() -> None:
    text = content("", "# of the laptop", f"public:   {GOOD} ", "", "# until May", "")

    assert parse(text, 0, PUBLIC) == Keys(public=z85.decode(GOOD))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"", "expected a public key, got none"),
        (content(f"secret: {GOOD}"), "expected a public key, got secret"),
        (content(f"public: {GOOD[:-1]}"), "40 characters of Z85 .* got 39"),
        (content(f"public: {GOOD}0"), "40 characters of Z85 .* got 41"),
        (content(f"public: {GOOD[:-1]}~"), "got 40 that are no key"),
        (content("public: " + "#" * 40), "got 40 that are no key"),
        (content(f"public: {GOOD[:-1]}é"), "got 41 that are no key"),
        (content(f"public: {GOOD}", f"public: {OTHER}"), "got another in line 2"),
        (content("hello"), "got another in line 1"),
        (b"\x00\xff" * 10, "got another in line 1"),
        (content(f"Public: {GOOD}"), "got another in line 1"),
        (content("# " + "x" * 4095), "expected at most 4096 bytes"),
    ],
)
def test_parse_raises_when_it_is_no_key(text: bytes, said: str) -> None:
    with pytest.raises(KeyFileError, match=rf"{said}.* - in keys/anna.key$"):
        parse(text, 0o100644, PUBLIC)


def test_parse_raises_when_a_secret_key_is_expected_and_missing() -> None:
    with pytest.raises(KeyFileError, match="public key and a secret key, got public -"):
        parse(content(f"public: {GOOD}"), 0, SECRET)


def test_parse_refuses_a_secret_where_a_public_key_belongs() -> None:
    text = content(f"public: {GOOD}", f"secret: {OTHER}")

    with pytest.raises(KeyFileError, match="a public key, got public and secret"):
        parse(text, 0, PUBLIC)


@pytest.mark.parametrize(
    ("mode", "shown"),
    [(0o100644, "644"), (0o100640, "640"), (0o100601, "601"), (0o100606, "606")],
)
def test_parse_refuses_a_secret_that_others_can_read(mode: int, shown: str) -> None:
    text = text_of("anna's", GOOD, OTHER).encode()

    with pytest.raises(KeyFileError) as raised:
        parse(text, mode, SECRET)

    assert str(raised.value) == (
        "expected keys/anna.key_secret to be readable by you only, got mode "
        f"{shown}; say chmod 600 keys/anna.key_secret"
    )


@given(st.binary(max_size=200))
def test_parse_raises_nothing_else_whatever_the_file_holds(text: bytes) -> None:
    with suppress(KeyFileError):
        parse(text, 0, SECRET)


@pytest.mark.parametrize("name", ["public", "secret"])
def test_errors_and_pictures_of_keys_never_show_a_secret(name: str) -> None:
    with pytest.raises(KeyFileError) as raised:
        parse(content(f"public: {GOOD}", OTHER, f"{name}: {OTHER}"), 0, SECRET)
    shown = repr(Keys(public=b"p" * 32, secret=b"s" * 32))

    assert OTHER not in str(raised.value)
    assert "ssss" not in shown


def test_alphabet_is_that_of_z85() -> None:
    every = "".join(map(chr, z85.Z85CHARS))

    assert every == keys.Z85
