"""What the commands do, from the source to the file or the window."""

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from protocol.assembling import Mark
from protocol.messages import Want
from viewer.display import find_backend
from viewer.errors import UsageError
from viewer.info import Info, look, look_into
from viewer.interrupt import INTERRUPTED, Interrupt
from viewer.joint_player import JointPlayer
from viewer.live import BACKLOG_BYTES, LiveSource
from viewer.opening import Look, Patience, check_count, open_all, open_named
from viewer.player import Outcome, Player
from viewer.progress import progress
from viewer.receptions import Named
from viewer.saying import say
from viewer.screen import Screen, Watches
from viewer.side_by_side import SideBySide
from viewer.sinks import Sink, open_sink
from viewer.sinks.stream import StreamSink
from viewer.sources import FileSource
from viewer.summary import report, report_all
from viewer.watching import MOST_BYTES, Watch

# Reading it takes a while.
LARGE_BYTES = 10**9


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

        sources = open_all(stack, names, Want.LIVE, patience, keys)
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


def record(
    names: Sequence[str],
    path: Path,
    style: Look,
    patience: Patience,
    keys: Path | None = None,
    *,
    full: bool = False,
) -> int:
    """Write a run, or several side by side, into a file.

    Args:
        names: Of the sources.
        path: Of the file.
        style: How they are drawn.
        patience: How long to wait for a trainer.
        keys: Folder of keys, for a trainer that asks for them.
        full: All weights of large networks are wanted.

    Returns:
        The exit code.

    Raises:
        UsageError: The file cannot be written, or a source cannot be one.
        ViewerError: There is no run at a source, or writing failed.
    """
    check_count(names)
    for name in names:
        if Path(name).exists() and path.exists() and path.samefile(name):
            raise UsageError(f"expected two files, got {name!r} for both; change -o")
    sink = open_sink(path, size=style.size, fps=style.fps, quality=style.quality)
    if len(names) > 1:
        return _record_all(names, sink, style, patience, keys, full=full)
    [name] = names
    is_still = not isinstance(sink, StreamSink) and sink.still
    want = Want.LIVE if is_still else Want.ALL
    resume = _resume(name, sink)
    # The trainer may leave when all is acknowledged: a stream must be in its file then.
    backlog = 0 if isinstance(sink, StreamSink) else BACKLOG_BYTES
    with (
        Interrupt() as is_interrupted,
        open_named(
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


def _record_all(
    names: Sequence[str],
    sink: Sink,
    style: Look,
    patience: Patience,
    keys: Path | None,
    *,
    full: bool,
) -> int:
    """Write several runs side by side into a video or a picture."""
    if isinstance(sink, StreamSink):
        raise UsageError(
            f"expected one source for {str(sink.path)!r}, got {len(names)}: record each "
            "into a file of its own, then both into a video: viewer record A.ncast "
            "B.ncast -o run.mp4"
        )
    want = Want.LIVE if sink.still else Want.ALL
    with Interrupt() as is_interrupted, ExitStack() as stack:
        sources = open_all(stack, names, want, patience, keys, full=full)
        for note in sink.notes:
            say(note)
        with progress() as shown:
            player = JointPlayer(
                sources,
                theme=style.theme,
                seconds=style.seconds,
                patience_s=patience.silence_s,
                is_interrupted=is_interrupted,
                options=style.options,
                count=_count(sources),
                report=shown,
            )
            outcome = player.photograph(sink) if sink.still else player.record(sink)
    return report_all(outcome, sink)


def _count(sources: Sequence[Named]) -> int:
    """Count the snapshots of recordings; 0 where that is not known."""
    counts = [
        each.source.count() if isinstance(each.source, FileSource) else 0
        for each in sources
    ]
    return sum(counts) if all(counts) else 0


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
    with open_named(name, Want.LIVE, patience, keys) as source:
        if isinstance(source, FileSource):
            return look_into(Path(name), check=check)
        found = look(source)
        for note in source.notes():
            say(note)
    return found


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
