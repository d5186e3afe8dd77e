"""What the commands do, from the source to the file or the window."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from protocol.assembling import Mark
from protocol.errors import AddressError
from protocol.messages import Want
from viewer.display import find_backend
from viewer.errors import UsageError
from viewer.info import Info, look, look_into
from viewer.interrupt import INTERRUPTED, Interrupt
from viewer.keyring import read_keyring
from viewer.live import BACKLOG_BYTES, LiveSource
from viewer.options import PLAIN, Options
from viewer.paints import Size
from viewer.player import Outcome, Player
from viewer.progress import progress
from viewer.quality import Quality
from viewer.receptions import Named
from viewer.saying import say
from viewer.screen import Screen, Watches
from viewer.side_by_side import SideBySide
from viewer.sinks import ENDINGS, Sink, open_sink
from viewer.sinks.stream import StreamSink
from viewer.sources import FileSource, open_source
from viewer.summary import report
from viewer.watching import MOST_BYTES, Watch

# Reading it takes a while.
LARGE_BYTES = 10**9
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


def connect(
    names: Sequence[str],
    style: Look,
    patience: Patience,
    most_bytes: int = MOST_BYTES,
    keys: Path | None = None,
) -> int:
    """Show a run, or several side by side, in a window until it is closed.

    Args:
        names: Of the sources.
        style: How they are drawn.
        patience: How long to wait for a trainer.
        most_bytes: What the snapshots kept may need.
        keys: Folder of keys, for a trainer that asks for them.

    Returns:
        The exit code.

    Raises:
        UsageError: There is no display, or a source cannot be one.
        ViewerError: There is no run at any of the sources.
    """
    check_count(names)
    backend = find_backend(say)
    with Interrupt() as is_interrupted, ExitStack() as stack:
        from viewer.sinks.window import Window

        sources = []
        for name in names:
            source = _open(name, Want.LIVE, patience, keys)
            stack.enter_context(source)
            sources.append(Named(source, name, isinstance(source, LiveSource)))
        window = Window(
            Screen(_watch(sources, style, most_bytes)),
            backend=backend,
            title=f"neurocast {', '.join(names)}",
            say=say,
        )
        window.run(is_interrupted)
        return INTERRUPTED if is_interrupted() else 0


def _watch(sources: Sequence[Named], style: Look, most_bytes: int) -> Watches:
    """Make what a screen shows of one source, or of several."""
    if len(sources) > 1:
        return SideBySide(
            sources,
            size=style.size,
            theme=style.theme,
            seconds=style.seconds,
            options=style.options,
            most_bytes=most_bytes,
            say=say,
        )
    [(source, name, is_live)] = sources
    return Watch(
        source,
        name=name,
        live=is_live,
        size=style.size,
        theme=style.theme,
        seconds=style.seconds,
        options=style.options,
        most_bytes=most_bytes,
        say=say,
    )


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


def record(
    name: str,
    path: Path,
    style: Look,
    patience: Patience,
    keys: Path | None = None,
    *,
    full: bool = False,
) -> int:
    """Write a run into a file.

    Args:
        name: Of the source.
        path: Of the file.
        style: How the run is drawn.
        patience: How long to wait for a trainer.
        keys: Folder of keys, for a trainer that asks for them.
        full: All weights of large networks are wanted.

    Returns:
        The exit code.

    Raises:
        UsageError: The file cannot be written, or the source cannot be one.
        ViewerError: There is no run at the source, or writing failed.
    """
    if Path(name).exists() and path.exists() and path.samefile(name):
        raise UsageError(f"expected two files, got {name!r} for both; change -o")
    sink = open_sink(path, size=style.size, fps=style.fps, quality=style.quality)
    is_still = not isinstance(sink, StreamSink) and sink.still
    want = Want.LIVE if is_still else Want.ALL
    resume = _resume(name, sink)
    # The trainer may leave when all is acknowledged: a stream must be in its file then.
    backlog = 0 if isinstance(sink, StreamSink) else BACKLOG_BYTES
    with (
        Interrupt() as is_interrupted,
        _open(
            name, want, patience, keys, resume=resume, full=full, backlog_bytes=backlog
        ) as source,
    ):
        for note in sink.notes:
            say(note)
        with progress() as shown:
            player = Player(
                source,
                theme=style.theme,
                seconds=style.seconds,
                patience_s=patience.silence_s,
                is_interrupted=is_interrupted,
                options=style.options,
                count=source.count() if isinstance(source, FileSource) else 0,
                report=shown,
            )
            outcome = _play(player, sink, live=isinstance(source, LiveSource))
    return report(outcome, sink)


def info(
    name: str, patience: Patience, keys: Path | None = None, *, check: bool = False
) -> Info:
    """Look at what a source holds, and leave.

    Args:
        name: Of the source.
        patience: How long to wait for a trainer.
        keys: Folder of keys, for a trainer that asks for them.
        check: Read all of a recording, for the checksums.

    Raises:
        UsageError: The source cannot be one.
        ViewerError: There is no run at the source.
    """
    with _open(name, Want.LIVE, patience, keys) as source:
        if isinstance(source, FileSource):
            return look_into(Path(name), check=check)
        found = look(source)
        for note in source.notes():
            say(note)
    return found


def _open(
    name: str,
    want: Want,
    patience: Patience,
    keys: Path | None,
    *,
    resume: Mark | None = None,
    full: bool = False,
    backlog_bytes: int = BACKLOG_BYTES,
) -> LiveSource | FileSource:
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


def _resume(name: str, sink: Sink) -> Mark | None:
    """Find where a recording that is there already can be continued from a trainer."""
    if Path(name).exists() or not isinstance(sink, StreamSink):
        return None
    size = sink.path.stat().st_size if sink.path.is_file() else 0
    if size >= LARGE_BYTES:
        say(f"checks {sink.path} first, {size / 1e9:.1f} GB")
    return sink.resume()


def _play(player: Player, sink: Sink, *, live: bool) -> Outcome:
    if isinstance(sink, StreamSink):
        return player.copy(sink)
    if sink.still:
        return player.photograph(sink, live=live)
    return player.record(sink)
