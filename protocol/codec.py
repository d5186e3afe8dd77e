"""Messages to parts of bytes and back; the only user of msgpack.

The first part is a header: a msgpack map with a "type". Metric rows and arrays follow
as raw parts, never inside msgpack. Everything that comes from outside is checked, and
nothing but DecodeError or VersionError leaves the decoders. Which fields a header has
is in headers.py and manifests.py; how one field is judged is in fields.py.
"""

from collections.abc import Sequence

import msgpack

from protocol import headers, limits, rows
from protocol.errors import DecodeError
from protocol.fields import Fields
from protocol.messages import (
    FromTrainer,
    FromViewer,
    Message,
    SnapshotPart,
    Welcome,
)

Part = bytes | memoryview


def encode(message: Message) -> list[Part]:
    """Turn a message into parts that share the memory of its arrays.

    Raises:
        ValueError: The header is longer than a peer may accept, which only the
            manifest of an enormous network can make it.
    """
    kind, fields = headers.write(message)
    header: bytes = msgpack.packb({"type": kind, **fields})
    if len(header) > limits.HEADER_BYTES:
        raise ValueError(
            f"expected a header of at most {limits.HEADER_BYTES} bytes, got"
            f" {len(header)}; the manifest has too many layers, arrays or classes"
        )
    parts: list[Part] = [header]
    if isinstance(message, Welcome | SnapshotPart):
        parts += rows.encode(message.rows)
    if isinstance(message, SnapshotPart):
        parts.append(message.payload.data)
    return parts


def decode_from_viewer(parts: Sequence[Part]) -> FromViewer | None:
    """Read a message of a viewer.

    Returns:
        The message, or None where it is well formed but of an unknown type.

    Raises:
        DecodeError: It does not follow SPEC.md.
        VersionError: The viewer speaks another major version.
    """
    if len(parts) != 1:
        raise DecodeError(f"expected one part, got {len(parts)}")
    kind, fields = _header(parts[0], limits.VIEWER_BYTES, limits.VIEWER_LIST_ITEMS)
    read = headers.FROM_VIEWER.get(kind)
    return read(fields) if read else None


def decode_from_trainer(parts: Sequence[Part]) -> FromTrainer | None:
    """Read a message of a trainer, live or from a recording.

    Returns:
        The message, or None where it is well formed but of an unknown type. Its rows
        and payload share the memory of the parts.

    Raises:
        DecodeError: It does not follow SPEC.md.
        VersionError: The trainer speaks another major version.
    """
    most = limits.MESSAGE_PARTS
    if not 1 <= len(parts) <= most:
        raise DecodeError(f"expected 1 to {most} parts, got {len(parts)}")
    kind, fields = read_header(parts[0])
    read = headers.FROM_TRAINER.get(kind)
    return read(fields, parts[1:]) if read else None


def read_header(header: Part) -> tuple[str, Fields]:
    """Read the first part of a message of a trainer, without the others.

    Returns:
        The type of the message, known or not, and the fields of its header.

    Raises:
        DecodeError: It is no header.
    """
    return _header(header, limits.HEADER_BYTES, limits.LIST_ITEMS)


def _header(part: Part, most: int, items: int) -> tuple[str, Fields]:
    if len(part) > most:
        raise DecodeError(f"expected a header of at most {most} bytes, got {len(part)}")
    try:
        value = msgpack.unpackb(
            part,
            raw=False,
            strict_map_key=True,
            use_list=True,
            max_array_len=items,
            max_map_len=limits.MAP_ITEMS,
            max_str_len=limits.TEXT_BYTES,
            max_bin_len=limits.BINARY_BYTES,
            max_ext_len=0,
        )
    except Exception as error:  # six kinds: ValueError, ExtraData, StackError, ...
        raise DecodeError(f"expected msgpack, got {str(error)[:80]!r}") from error
    fields = Fields(value, "message")
    return fields.text("type", limits.NAME_BYTES), fields
