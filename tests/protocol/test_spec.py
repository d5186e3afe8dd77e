"""SPEC.md says what the code does."""

import io
import re
from importlib.resources import files
from typing import TYPE_CHECKING, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol import headers, limits
from protocol.arrays import DTYPES
from protocol.codec import encode
from protocol.messages import Ack, Beat, FromTrainer, FromViewer, Message
from protocol.recording import append, write_header

if TYPE_CHECKING:
    pass

SPEC = files("protocol").joinpath("SPEC.md").read_text(encoding="utf-8")
RUN = bytes(range(16))
MESSAGES = [*get_args(FromViewer), *get_args(FromTrainer)]
BEAT = Beat(run=RUN, seq=300, up=1.5, dropped=0)


def example(title: str) -> bytes:
    """The bytes below a title in section 9."""
    after = SPEC.split("## 9. An example")[1].split(f"    {title}")[1]
    block = after.split("\n\n")[1]
    lines = re.findall(r"^    ((?:[0-9a-f]{2}(?: |$))+)", block, re.MULTILINE)
    return bytes.fromhex("".join(lines))


def test_spec_shows_the_bytes_of_a_message() -> None:
    assert example("ack") == encode(Ack(run=RUN, seq=300))[0]
    assert example("beat") == encode(BEAT)[0]


def test_spec_shows_the_bytes_of_a_recording() -> None:
    stream = io.BytesIO()
    write_header(stream)
    append(stream, encode(BEAT), 1700000000.5)

    assert example("recording") == stream.getvalue()


@pytest.mark.parametrize("kind", [*headers.FROM_VIEWER, *headers.FROM_TRAINER])
def test_spec_names_every_message(kind: str) -> None:
    assert f"| `{kind}` | |" in SPEC


@given(st.one_of(*map(st.from_type, MESSAGES)))
def test_spec_names_every_field(message: Message) -> None:
    _, header = headers.write(message)
    names = set(header) | set(header.get("manifest", ())) | set(header.get("probe", ()))

    assert {name for name in names if f"`{name}`" not in SPEC} == set()


@pytest.mark.parametrize("dtype", DTYPES)
def test_spec_names_every_dtype(dtype: str) -> None:
    assert dtype.replace("|", r"\|") in SPEC


@pytest.mark.parametrize(
    "name",
    [
        "HEADER_BYTES",
        "VIEWER_BYTES",
        "PART_BYTES",
        "MESSAGE_PARTS",
        "LIST_ITEMS",
        "SNAPSHOT_PARTS",
        "NAME_BYTES",
        "TEXT_BYTES",
    ],
)
def test_spec_tells_the_limits(name: str) -> None:
    limit = getattr(limits, name)

    assert re.search(rf"\b({limit}|{limit:,})\b", SPEC)
