"""Section 10 of SPEC.md, built from what SPEC.md says."""

import struct
import zlib
from typing import TYPE_CHECKING, Any

import msgpack

from protocol import limits
from protocol.messages import EndReason

if TYPE_CHECKING:
    from tests.protocol.link.conftest import Link


class SmallestViewer:
    """A live viewer with nothing but msgpack, struct and zlib."""

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
