"""A viewer written from SPEC.md alone, and real trainers."""

import math
import os
import struct
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import msgpack
import numpy as np
import pytest
import zmq

if TYPE_CHECKING:
    from tests.integration.conftest import Start

PATIENCE_S = 30.0
FORMATS = {"<f4": "f", "<f2": "e", "<f8": "d", "|u1": "B"}


class ForeignViewer:
    """Sections 1 to 5 and 10, with nothing of this program's."""

    def __init__(self, where: str, **says: Any) -> None:
        """Connect; `says` is what the hello has beside the fields that it must have."""
        self.context = zmq.Context()
        self.socket = self.context.socket(zmq.DEALER)
        for option, value in ((zmq.IMMEDIATE, 1), (zmq.LINGER, 0)):
            self.socket.setsockopt(option, value)
        self.socket.setsockopt(zmq.MAXMSGSIZE, 512 << 10)
        self.socket.connect(f"tcp://{where}")
        self.run: bytes | None = None
        self.runs: list[bytes] = []
        self.last = self.lost = self.snapshots = 0
        self.epochs: list[float] = []
        self.values: dict[tuple[str, int], tuple[Any, ...]] = {}
        self.ended: str | None = None
        self.payloads: list[bytes] = []
        self.packed = 0
        self.says = says
        self.said_at = self.heard_at = time.monotonic()
        self.greet()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()
        self.context.term()

    def greet(self) -> None:
        self.nonce: bytes | None = os.urandom(8)
        self.pause = 0.25
        self.greet_at = time.monotonic()

    def say(self, kind: str, **fields: Any) -> None:
        self.said_at = time.monotonic()
        if self.socket.poll(0, zmq.POLLOUT):
            self.socket.send(msgpack.packb({"type": kind, **fields}))

    def look(self) -> None:
        """Wait for a message, at most a quarter of a second; do what is due."""
        if self.socket.poll(250):
            self.heard_at = time.monotonic()
            self.take(self.socket.recv_multipart())
        now = time.monotonic()
        if now - self.heard_at > 2 and self.nonce is None:
            self.greet()
        if self.nonce is not None and now >= self.greet_at:
            self.greet_at, self.pause = now + self.pause, min(2 * self.pause, 2)
            fields = {"v": 1, "want": "live", "window": 2, "nonce": self.nonce}
            fields |= {"run": self.run, "seq": self.last, "max_cells": 0}
            self.say("hello", **fields, app="foreign", **self.says)
        elif now - self.said_at > 2:
            self.say("ack", run=self.run, seq=self.last)
            self.say("ping", t=now)

    def take(self, parts: list[bytes]) -> None:
        header = msgpack.unpackb(parts[0])
        kind = header["type"]
        if kind == "welcome" and header["nonce"] == self.nonce:
            self.welcome(header, parts[1:])
        elif self.nonce is not None or "run" not in header:
            return
        elif header["run"] != self.run:
            self.greet()
        elif kind == "snap":
            self.snap(header, parts[1:])
        elif kind == "end" and self.last == header["seq"]:
            self.ended = header["reason"]
            self.say("ack", run=self.run, seq=self.last + 1)

    def welcome(self, header: dict[str, Any], rows: list[bytes]) -> None:
        self.nonce, self.manifest = None, header["manifest"]
        if header["run"] != self.run:
            self.run, self.last = header["run"], max(0, header["seq"] - 1)
            self.runs.append(header["run"])
        self.epochs = self.first_column(rows)
        self.payloads = []

    def snap(self, header: dict[str, Any], parts: list[bytes]) -> None:
        self.epochs += self.first_column(parts[:-1])
        assert zlib.crc32(parts[-1]) == header["crc"]
        if header["part"] == 0:
            self.payloads = []
        if len(self.payloads) != header["part"]:
            return
        self.payloads.append(self.unpack(header, parts[-1]))
        if len(self.payloads) == header["parts"] and header["seq"] > self.last:
            self.values = self.cut(b"".join(self.payloads))
            self.lost += max(0, header["seq"] - self.last - 1 - header["skip"])
            self.last, self.snapshots = header["seq"], self.snapshots + 1
            self.say("ack", run=self.run, seq=self.last)

    def unpack(self, header: dict[str, Any], payload: bytes) -> bytes:
        if header.get("packing") is None:
            return payload
        assert header["packing"] in self.says["packings"]
        self.packed += 1
        stream = zlib.decompressobj()
        found = stream.decompress(payload, 262_145)
        assert stream.eof
        assert not stream.unused_data
        assert len(payload) < len(found) <= 262_144
        return found

    def cut(self, blob: bytes) -> dict[tuple[str, int], tuple[Any, ...]]:
        found, at = {}, 0
        for array in self.manifest["arrays"]:
            form = f"<{math.prod(array['s'])}{FORMATS[array['d']]}"
            found[array["k"], array["l"]] = struct.unpack_from(form, blob, at)
            at += struct.calcsize(form)
        assert at == len(blob)
        return found

    def first_column(self, parts: list[bytes]) -> list[float]:
        form = f"<{len(self.manifest['metrics'])}d"
        return [row[0] for row in struct.iter_unpack(form, b"".join(parts))]

    def watch_until(self, is_so: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not is_so():
            assert time.monotonic() < deadline
            self.look()


def test_spec_suffices_for_a_viewer_of_a_real_run(train: "Start") -> None:
    trainer = train("--epochs", "40", "--wait", "1", "--hidden", "300,300")

    with ForeignViewer(trainer.address) as viewer:
        viewer.watch_until(lambda: viewer.ended is not None)

    assert trainer.end() == 0
    assert viewer.ended == "done"
    assert viewer.epochs == list(range(41))
    assert (viewer.lost, viewer.runs) == (0, [viewer.run])
    assert len(viewer.values["weights", 2]) == 300 * 300
    assert sum(viewer.values["activation", 3]) == pytest.approx(1, abs=1e-5)
    assert (viewer.manifest["unknown"], viewer.manifest["reject"]) == (None, 0.6)
    decisions = len(viewer.manifest["classes"]) + 1
    assert len(viewer.values["confusion", 3]) == decisions**2


def test_spec_suffices_to_follow_a_trainer_that_is_started_again(
    train: "Start",
) -> None:
    first = train("--epochs", "100000", "--every", "1")
    port = first.address.rpartition(":")[2]

    with ForeignViewer(first.address) as viewer:
        viewer.watch_until(lambda: viewer.snapshots >= 3)
        first.process.kill()
        first.process.wait()
        second = train("--epochs", "30", "--wait", "1", "--port", port)
        viewer.watch_until(lambda: viewer.ended is not None)

    assert second.end() == 0
    assert len(viewer.runs) == 2
    assert viewer.epochs == list(range(31))


@pytest.mark.parametrize(
    ("says", "packed"),
    [({}, 0), ({"packings": ["zstd", "deflate"]}, 2), ({"packings": ["zstd"]}, 0)],
)
def test_spec_suffices_for_class_maps_packed_and_raw(
    start: "Start", tmp_path: Path, says: dict[str, Any], packed: int
) -> None:
    model = tmp_path / "model.npz"
    small = ("--size", "600", "--layers", "3", "--wait", "1", "--save", model)
    trainer = start("trainer", "space", "--port", "0", *small)

    with ForeignViewer(trainer.address, **says) as viewer:
        viewer.watch_until(lambda: viewer.ended is not None)

    assert trainer.end() == 0
    assert viewer.lost == 0
    assert viewer.packed == packed * viewer.snapshots
    cells = np.load(model)["class_map"]
    assert bytes(viewer.values["class_map", 0]) == cells.tobytes()
