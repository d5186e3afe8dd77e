"""Makes keys: for a trainer and its first viewer, or for one more viewer."""

import os
import re
import shlex
from contextlib import suppress
from pathlib import Path

import zmq

from protocol.address import DEFAULT_PORT
from protocol.keys import (
    AUTHORIZED,
    PUBLIC_ENDING,
    SECRET_ENDING,
    SERVER_PUBLIC,
    SERVER_SECRET,
    VIEWER,
    text_of,
)
from trainer.errors import TrainerError, UsageError

OWNER_ONLY, EVERYONE = 0o600, 0o644
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def make_folder(folder: Path) -> list[Path]:
    """Make the keys of a trainer and of its first viewer.

    Returns:
        What was made.

    Raises:
        UsageError: The folder holds keys already.
        TrainerError: The folder cannot be written.
    """
    for name in (SERVER_PUBLIC, SERVER_SECRET):
        if (folder / name).exists():
            raise UsageError(
                f"expected a folder without keys, got one with {folder / name}; for one "
                f"more viewer say trainer keygen {folder} --viewer NAME"
            )
    public, secret = _pair()
    return _write(
        folder,
        {
            SERVER_SECRET: text_of(
                "secret key of the trainer: stays here", public, secret
            ),
            SERVER_PUBLIC: text_of(
                "public key of the trainer: for every viewer", public
            ),
            **_viewer(VIEWER),
        },
    )


def add_viewer(folder: Path, name: str) -> list[Path]:
    """Make the keys of one more viewer.

    Returns:
        What was made.

    Raises:
        UsageError: The folder holds no trainer's keys, or the name will not do.
        TrainerError: The folder cannot be written.
    """
    if not NAME.fullmatch(name) or f"{name.lower()}{PUBLIC_ENDING}" == SERVER_PUBLIC:
        raise UsageError(
            "expected --viewer with a name of letters, digits, dots and dashes that is "
            f"not 'server', got {name!r}"
        )
    if not (folder / SERVER_SECRET).exists():
        raise UsageError(
            f"expected {folder / SERVER_SECRET}, there is none; say trainer keygen "
            f"{folder} first"
        )
    return _write(folder, _viewer(name))


def instructions(folder: Path, viewer: str) -> str:
    """Say what goes to the other machine, and the commands on both sides.

    Args:
        folder: Where the keys are.
        viewer: Whose they are; "" for the first one.
    """
    whose = viewer or "a trainer and a viewer"
    there = shlex.quote(folder.resolve().name)
    files = [folder.resolve() / SERVER_PUBLIC]
    files.append(folder.resolve() / f"{viewer or VIEWER}{SECRET_ENDING}")
    remote = " ".join(shlex.quote(f"USER@THIS-HOST:{path}") for path in files)
    return "\n".join(
        [
            f"made the keys of {whose} in {folder}; on the machine that watches, fetch two of them:",
            f"  mkdir -p -m 700 {there} && scp -p {remote} {there}/",
            f"never copy {SERVER_SECRET}; then say here and there:",
            f"  trainer run --bind 0.0.0.0 --keys {shlex.quote(str(folder))}",
            f"  viewer connect THIS-HOST:{DEFAULT_PORT} --keys {there}",
        ]
    )


def _pair() -> tuple[str, str]:
    try:
        public, secret = zmq.curve_keypair()
    except zmq.ZMQError as error:
        raise TrainerError(
            "this ZeroMQ was built without CURVE; install pyzmq with pip"
        ) from error
    return public.decode(), secret.decode()


def _viewer(name: str) -> dict[str, str]:
    public, secret = _pair()
    authorized = f"{AUTHORIZED}/{name}{PUBLIC_ENDING}"
    return {
        f"{name}{SECRET_ENDING}": text_of(
            f"secret key of viewer {name}", public, secret
        ),
        authorized: text_of(f"lets viewer {name} in; delete to shut it out", public),
    }


def _write(folder: Path, texts: dict[str, str]) -> list[Path]:
    """Write files that are not there yet, all or none of them."""
    made: list[Path] = []
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / AUTHORIZED).mkdir(mode=0o700, exist_ok=True)
        for name, text in texts.items():
            path = folder / name
            is_secret = name.endswith(SECRET_ENDING)
            _create(path, text, OWNER_ONLY if is_secret else EVERYONE)
            made.append(path)
    except OSError as error:
        for path in made:
            with suppress(OSError):
                path.unlink()
        raise TrainerError(_failed(folder, error)) from error
    return made


def _create(path: Path, text: str, mode: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(text)
    except OSError:
        path.unlink()
        raise


def _failed(folder: Path, error: OSError) -> str:
    path = error.filename or folder
    if isinstance(error, FileExistsError) and Path(path) != folder:
        return f"{path} is there already and is not overwritten; take another name"
    return f"cannot write keys to {path}: {(error.strerror or str(error)).lower()}"
