"""The header of each message, written and read side by side.

A new message or field is added here, in messages.py and in SPEC.md.
"""

from collections.abc import Callable, Sequence
from typing import Any

from protocol import limits, rows
from protocol.errors import DecodeError, VersionError
from protocol.fields import Fields
from protocol.manifests import read_manifest, write_manifest
from protocol.messages import (
    VERSION,
    Ack,
    Beat,
    Bye,
    End,
    EndReason,
    FromTrainer,
    FromViewer,
    Gap,
    Hello,
    Message,
    Ping,
    Refusal,
    SnapshotPart,
    Want,
    Welcome,
)
from protocol.payload import Packing
from protocol.snapshot_parts import read_snapshot_part, write_snapshot_part

Header = dict[str, Any]
Parts = Sequence[bytes | memoryview]


def write(message: Message) -> tuple[str, Header]:
    """Return the type of a message on the wire and the rest of its header."""
    name, writer = _WRITERS[type(message)]
    return name, writer(message)


# From a viewer


def _write_hello(m: Hello) -> Header:
    return {
        "v": m.version,
        "want": m.want.value,
        "window": m.window,
        "nonce": m.nonce,
        "run": m.run,
        "seq": m.seq,
        "max_cells": m.max_cells,
        "app": m.app,
        "packings": [packing.value for packing in m.packings],
    }


def _read_hello(fields: Fields) -> Hello:
    return Hello(
        version=_version(fields, they="viewer", we="trainer"),
        want=fields.choice("want", Want),
        window=fields.integer("window", low=1, high=limits.WINDOW),
        nonce=fields.binary("nonce", limits.NONCE_BYTES),
        run=None if fields.lacks("run") else fields.binary("run", limits.RUN_BYTES),
        seq=fields.integer("seq"),
        max_cells=fields.integer("max_cells"),
        app=fields.text("app", limits.NAME_BYTES),
        packings=fields.choices("packings", Packing, limits.VIEWER_LIST_ITEMS),
    )


def _write_ack(m: Ack) -> Header:
    return {"run": m.run, "seq": m.seq}


def _read_ack(fields: Fields) -> Ack:
    return Ack(run=fields.binary("run", limits.RUN_BYTES), seq=fields.integer("seq"))


def _write_ping(m: Ping) -> Header:
    return {"t": m.time}


def _read_ping(fields: Fields) -> Ping:
    return Ping(time=fields.number("t"))


def _write_bye(m: Bye) -> Header:
    return {}


def _read_bye(fields: Fields) -> Bye:
    return Bye()


# From the trainer


def _write_welcome(m: Welcome) -> Header:
    return {
        "v": m.version,
        "nonce": m.nonce,
        "run": m.run,
        "seq": m.seq,
        "oldest": m.oldest,
        "manifest": write_manifest(m.manifest),
        "n": len(m.rows),
        "ended": None if m.ended is None else m.ended.value,
        "viewers": m.viewers,
    }


def _read_welcome(fields: Fields, tail: Parts) -> Welcome:
    version = _version(fields, they="trainer", we="viewer")
    manifest = read_manifest(fields.fields("manifest"))
    count = fields.integer("n")
    newest = fields.integer("seq")
    return Welcome(
        version=version,
        nonce=fields.binary("nonce", limits.NONCE_BYTES),
        run=fields.binary("run", limits.RUN_BYTES),
        seq=newest,
        oldest=fields.integer("oldest", high=newest),
        manifest=manifest,
        rows=rows.decode(tail, count=count, columns=len(manifest.metrics)),
        ended=None if fields.lacks("ended") else fields.choice("ended", EndReason),
        viewers=fields.integer("viewers"),
    )


def _write_beat(m: Beat) -> Header:
    return {"run": m.run, "seq": m.seq, "up": m.up, "drop": m.dropped}


def _read_beat(fields: Fields) -> Beat:
    return Beat(
        run=fields.binary("run", limits.RUN_BYTES),
        seq=fields.integer("seq"),
        up=fields.number("up"),
        dropped=fields.integer("drop"),
    )


def _write_end(m: End) -> Header:
    fields = {"run": m.run, "seq": m.seq, "reason": m.reason.value, "text": m.text}
    return {**fields, "drop": m.dropped}


def _read_end(fields: Fields) -> End:
    return End(
        run=fields.binary("run", limits.RUN_BYTES),
        seq=fields.integer("seq"),
        reason=fields.choice("reason", EndReason),
        text=fields.text("text", limits.TEXT_BYTES),
        dropped=fields.integer("drop"),
    )


def _write_refusal(m: Refusal) -> Header:
    return {"code": m.code, "text": m.text}


def _read_refusal(fields: Fields) -> Refusal:
    return Refusal(
        code=fields.text("code", limits.NAME_BYTES),
        text=fields.text("text", limits.TEXT_BYTES),
    )


def _write_gap(m: Gap) -> Header:
    return {"run": m.run, "from": m.first, "to": m.last}


def _read_gap(fields: Fields) -> Gap:
    first = fields.integer("from", low=1)
    return Gap(
        run=fields.binary("run", limits.RUN_BYTES),
        first=first,
        last=fields.integer("to", low=first),
    )


def _version(fields: Fields, *, they: str, we: str) -> int:
    version = fields.integer("v")
    if version != VERSION:
        older = we if version > VERSION else they
        raise VersionError(
            f"the {they} speaks protocol {version}, this {we} speaks {VERSION};"
            f" upgrade the {older}"
        )
    return version


def _alone(read: Callable[[Fields], FromTrainer]) -> Callable[..., FromTrainer]:
    def read_alone(fields: Fields, tail: Parts) -> FromTrainer:
        if tail:
            raise DecodeError(f"expected one part, got {1 + len(tail)}")
        return read(fields)

    return read_alone


_WRITERS: dict[type[Message], tuple[str, Callable[[Any], Header]]] = {
    Hello: ("hello", _write_hello),
    Ack: ("ack", _write_ack),
    Ping: ("ping", _write_ping),
    Bye: ("bye", _write_bye),
    Welcome: ("welcome", _write_welcome),
    SnapshotPart: ("snap", write_snapshot_part),
    Beat: ("beat", _write_beat),
    End: ("end", _write_end),
    Refusal: ("error", _write_refusal),
    Gap: ("gap", _write_gap),
}

FROM_VIEWER: dict[str, Callable[[Fields], FromViewer]] = {
    "hello": _read_hello,
    "ack": _read_ack,
    "ping": _read_ping,
    "bye": _read_bye,
}

FROM_TRAINER: dict[str, Callable[[Fields, Parts], FromTrainer]] = {
    "welcome": _read_welcome,
    "snap": read_snapshot_part,
    "beat": _alone(_read_beat),
    "end": _alone(_read_end),
    "error": _alone(_read_refusal),
    "gap": _alone(_read_gap),
}
