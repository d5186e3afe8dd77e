"""A part of a snapshot as a header with rows and a payload, and back.

What a payload unpacks to is not looked at here: how much it may be says the manifest,
which assembling.py knows.
"""

import zlib
from collections.abc import Sequence
from typing import Any

from protocol import limits, rows
from protocol.errors import DecodeError
from protocol.fields import Fields
from protocol.messages import Probe, SnapshotPart
from protocol.payload import Packing, Payload


def write_snapshot_part(m: SnapshotPart) -> dict[str, Any]:
    """Make the header; rows and payload follow it as they are."""
    header = {
        "run": m.run,
        "seq": m.seq,
        "epoch": m.epoch,
        "step": m.step,
        "t": m.time,
        "probe": {"index": m.probe.index, "label": m.probe.label},
        "skip": m.skip,
        "n": len(m.rows),
        "part": m.part,
        "parts": m.parts,
        "crc": m.payload.crc,
    }
    if m.payload.packing is not None:
        header["packing"] = m.payload.packing.value
    return header


def read_snapshot_part(
    fields: Fields, tail: Sequence[bytes | memoryview]
) -> SnapshotPart:
    """Judge the header and what follows it.

    Raises:
        DecodeError: It does not follow SPEC.md, or the payload is another one.
    """
    if not tail:
        raise DecodeError("expected a payload, got no part - at message")
    payload = _read_payload(fields, tail[-1])
    parts = fields.integer("parts", low=1, high=limits.SNAPSHOT_PARTS)
    return SnapshotPart(
        run=fields.binary("run", limits.RUN_BYTES),
        seq=fields.integer("seq", low=1),
        epoch=fields.integer("epoch"),
        step=fields.integer("step"),
        time=fields.number("t"),
        probe=_read_probe(fields.fields("probe")),
        skip=fields.integer("skip"),
        rows=rows.decode(tail[:-1], count=fields.integer("n")),
        part=fields.integer("part", high=parts - 1),
        parts=parts,
        payload=payload,
    )


def _read_payload(fields: Fields, part: bytes | memoryview) -> Payload:
    data = memoryview(part).toreadonly()
    if len(data) > limits.PART_BYTES:
        raise DecodeError(f"expected a payload of at most {limits.PART_BYTES} bytes")
    crc = fields.integer("crc", high=(1 << 32) - 1)
    if zlib.crc32(data) != crc:
        raise DecodeError(f"expected a payload with CRC-32 {crc:#010x}, got another")
    is_raw = fields.lacks("packing")
    return Payload(data, crc, None if is_raw else fields.choice("packing", Packing))


def _read_probe(fields: Fields) -> Probe:
    return Probe(
        index=fields.integer("index"),
        label=None if fields.lacks("label") else fields.integer("label"),
    )
