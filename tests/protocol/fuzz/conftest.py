"""Messages that no honest peer sends: `Mutator` spoils those of a run that goes on.

What it makes goes from a changed bit to headers that are right in every field and lie.
`tests/benchmarks/fuzz.py` runs the same for longer.
"""

import random
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import msgpack
import numpy as np
import pytest

from protocol import limits
from protocol.codec import encode
from protocol.held import Blob, Moment
from protocol.messages import (
    VERSION,
    Ack,
    ArraySpec,
    Bye,
    EndReason,
    FromViewer,
    Hello,
    LayerSpec,
    Manifest,
    Ping,
    Probe,
    Want,
)
from protocol.packs import Packs
from protocol.payload import Packing
from protocol.publishing import Publishing
from protocol.ring import Ring

Parts = list[bytes]

NEST = b"\xdd\x00\x00\x08\x00"  # a list that claims 2048 items
STRANGE: list[Any] = [
    None, True, False, 0, 1, -1, 2, 3, 8, 9, 255, 256, 1 << 16, (1 << 31) - 1, 1 << 32,
    (1 << 53) - 1, 1 << 53, (1 << 53) + 1, (1 << 63) - 1, 1 << 63, (1 << 64) - 1,
    -(1 << 63), 0.0, -0.0, 1.5, 1e308, 5e-324, float("nan"), float("inf"), float("-inf"),
    "", "live", "all", "snap", "welcome", "deflate", ["deflate"], "<f4", "|O", "\0", "x" * 64, "x" * 65, "é" * 256,
    "x" * 513, b"", bytes(8), bytes(16), bytes(17), bytes(65), [], [0], [1, 2], [1, 2, 3],
    [[]], [[[[[[]]]]]], [None] * 17, [0] * 2049, {}, {"": 0}, {"type": "hello"}, {0: 1},
    {str(i): i for i in range(65)}, msgpack.ExtType(5, b"x"), msgpack.Timestamp(0),
]  # fmt: skip
CLAIMS = [
    b"\xdd\xff\xff\xff\xff", b"\xdf\xff\xff\xff\xff", b"\xc6\xff\xff\xff\xff", b"\xdc\xff\xff",
    b"\xdb\xff\xff\xff\xff", b"\xc9\xff\xff\xff\xff\x00", b"\xc1", b"\xd8", b"\x9f", b"\x8f",
]  # fmt: skip

WEIGHTS = ArraySpec(kind="weights", layer=1, dtype="<f4", shape=(50, 8))
SIZE = 1600
SMALL = Manifest(
    name="fuzz",
    kind="mlp",
    axis="epoch",
    layers=(
        LayerSpec(name="input", units=50, activation="", tile=(5, 5)),
        LayerSpec(name="output", units=8, activation="softmax"),
    ),
    arrays=(WEIGHTS,),
    metrics=("epoch", "loss"),
    classes=("a", "b"),
    input_shape=(),
    every=1,
    epochs=0,
    started=0.0,
    unknown=1,
    reject=0.6,
)


