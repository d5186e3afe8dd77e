"""What the user named, opened: how it is drawn, how long to wait, where it comes from."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from protocol.assembling import Mark
from protocol.errors import AddressError
from protocol.messages import Want
from viewer.errors import UsageError
from viewer.keyring import read_keyring
from viewer.live import BACKLOG_BYTES, LiveSource
from viewer.options import PLAIN, Options
from viewer.paints import Size
from viewer.quality import Quality
from viewer.receptions import Named
from viewer.sinks import ENDINGS
from viewer.sources import FileSource, open_source

# Side by side; more would be too small to be read.
MOST_SOURCES = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """How a run is drawn.

    Attributes:
        size: (width, height) in pixels.
        theme: "dark" or "light".
        seconds: For one snapshot; None for the usual time.
        fps: Frames a second, for videos.
        options: How the same moment is drawn.
        quality: Of videos.
    """

    size: Size = (1280, 720)
    theme: str = "dark"
    seconds: float | None = None
    fps: int = 60
    options: Options = PLAIN
    quality: Quality = Quality.GOOD


@dataclass(frozen=True, kw_only=True, slots=True)
class Patience:
    """How long to wait for a trainer.

    Attributes:
        begin_s: Until there is a run at all; None for ever.
        silence_s: Until one that fell silent is given up.
    """

    begin_s: float | None = None
    silence_s: float = 30.0


def check_count(names: Sequence[str]) -> None:
    """Refuse more sources than there is room for.

    Raises:
        UsageError: There are more.
    """
    if len(names) > MOST_SOURCES:
        raise UsageError(
            f"expected at most {MOST_SOURCES} sources, got {len(names)}; watch the "
            "others in a window of their own"
        )


def open_all(
    stack: ExitStack,
    names: Sequence[str],
    want: Want,
    patience: Patience,
    keys: Path | None,
    *,
    full: bool = False,
) -> list[Named]:
    """Open several sources, which share the memory for what waits to be read.

    Args:
        stack: Closes them.
        names: Of the sources.
        want: See open_named, as what follows.
        patience: How long to wait for a trainer.
        keys: Folder of keys.
        full: All weights are wanted.

    Raises:
        UsageError: One cannot be a source.
        ViewerError: A recording cannot be read.
    """
    sources = []
    for name in names:
        source = open_named(
            name,
            want,
            patience,
            keys,
            full=full,
            backlog_bytes=BACKLOG_BYTES // len(names),
        )
        stack.enter_context(source)
        sources.append(Named(source, name, isinstance(source, LiveSource)))
    return sources


def open_named(
    name: str,
    want: Want,
    patience: Patience,
    keys: Path | None,
    *,
    resume: Mark | None = None,
    full: bool = False,
    backlog_bytes: int = BACKLOG_BYTES,
) -> LiveSource | FileSource:
    """Open what the user named.

    Args:
        name: Of the source.
        want: Newest snapshots only, or all.
        patience: How long to wait for a trainer.
        keys: Folder of keys, for a trainer that asks for them.
        resume: See LiveSource, as what follows.
        full: All weights are wanted.
        backlog_bytes: What may wait to be read.

    Raises:
        UsageError: It cannot be a source.
        ViewerError: The recording cannot be read.
    """
    if Path(name).suffix.lower() in ENDINGS and not Path(name).exists():
        raise UsageError(f"no such file: {name!r}")  # nobody means a host run.mp4
    keyring = None if keys is None else read_keyring(keys)
    try:
        return open_source(
            name,
            want,
            keyring=keyring,
            timeout_s=patience.begin_s,
            resume=resume,
            full=full,
            backlog_bytes=backlog_bytes,
        )
    except AddressError as error:
        raise UsageError(str(error)) from error
