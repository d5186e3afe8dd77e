"""The messages whose bytes lie here, and how they came to lie here.

A change of these bytes is a change of the wire: other people's viewers and recordings
that exist no longer understand it. Where it is meant, and SPEC.md and the version say
so, write them anew with

    python -m tests.protocol.golden.conftest
"""

import io
import struct
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from protocol.codec import Part, encode
from protocol.messages import (
    VERSION,
    Ack,
    ArraySpec,
    Beat,
    Bye,
    End,
    EndReason,
    Gap,
    Hello,
    LayerSpec,
    Manifest,
    Message,
    Ping,
    Probe,
    Refusal,
    SnapshotPart,
    Want,
    Welcome,
)
from protocol.payload import Packing, raw
from protocol.recording import append, write_header

FOLDER = Path(__file__).parent
RUN = bytes(range(16))
NONCE = bytes(range(8))
BEGAN = 1_700_000_000.5
LINE = 32  # bytes
MANIFEST = Manifest(
    name="golden",
    kind="mlp",
    axis="epoch",
    layers=(
        LayerSpec(name="input", units=6, activation="", tile=(1, 3)),
        LayerSpec(name="output", units=2, activation="softmax"),
    ),
    arrays=(
        ArraySpec(kind="activation", layer=0, dtype="<f4", shape=(6,)),
        ArraySpec(
            kind="weights", layer=1, dtype="<f2", shape=(3, 2), full_shape=(6, 2)
        ),
        ArraySpec(kind="bias", layer=1, dtype="<f8", shape=(2,)),
        ArraySpec(kind="class_map", layer=1, dtype="|u1", shape=(2, 3)),
    ),
    metrics=("epoch", "loss"),
    classes=("circle", "größer"),
    input_shape=(2, 3),
    every=25,
    epochs=500,
    started=BEGAN,
    unknown=1,
    reject=0.6,
)


def snapshot(seq: int, skip: int = 0) -> SnapshotPart:
    """A snapshot in one part, each array filled with other numbers."""
    payload = (
        struct.pack("<6f", *(seq + place / 8 for place in range(6)))
        + struct.pack("<6e", 1, -1, 0.5, float("nan"), 65504, -0.0)
        + struct.pack("<2d", 0.1, -float(seq))
        + bytes([0, 1, 255, 0, 1, seq % 256])
    )
    return SnapshotPart(
        run=RUN,
        seq=seq,
        epoch=25 * seq,
        step=300 * seq,
        time=BEGAN + seq,
        probe=Probe(index=7, label=1),
        skip=skip,
        rows=np.array([[25.0 * seq - 1, 0.75], [25.0 * seq, np.nan]]),
        part=0,
        parts=1,
        payload=raw(payload),
    )


WELCOME = Welcome(
    version=VERSION,
    nonce=NONCE,
    run=RUN,
    seq=300,
    oldest=2,
    manifest=MANIFEST,
    rows=np.array([[0.0, 1.5], [1.0, 1.25], [2.0, np.inf]]),
    ended=EndReason.INTERRUPTED,
    viewers=3,
)
HELLO = Hello(
    version=VERSION,
    want=Want.ALL,
    window=8,
    nonce=NONCE,
    run=RUN,
    seq=299,
    max_cells=1 << 53,
    app="golden",
    packings=(Packing.DEFLATE,),
)
PACKED = replace(
    snapshot(300),
    # 200 bytes: 0, 1, 255, then 97 times 0, then 100 times 3
    payload=raw(bytes.fromhex("78016360fccf406bc04c0700000206022d"))._replace(
        packing=Packing.DEFLATE
    ),
)
MESSAGES: Mapping[str, Message] = {
    "hello": HELLO,
    "ack": Ack(run=RUN, seq=300),
    "ping": Ping(time=12.25),
    "bye": Bye(),
    "welcome": WELCOME,
    "snap": snapshot(300, skip=4),
    "snap_packed": PACKED,
    "beat": Beat(run=RUN, seq=300, up=1.5, dropped=1),
    "end": End(run=RUN, seq=300, reason=EndReason.ERROR, text="no more ink", dropped=1),
    "error": Refusal(code="busy", text="64 viewers are watching already"),
    "gap": Gap(run=RUN, first=2, last=3),
}
RECORDED = (
    WELCOME,
    snapshot(1),
    MESSAGES["gap"],
    snapshot(5, skip=1),
    End(run=RUN, seq=5, reason=EndReason.DONE),
)


def hexadecimal(parts: Sequence[Part]) -> str:
    """Write parts as text, with a blank line between two of them."""
    lines = (
        "\n".join(
            bytes(part[at : at + LINE]).hex(" ") for at in range(0, len(part), LINE)
        )
        for part in parts
    )
    return "\n\n".join(lines) + "\n"


def parts_of(text: str) -> list[bytes]:
    """Read what `hexadecimal` wrote."""
    return [bytes.fromhex(part) for part in text.split("\n\n")]


def recording() -> bytes:
    """Record, a message a second."""
    stream = io.BytesIO()
    write_header(stream)
    for second, message in enumerate(RECORDED):
        append(stream, encode(message), BEGAN + second)
    return stream.getvalue()


@pytest.fixture(params=MESSAGES)
def golden(request: pytest.FixtureRequest) -> tuple[Message, list[bytes]]:
    """A message and the bytes that lie here."""
    name = request.param
    text = (FOLDER / f"{name}.hex").read_text(encoding="ascii")
    return MESSAGES[name], parts_of(text)


@pytest.fixture
def golden_recording() -> tuple[bytes, bytes]:
    """The recording that lies here, and the one that would be made today."""
    return (FOLDER / "run.ncast").read_bytes(), recording()


@pytest.fixture
def recorded() -> Sequence[Message]:
    return RECORDED


def main() -> None:
    """Write all files anew."""
    for name, message in MESSAGES.items():
        text = hexadecimal(encode(message))
        (FOLDER / f"{name}.hex").write_text(text, encoding="ascii")
    (FOLDER / "run.ncast").write_bytes(recording())


if __name__ == "__main__":
    main()
