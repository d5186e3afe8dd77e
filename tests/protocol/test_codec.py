import contextlib
from dataclasses import fields, replace
from typing import Any, get_args

import msgpack
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol import headers, limits
from protocol.codec import (
    Part,
    decode_from_trainer,
    decode_from_viewer,
    encode,
    read_header,
)
from protocol.errors import DecodeError, VersionError
from protocol.messages import (
    ArraySpec,
    FromTrainer,
    FromViewer,
    LayerSpec,
    Manifest,
    Message,
    Refusal,
    Rows,
    Welcome,
)

FROM_VIEWER = st.one_of(*map(st.from_type, get_args(FromViewer)))
FROM_TRAINER = st.one_of(*map(st.from_type, get_args(FromTrainer)))
MESSAGES = FROM_VIEWER | FROM_TRAINER

RUN = b"r" * 16
NONCE = b"n" * 8


def same(one: Any, other: Any) -> bool:
    """Compare messages field by field; their arrays have no useful ==."""
    if isinstance(one, np.ndarray):
        return np.array_equal(one, other, equal_nan=True) or one.size == other.size == 0
    if hasattr(one, "__dataclass_fields__"):
        return type(one) is type(other) and all(
            same(getattr(one, f.name), getattr(other, f.name)) for f in fields(one)
        )
    return bool(one == other)


def packed(**header: object) -> list[Part]:
    return [msgpack.packb(header)]


def hello(**changes: object) -> list[Part]:
    header = {
        "type": "hello",
        "v": 1,
        "want": "live",
        "window": 2,
        "nonce": NONCE,
        "run": None,
        "seq": 0,
        "max_cells": 0,
        "app": "test",
    }
    return packed(**header | changes)


def decode_either(parts: list[Part]) -> None:
    for decode in (decode_from_viewer, decode_from_trainer):
        with contextlib.suppress(DecodeError, VersionError):
            decode(parts)


@given(FROM_VIEWER)
def test_decode_gives_back_what_a_viewer_encoded(message: FromViewer) -> None:
    decoded = decode_from_viewer(encode(message))

    assert same(decoded, message)


@given(FROM_TRAINER)
def test_decode_gives_back_what_a_trainer_encoded(message: FromTrainer) -> None:
    decoded = decode_from_trainer(encode(message))

    assert same(decoded, message)


@given(st.lists(st.binary(max_size=200), max_size=4))
def test_decode_raises_only_its_own_errors_on_any_bytes(parts: list[Part]) -> None:
    decode_either(parts)


@given(MESSAGES, st.data())
def test_decode_raises_only_its_own_errors_on_mutated_messages(
    message: Message, data: st.DataObject
) -> None:
    parts: list[Part] = [bytes(part) for part in encode(message)]
    which = data.draw(st.integers(0, len(parts) - 1))
    changed = bytearray(parts[which])
    for _ in range(data.draw(st.integers(1, 5))):
        if changed:
            changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(
                st.integers(0, 255)
            )
    parts[which] = bytes(changed[: data.draw(st.integers(0, len(changed)))])

    decode_either(parts)
    decode_either(parts[: data.draw(st.integers(0, len(parts)))])


VALUES: st.SearchStrategy[object] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(1 << 63), (1 << 64) - 1)
    | st.floats()
    | st.text(max_size=8)
    | st.binary(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=5,
)


@given(MESSAGES, st.data())
def test_decode_raises_only_its_own_errors_on_fields_of_any_type(
    message: Message, data: st.DataObject
) -> None:
    parts = encode(message)
    header = msgpack.unpackb(parts[0])
    place = header
    for key in ("manifest", "arrays", "layers", "probe"):
        inner = place.get(key)
        if isinstance(inner, list):
            inner = inner[0] if inner else None
        if isinstance(inner, dict) and data.draw(st.booleans()):
            place = inner
    if place:
        place[data.draw(st.sampled_from(sorted(place)))] = data.draw(VALUES)

    decode_either([msgpack.packb(header), *parts[1:]])


def test_decode_leaves_unknown_fields_alone() -> None:
    message = decode_from_viewer(hello(colour="blue"))

    assert message is not None


