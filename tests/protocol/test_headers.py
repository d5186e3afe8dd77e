"""What a header must not say, message by message."""

import zlib
from collections.abc import Callable
from typing import Any

import msgpack
import pytest

from protocol import limits
from protocol.codec import Part, decode_from_trainer
from protocol.errors import DecodeError
from protocol.headers import write
from protocol.messages import SnapshotPart

RUN = b"r" * 16
LAYER = {"n": "input", "u": 4, "a": ""}
ARRAY = {"k": "activation", "l": 0, "d": "<f4", "s": [4]}
MANIFEST = {
    "name": "test",
    "kind": "mlp",
    "axis": "epoch",
    "layers": [LAYER],
    "arrays": [ARRAY],
    "metrics": ["epoch"],
    "classes": ["a", "b"],
    "input_shape": [2, 2],
    "every": 25,
    "epochs": 0,
    "started": 1.5,
    "unknown": 1,
    "reject": 0.6,
}


def packed(*tail: bytes, **header: object) -> list[Part]:
    return [msgpack.packb(header), *tail]


def welcome(**changes: object) -> list[Part]:
    header = {
        "type": "welcome",
        "v": 1,
        "nonce": bytes(8),
        "run": RUN,
        "seq": 5,
        "oldest": 2,
        "manifest": MANIFEST,
        "n": 0,
        "ended": None,
        "viewers": 1,
    }
    return packed(**header | changes)


def manifest(**changes: object) -> list[Part]:
    return welcome(manifest=MANIFEST | changes)


def array(**changes: object) -> list[Part]:
    return manifest(arrays=[ARRAY | changes])


def snap(payload: bytes = b"", **changes: object) -> list[Part]:
    header = {
        "type": "snap",
        "run": RUN,
        "seq": 1,
        "epoch": 0,
        "step": 0,
        "t": 0.5,
        "probe": {"index": 0, "label": None},
        "skip": 0,
        "n": 0,
        "part": 0,
        "parts": 1,
        "crc": zlib.crc32(payload),
    }
    return packed(payload, **header | changes)


@pytest.mark.parametrize("make", [welcome, manifest, array, snap])
def test_headers_of_these_tests_are_good(make: Callable[[], list[Part]]) -> None:
    assert decode_from_trainer(make()) is not None


def test_decode_takes_an_integer_where_a_float_is_due() -> None:
    message = decode_from_trainer(snap(t=3))

    assert isinstance(message, SnapshotPart)
    assert message.time == 3.0


@pytest.mark.parametrize("packing", [None, "deflate"])
def test_payload_is_what_came_packed_or_not(packing: str | None) -> None:
    message = decode_from_trainer(snap(b"never looked into", packing=packing))

    assert isinstance(message, SnapshotPart)
    assert bytes(message.payload.data) == b"never looked into"
    assert message.payload.packing == packing


def test_raw_payload_is_said_to_be_nothing_else() -> None:
    message = decode_from_trainer(snap(b"raw"))
    assert message is not None

    assert "packing" not in write(message)[1]


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (welcome(oldest=6), "an integer from 0 to 5, got 6 - at message.oldest"),
        (welcome(ended="tired"), "one of done, interrupted, error, got 'tired'"),
        (welcome(manifest=[]), r"a map, got \[\] - at message.manifest"),
        (welcome(n=2**53), "rows of 1 columns, got 0 bytes"),
        (manifest(metrics=[]), "at least one"),
        (manifest(metrics=["m"] * 1089), "a list of at most 1088"),
        (manifest(metrics=[7]), "text of at most 64 bytes, got 7"),
        (manifest(classes=["c"] * 1025), "a list of at most 1024"),
        (manifest(layers=[LAYER] * 1025), "a list of at most 1024"),
        (manifest(layers=["input"]), r"a map, got 'input' - at .*layers\[0\]"),
        (manifest(input_shape=[1, 2, 3]), "a list of at most 2"),
        (manifest(input_shape=[0]), "an integer from 1"),
        (manifest(started=float("nan")), "a finite number, got nan"),
        (manifest(started=True), "a finite number, got True"),
        (manifest(unknown=2), "an integer from 0 to 1, got 2 - at .*unknown"),
        (manifest(unknown=-1), "an integer from 0 to 1, got -1"),
        (manifest(unknown=True), "an integer from 0 to 1, got True"),
        (manifest(unknown=4, classes=["c"] * 9), "an integer from 0 to 3, got 4"),
        (manifest(classes=[]), "no unknown class where there are no classes"),
        (manifest(reject=1.01), "a probability from 0 to 1, got 1.01 - at .*reject"),
        (manifest(reject=-0.1), "a probability from 0 to 1"),
        (manifest(reject=float("nan")), "a finite number, got nan"),
        (manifest(reject="0.6"), "a finite number, got '0.6'"),
        (manifest(arrays=[ARRAY, ARRAY]), "each kind once a layer"),
        (manifest(arrays=[ARRAY] * 2049), "2049 exceeds max_array_len"),
        (array(d="<i8"), "one of <f4, <f2, <f8, |u1, got '<i8'".replace("|", r"\|")),
        (array(d=["<f4"]), "text of at most 64 bytes"),
        (array(l=1), "an integer from 0 to 0, got 1"),
        (array(s=[]), "one or two dimensions"),
        (array(s=[1, 1, 1]), "a list of at most 2"),
        (array(s=[2**27, 2**27]), "snapshots of at most 1073741824 bytes"),
        (array(s=[2**27 + 1]), "an integer from 1 to 134217728"),
        (array(f="2x2"), "a list of at most 2, got '2x2'"),
        (snap(seq=0), "an integer from 1"),
        (snap(part=1), "an integer from 0 to 0, got 1 - at message.part"),
        (snap(parts=4097), "an integer from 1 to 4096"),
        (snap(crc=1), "CRC-32 0x00000001"),
        (snap(t=float("inf")), "a finite number"),
        (snap(packing="zstd"), "one of deflate, got 'zstd' - at message.packing"),
        (snap(packing=["deflate"]), r"one of deflate, got \['deflate'\]"),
        (snap(packing=True), "one of deflate, got True"),
        (snap(probe=3), "a map, got 3 - at message.probe"),
        (snap(n=1), "1 rows"),
        (snap(bytes(limits.PART_BYTES + 1)), "a payload of at most 262144 bytes"),
        (snap()[:1], "expected a payload, got no part"),
        ([*snap(), *[b""] * 129], "1 to 130 parts, got 131"),
        (packed(b"", type="beat", run=RUN, seq=0, up=1.0, drop=0), "one part, got 2"),
        (packed(type="gap", run=RUN, **{"from": 3, "to": 2}), "an integer from 3"),
        (packed(type="end", run=RUN, seq=1, reason="done", text="x" * 513), "msgpack"),
        (packed(type="error", code=1, text=""), "text of at most 64 bytes, got 1"),
        (packed(type=[]), r"text of at most 64 bytes, got \[\] - at message.type"),
        (packed(type="beat", t=msgpack.Timestamp(1, 0)), "expected msgpack"),
        ([msgpack.packb(7)], "a map, got 7 - at message"),
        ([b""], "expected msgpack"),
        ([], "1 to 130 parts, got 0"),
    ],
)
def test_decode_raises_on(parts: Any, expected: str) -> None:
    with pytest.raises(DecodeError, match=expected):
        decode_from_trainer(parts)