class Mutator:
    """Spoils messages; the same seed spoils them the same way."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self._ways = [
            self._flip, self._truncate, self._extend, self._splice, self._claim,
            self._nest, self._noise, self._part_away, self._part_twice, self._parts_swapped,
            self._part_other, self._twist, self._twist, self._twist, self._lie, self._lie,
            self._lie, self._lie, self._press,
        ]  # fmt: skip

    def make_up(self, run: bytes, newest: int) -> Parts:
        """Make what a viewer may say, honest or not.

        Args:
            run: The run that the trainer serves.
            newest: Its newest snapshot.
        """
        runs = (run, run, self.rng.randbytes(16))
        match self.rng.randrange(8):
            case 0 | 1 | 2:
                message: FromViewer = self._hello(
                    self.rng.choice((*runs, None)), newest
                )
            case 3 | 4 | 5:
                seq = self.rng.randint(0, newest + 1)
                message = Ack(run=self.rng.choice(runs), seq=seq)
            case 6:
                message = Ping(time=self.rng.random())
            case _:
                message = Bye()
        return [bytes(part) for part in encode(message)]

    def _hello(self, run: bytes | None, newest: int) -> FromViewer:
        return Hello(
            version=VERSION,
            want=self.rng.choice(list(Want)),
            window=self.rng.randint(1, limits.WINDOW),
            nonce=self.rng.randbytes(limits.NONCE_BYTES),
            run=run,
            seq=self.rng.randint(0, newest),
            max_cells=self.rng.choice((0, 1 << 53)),
            packings=self.rng.choice(((), tuple(Packing))),
        )

    def mutate(self, parts: Parts, other: Parts) -> Parts:
        """Make another message of two; neither is changed."""
        for _ in range(self.rng.choice((1, 1, 1, 2, 3))):
            parts = self.rng.choice(self._ways)(list(parts), other)
        return parts

    def _flip(self, parts: Parts, other: Parts) -> Parts:
        index, data = self._any(parts)
        for _ in range(self.rng.choice((1, 1, 2, 8))):
            data[self.rng.randrange(len(data))] ^= 1 << self.rng.randrange(8)
        return _put(parts, index, data)

    def _truncate(self, parts: Parts, other: Parts) -> Parts:
        index, data = self._any(parts)
        return _put(parts, index, data[: self.rng.randrange(len(data))])

    def _extend(self, parts: Parts, other: Parts) -> Parts:
        index, data = self._any(parts)
        return _put(parts, index, data + self.rng.randbytes(self.rng.randrange(1, 80)))

    def _splice(self, parts: Parts, other: Parts) -> Parts:
        index, data = self._any(parts)
        rest = other[index % len(other)]
        at = self.rng.randrange(len(data))
        return _put(parts, index, data[:at] + rest[at:])

    def _claim(self, parts: Parts, other: Parts) -> Parts:
        data = bytearray(parts[0])
        at = self.rng.randrange(len(data) + 1)
        data[at : at + self.rng.randrange(6)] = self.rng.choice(CLAIMS)
        return _put(parts, 0, data)

    def _nest(self, parts: Parts, other: Parts) -> Parts:
        kind = self.rng.choice((NEST, b"\xdc\x00\x10", b"\x91", b"\x81\xa0"))
        return _put(parts, 0, kind * self.rng.choice((3, 100, 800)))

    def _noise(self, parts: Parts, other: Parts) -> Parts:
        return _put(
            parts, 0, self.rng.randbytes(self.rng.choice((0, 1, 16, 300, 4097)))
        )

    def _part_away(self, parts: Parts, other: Parts) -> Parts:
        del parts[self.rng.randrange(len(parts))]
        return parts or [b""]

    def _part_twice(self, parts: Parts, other: Parts) -> Parts:
        at = self.rng.randrange(len(parts))
        times = self.rng.choice((1, 1, 2, limits.MESSAGE_PARTS))
        return parts[:at] + [parts[at]] * times + parts[at:]

    def _parts_swapped(self, parts: Parts, other: Parts) -> Parts:
        self.rng.shuffle(parts)
        return parts

    def _part_other(self, parts: Parts, other: Parts) -> Parts:
        index = self.rng.randrange(len(parts))
        return _put(parts, index, self.rng.choice(other))

    def _twist(self, parts: Parts, other: Parts) -> Parts:
        """Put a strange value somewhere into the header, or take one away."""
        header = _header(parts)
        if header is None:
            return self._flip(parts, other)
        holder, key = self.rng.choice(list(_places(header)))
        match self.rng.randrange(8):
            case 0:
                del holder[key]
            case 1:
                header[self.rng.choice(("x", "type", "run"))] = holder[key]
            case _:
                holder[key] = self.rng.choice(STRANGE)
        return self._repack(parts, header)

    def _lie(self, parts: Parts, other: Parts) -> Parts:
        """Change numbers a little, so that the message is still well formed."""
        header = _header(parts)
        if header is None:
            return self._truncate(parts, other)
        places = [p for p in _places(header) if type(p[0][p[1]]) in (int, type(None))]
        for holder, key in self.rng.sample(places, k=min(3, len(places))):
            if self.rng.random() < 0.4:
                continue
            value = holder[key] or 0
            near = (value - 1, value + 1, value + 2, value * 2, 0, 1, 2, 3, 1 << 53)
            holder[key] = max(0, self.rng.choice(near))
        if header.get("type") == "snap":
            rows = self.rng.choice((0, 0, 1, 3))
            parts[1:-1] = [bytes(16 * rows)] if rows else []
            header["n"] = rows
        return self._repack(parts, header)

    def _press(self, parts: Parts, other: Parts) -> Parts:
        """Put a zlib stream in the place of a payload, right, nearly right, a bomb."""
        header = _header(parts)
        if header is None or len(parts) < 2:
            return self._extend(parts, other)
        sizes = (len(parts[-1]), limits.PART_BYTES, 0, 1, 64, SIZE, 1 << 20)
        stream = zlib.compress(bytes(self.rng.choice(sizes)), 1)
        end = self.rng.choice((len(stream), len(stream), -1, -4, 3))
        parts[-1] = stream[:end] + self.rng.choice((b"", b"", b"\0", stream))
        header["packing"] = self.rng.choice(("deflate",) * 4 + (None, "", "zstd", 7))
        header["crc"] = zlib.crc32(parts[-1])
        return [msgpack.packb(header), *parts[1:]]

    def _repack(self, parts: Parts, header: dict[str, Any]) -> Parts:
        if "crc" in header and len(parts) > 1 and self.rng.random() < 0.9:
            header["crc"] = zlib.crc32(parts[-1])
        try:
            return [msgpack.packb(header), *parts[1:]]
        except (ValueError, OverflowError, TypeError):  # too large for msgpack
            return parts

    def _any(self, parts: Parts) -> tuple[int, bytearray]:
        index = 0 if self.rng.random() < 0.7 else self.rng.randrange(len(parts))
        return index, bytearray(parts[index] or b"\0")


def _put(parts: Parts, index: int, data: bytes | bytearray) -> Parts:
    parts[index] = bytes(data)
    return parts


def _header(parts: Parts) -> dict[str, Any] | None:
    try:
        header = msgpack.unpackb(parts[0], strict_map_key=False)
    except Exception:  # noqa: BLE001 - it was spoilt before
        return None
    return header if isinstance(header, dict) and header else None


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Give everything in a header as (what holds it, key)."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in list(pairs):
        yield value, key
        if isinstance(inner, dict | list):
            yield from _places(inner)


class Run:
    """A run that goes on: its trainer's half, and the time."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.now = 0.0
        self.begin()

    def begin(self) -> None:
        """Begin another run, as a trainer that was started again."""
        packs = Packs(self.rng.choice((0, 4 * SIZE, 1 << 20)))
        ring = Ring(SMALL, SIZE * self.rng.choice((1, 4, 64)), packs=packs)
        self.name = self.rng.randbytes(limits.RUN_BYTES)
        self.publishing = Publishing(self.name, ring)

    def publish(self) -> None:
        """Publish a snapshot whose number is the epoch of its row."""
        number = self.publishing.seq + 1
        probe = Probe(index=number, label=None)
        moment = Moment(epoch=number, step=number, time=self.now, probe=probe)
        blob = Blob(memoryview(bytes(SIZE)), lambda: None)
        self.publishing.publish(moment, np.array([[number, 0.5]]), blob)

    def end(self) -> None:
        """End it, for whatever reason."""
        self.publishing.end(self.rng.choice(list(EndReason)), "as it happens")


@pytest.fixture
def make_mutator() -> Callable[[int], Mutator]:
    return Mutator


@pytest.fixture
def make_run() -> Callable[[random.Random], Run]:
    return Run