def test_decode_gives_none_for_an_unknown_type() -> None:
    assert decode_from_viewer(packed(type="wave")) is None
    assert decode_from_trainer([*packed(type="wave"), b"more"]) is None


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        (
            "window",
            True,
            "expected an integer from 1 to 8, got True - at message.window",
        ),
        ("window", 0, "got 0 - at message.window"),
        ("window", 9, "got 9 - at message.window"),
        ("seq", 2**53 + 1, "expected an integer from 0 to 9007199254740992"),
        ("seq", 1.0, "got 1.0 - at message.seq"),
        ("want", ["live"], r"expected one of live, all, got \['live'\]"),
        ("nonce", "n" * 8, "expected 8 bytes, got 'nnnnnnnn' - at message.nonce"),
        ("run", b"short", "expected 16 bytes"),
        ("app", "a" * 65, "expected text of at most 64 bytes"),
        ("packings", "deflate", "expected a list of at most 16"),
        ("packings", ["x"] * 17, "17 exceeds max_array_len"),
        ("packings", [7], "expected text of at most 64 bytes, got 7"),
        ("v", None, "at message.v"),
    ],
)
def test_decode_says_what_was_expected_and_what_came(
    field: str, value: object, expected: str
) -> None:
    with pytest.raises(DecodeError, match=expected):
        decode_from_viewer(hello(**{field: value}))


def test_decode_raises_version_error_before_it_judges_the_rest() -> None:
    with pytest.raises(
        VersionError, match="protocol 2, this trainer speaks 1; upgrade the trainer"
    ):
        decode_from_viewer(hello(v=2, want="everything"))


def test_decode_raises_when_a_viewer_sends_two_parts() -> None:
    with pytest.raises(DecodeError, match="expected one part, got 2"):
        decode_from_viewer([*hello(), b""])


def test_decode_raises_when_a_header_is_too_long() -> None:
    with pytest.raises(DecodeError, match="at most 4096 bytes"):
        decode_from_viewer([b"\0" * (limits.VIEWER_BYTES + 1)])


def test_decode_raises_when_a_payload_has_changed() -> None:
    header = {"run": RUN, "seq": 1, "epoch": 0, "step": 0, "t": 0.0, "skip": 0, "n": 0}
    parts = packed(type="snap", **header, part=0, parts=1, crc=7)

    with pytest.raises(DecodeError, match="CRC-32 0x00000007"):
        decode_from_trainer([*parts, b"payload"])


@given(FROM_TRAINER)
def test_header_is_read_without_the_other_parts(message: FromTrainer) -> None:
    header = bytes(encode(message)[0])

    kind, fields = read_header(header)

    assert kind in headers.FROM_TRAINER
    assert isinstance(message, Refusal) or fields.binary("run", 16) == message.run
    with pytest.raises(DecodeError):
        read_header(header[:-1])


@given(st.from_type(Welcome))
def test_decode_raises_when_a_row_is_cut(message: Welcome) -> None:
    parts = encode(message)
    parts.append(b"\0" * 7)

    with pytest.raises(DecodeError, match="at rows"):
        decode_from_trainer(parts)


def test_encode_cuts_long_tables_into_parts() -> None:
    table = np.arange(75_000.0).reshape(-1, 5)
    message = welcome(manifest(metrics=tuple("abcde")), table)

    parts = encode(message)

    assert [len(part) for part in parts[1:]] == [1 << 18, 1 << 18, 75_712]
    assert same(decode_from_trainer(parts), message)


def test_encode_raises_when_a_manifest_does_not_fit() -> None:
    names = tuple(f"class number {i:050}" for i in range(1024))
    message = welcome(manifest(classes=names), np.empty((0, 1)))

    with pytest.raises(ValueError, match="too many layers, arrays or classes"):
        encode(message)


def test_encode_fits_the_manifest_of_250_layers() -> None:
    kinds = ("weights", "bias", "pre_activation", "activation", "activity")
    specs = [
        ArraySpec(kind=kind, layer=layer, dtype="<f4", shape=(1000, 1000))
        for layer in range(250)
        for kind in kinds
    ]
    layers = [
        LayerSpec(name=f"hidden {i}", units=12, activation="relu") for i in range(250)
    ]
    norms = tuple(f"gradient_norm_{layer}" for layer in range(1, 250))
    large = manifest(
        layers=tuple(layers), arrays=tuple(specs), metrics=("epoch", *norms)
    )

    parts = encode(welcome(large, np.empty((0, 1))))

    assert len(parts[0]) < limits.HEADER_BYTES * 0.8


def manifest(**changes: Any) -> Manifest:
    blank = Manifest(
        name="",
        kind="mlp",
        axis="epoch",
        layers=(),
        arrays=(),
        metrics=("epoch",),
        classes=(),
        input_shape=(),
        every=25,
        epochs=0,
        started=0.0,
    )
    return replace(blank, **changes)


def welcome(manifest: Manifest, rows: Rows) -> Welcome:
    return Welcome(
        version=1,
        nonce=NONCE,
        run=RUN,
        seq=0,
        oldest=0,
        manifest=manifest,
        rows=rows,
        ended=None,
        viewers=1,
    )
