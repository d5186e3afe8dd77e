"""SPEC.md says what the code does."""

import io
import re
import struct
import zlib
from importlib.resources import files
from typing import TYPE_CHECKING, Any, get_args

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol import headers, limits
from protocol.arrays import DTYPES
from protocol.codec import encode
from protocol.messages import Ack, Beat, EndReason, FromTrainer, FromViewer, Message
from protocol.recording import append, write_header

if TYPE_CHECKING:
    from tests.protocol.conftest import Link

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
    "limit",
    [
        limits.HEADER_BYTES,
        limits.VIEWER_BYTES,
        limits.PART_BYTES,
        limits.MESSAGE_PARTS,
        limits.LIST_ITEMS,
        limits.SNAPSHOT_PARTS,
        limits.NAME_BYTES,
        limits.TEXT_BYTES,
    ],
)
def test_spec_tells_the_limits(limit: int) -> None:
    assert re.search(rf"\b({limit}|{limit:,})\b", SPEC)


class SmallestViewer:
    """Section 10 of SPEC.md, with nothing but msgpack, struct and zlib."""

    def __init__(self) -> None:
        self.run: bytes | None = None
        self.last = 0
        self.epochs: list[float] = []
        self.drawn: list[tuple[float, ...]] = []
        self.ended = ""

    def hello(self) -> bytes:
        header = {
            "v": 1,
            "want": "live",
            "window": 2,
            "nonce": bytes(8),
            "run": self.run,
        }
        header |= {"type": "hello", "seq": self.last, "max_cells": 0, "app": "smallest"}
        return bytes(msgpack.packb(header))

    def ack(self, seq: int) -> bytes:
        return bytes(msgpack.packb({"type": "ack", "run": self.run, "seq": seq}))

    def take(self, parts: list[bytes]) -> list[bytes]:
        """Take a message and return what to say."""
        header = msgpack.unpackb(parts[0])
        match header["type"]:
            case "welcome":
                self.run = header["run"]
                self.last = max(0, header["seq"] - 1)
                self.manifest = header["manifest"]
                self.epochs = self.first_column(parts[1:])
            case "snap":
                return self.snap(header, parts)
            case "end" if self.last == header["seq"]:
                self.ended = header["reason"]
                return [self.ack(self.last + 1)]
        return []

    def snap(self, header: dict[str, Any], parts: list[bytes]) -> list[bytes]:
        self.epochs += self.first_column(parts[1:-1])
        assert zlib.crc32(parts[-1]) == header["crc"]
        assert header["parts"] == 1
        (weights,) = self.manifest["arrays"]
        assert weights["d"] == "<f4"
        self.drawn.append(struct.unpack(f"<{weights['s'][0]}f", parts[-1]))
        self.last = header["seq"]
        return [self.ack(self.last)]

    def first_column(self, parts: list[bytes]) -> list[float]:
        count = len(self.manifest["metrics"])
        return [row[0] for row in struct.iter_unpack(f"<{count}d", b"".join(parts))]


def test_spec_suffices_for_the_smallest_viewer(link: "Link") -> None:
    viewer = SmallestViewer()
    trainer = link.publishing
    link.publish(3)
    to_trainer = [viewer.hello()]

    for snapshots in (0, 1, 5, 0):  # the end comes again with a beat
        link.publish(snapshots)
        if snapshots == 5:
            trainer.end(EndReason.DONE)
        for now in (0.0, 0.1):
            while to_trainer:
                trainer.receive(b"v", [to_trainer.pop(0)], link.now + now)
            while (parts := trainer.next_for(b"v", link.now + now)) is not None:
                trainer.accepted(b"v")
                to_trainer += viewer.take([bytes(part) for part in parts])
        link.now += limits.BEAT_S

    assert viewer.epochs == list(range(18))
    assert viewer.last == 9
    assert len(viewer.drawn) == 3
    assert viewer.ended == "done"
    assert trainer.satisfied()
    assert trainer.bad == 0
