"""A broadcast of class maps: what it records is packed, whoever watches."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from protocol.codec import decode_from_trainer
from protocol.messages import (
    VERSION,
    ArraySpec,
    Bye,
    EndReason,
    Hello,
    Manifest,
    Probe,
    SnapshotPart,
    Want,
)
from protocol.payload import Packing, unpacked
from protocol.recording import RecordingReader
from trainer.broadcast import Broadcast
from trainer.listener import Listener

LIMIT_S = 10.0
SIDE, LAYERS = 100, 12
KEY = ("class_map", 0)
CELLS = [np.full((SIDE, SIDE), layer, np.uint8) for layer in range(LAYERS)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run.ncast"


@pytest.fixture
def broadcast(
    listener: Listener, manifest: Manifest, path: Path
) -> Iterator[Broadcast]:
    """A plane of which memory keeps few layers; all are recorded."""
    cells = ArraySpec(kind=KEY[0], layer=KEY[1], dtype="|u1", shape=(SIDE, SIDE))
    plane = replace(manifest, kind="space", axis="layer", arrays=(cells,))
    few = 6 * SIDE * SIDE
    with Broadcast(plane, listener, buffer_bytes=few, record=path) as broadcast:
        for layer, cells_now in enumerate(CELLS):
            broadcast.publish(
                epoch=layer,
                step=layer,
                probe=Probe(index=0, label=None),
                rows=np.zeros((1, len(plane.metrics))),
                arrays={KEY: cells_now},
            )
            wait_until_recorded(broadcast, layer + 1)
        yield broadcast


def wait_until_recorded(broadcast: Broadcast, seq: int) -> None:
    recorder, until = broadcast._recorder, time.monotonic() + LIMIT_S
    assert recorder is not None
    while recorder.stored(seq) is None:
        assert time.monotonic() < until


def received(peer: Any, broadcast: Broadcast) -> list[SnapshotPart]:
    """All layers, as they come to a viewer that wants all."""
    found = []
    for seq in range(1, LAYERS + 1):
        found.append(peer.receive(SnapshotPart))
        peer.ack(broadcast.run, seq)
    peer.send(Bye())
    return found


def cells_in(parts: list[SnapshotPart]) -> list[bytes]:
    return [bytes(unpacked(part.payload, SIDE * SIDE)) for part in parts]


def test_recording_is_packed_and_holds_the_maps(
    broadcast: Broadcast, path: Path
) -> None:
    broadcast.end(EndReason.DONE)
    broadcast.close()

    with path.open("rb") as file:
        messages = [decode_from_trainer(each.parts) for each in RecordingReader(file)]
    parts = [each for each in messages if isinstance(each, SnapshotPart)]
    assert {part.payload.packing for part in parts} == {Packing.DEFLATE}
    assert cells_in(parts) == [cells.tobytes() for cells in CELLS]
    assert path.stat().st_size < LAYERS * SIDE * SIDE // 10


def test_viewer_that_cannot_unpack_gets_raw_maps_from_the_recording(
    broadcast: Broadcast, peer: Any
) -> None:
    peer.hello()

    found = received(peer, broadcast)

    assert {part.payload.packing for part in found} == {None}
    assert cells_in(found) == [cells.tobytes() for cells in CELLS]


def test_viewer_that_can_unpack_gets_them_as_they_were_recorded(
    broadcast: Broadcast, peer: Any
) -> None:
    hello = Hello(version=VERSION, want=Want.ALL, window=8, nonce=b"packings")
    peer.send(replace(hello, packings=tuple(Packing)))

    found = received(peer, broadcast)

    assert {part.payload.packing for part in found} == {Packing.DEFLATE}
    assert cells_in(found) == [cells.tobytes() for cells in CELLS]
