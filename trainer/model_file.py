"""A trained model as a file: arrays and what they mean.

An .npz that numpy.load reads, too: arrays stored as they are, and among them `meta`, JSON
as bytes. Its comment is a SHA-256 of everything before, so a file that was cut or altered
is found out. Nothing in it is code.
"""

import hashlib
import io
import json
import os
import tempfile
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainer.errors import TrainerError
from trainer.npy import read_array, to_bytes

FORMAT = "neurocast model"
VERSION = 1
META = "meta"

DIGEST = hashlib.sha256().digest_size * 2  # as hexadecimal text
EPOCH = (1980, 1, 1, 0, 0, 0)  # the same content gives the same bytes
META_BYTES = 16 << 20

Arrays = Mapping[str, NDArray[Any]]


class ModelFileError(TrainerError):
    """A file is no model that can be used; the text says why."""


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """What a file holds.

    Attributes:
        meta: What JSON can hold.
        arrays: By name, new.
    """

    meta: dict[str, Any]
    arrays: dict[str, NDArray[Any]]


def save(path: Path, meta: Mapping[str, Any], arrays: Arrays) -> None:
    """Write a file, all of it or nothing.

    Args:
        path: A file of that name is replaced at the end; until then it stays whole.
        meta: What JSON can hold; "kind" says which kind of model it is.
        arrays: Numbers by name, any shape.

    Raises:
        ModelFileError: It cannot be written.
    """
    content = _bytes({**meta, "format": FORMAT, "version": VERSION}, arrays)
    try:
        handle, name = tempfile.mkstemp(".tmp", ".model.", path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            _as_others_are(Path(name))
            Path(name).replace(path)
        except BaseException:
            with suppress(OSError):
                Path(name).unlink()
            raise
    except OSError as error:
        raise ModelFileError(f"cannot save {str(path)!r}: {_reason(error)}") from error


def load(path: Path, kind: str = "") -> Model:
    """Read a file.

    Args:
        path: What `save` wrote.
        kind: Which kind of model is expected; "" for any.

    Raises:
        ModelFileError: It cannot be read, is no model or another kind of one, was cut
            or altered, or comes from a later version.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ModelFileError(f"cannot read {str(path)!r}: {_reason(error)}") from error
    arrays = _read(path, content)
    meta = _meta(path, arrays.pop(META, None))
    if kind and meta.get("kind") != kind:
        raise ModelFileError(
            f"expected a model of kind {kind!r}, got {meta.get('kind')!r}: {path}"
        )
    return Model(meta, arrays)


def check_target(path: Path) -> None:
    """See to it, before long work, that a model can be saved here.

    Raises:
        ModelFileError: The folder is not there or cannot be written to, or there is a
            file of that name that is no model.
    """
    folder = path.parent
    if not folder.is_dir():
        raise ModelFileError(f"cannot save {str(path)!r}: there is no folder {folder}")
    if path.is_dir() or (path.exists() and not _is_model(path)):
        what = "a folder" if path.is_dir() else "not a model"
        raise ModelFileError(
            f"cannot save {str(path)!r}: it is there already and {what}; choose another "
            "name"
        )
    if not os.access(folder, os.W_OK):
        raise ModelFileError(
            f"cannot save {str(path)!r}: {folder} cannot be written to"
        )


def _bytes(meta: Mapping[str, Any], arrays: Arrays) -> bytes:
    text = json.dumps(meta, sort_keys=True).encode()
    members = {META: np.frombuffer(text, np.uint8), **arrays}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as file:
        for name, array in members.items():
            info = zipfile.ZipInfo(f"{name}.npy", EPOCH)
            file.writestr(info, to_bytes(array))
        file.comment = b"0" * DIGEST
    content = buffer.getvalue()
    digest = hashlib.sha256(memoryview(content)[:-DIGEST]).hexdigest()
    return content[:-DIGEST] + digest.encode()


def _read(path: Path, content: bytes) -> dict[str, NDArray[Any]]:
    """Check all bytes, then read all arrays."""
    if not content.startswith(b"PK"):
        raise ModelFileError(f"not a model: {path}; trainer run --save makes one")
    digest = hashlib.sha256(memoryview(content)[:-DIGEST]).hexdigest().encode()
    if content[-DIGEST:] != digest:
        raise ModelFileError(
            f"{path} is not a model, or was cut short or altered since it was saved; "
            "use an older copy, or train again"
        )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            return {
                info.filename.removesuffix(".npy"): _array(file, info)
                for info in file.infolist()
            }
    except (zipfile.BadZipFile, ValueError, OSError, RuntimeError) as error:
        why = " ".join(str(error).split()) or type(error).__name__
        raise ModelFileError(f"cannot read the model {path}: {why}") from error


def _array(file: zipfile.ZipFile, info: zipfile.ZipInfo) -> NDArray[Any]:
    if info.compress_type != zipfile.ZIP_STORED:
        raise ValueError(f"{info.filename} is compressed")
    with file.open(info) as member:
        return read_array(member, info.file_size)


def _meta(path: Path, text: NDArray[Any] | None) -> dict[str, Any]:
    try:
        meta = json.loads((np.empty(0) if text is None else text).tobytes())
        version = int(meta["version"])
        is_ours = meta["format"] == FORMAT
    except (ValueError, KeyError, TypeError, RecursionError, OverflowError):
        is_ours, version, meta = False, 0, {}
    if not is_ours:
        raise ModelFileError(f"not a model: {path}; trainer run --save makes one")
    if version > VERSION:
        raise ModelFileError(
            f"expected a model of version {VERSION}, got {version}: {path}; a newer "
            "neurocast reads it"
        )
    return dict(meta)


def _is_model(path: Path) -> bool:
    try:
        load(path)
    except ModelFileError:
        return False
    return True


def _as_others_are(path: Path) -> None:
    """Give a temporary file, which is only its owner's, the mode of any new file."""
    mask = os.umask(0)
    os.umask(mask)
    path.chmod(0o666 & ~mask)


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
