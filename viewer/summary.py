"""What came of a recording, in words and as an exit code."""

import sys

from viewer.errors import ViewerError
from viewer.interrupt import INTERRUPTED
from viewer.joint_player import JointOutcome
from viewer.player import Outcome
from viewer.saying import say
from viewer.sinks import Sink
from viewer.sinks.stream import StreamSink


def report(outcome: Outcome, sink: Sink) -> int:
    """Say what came of a recording, give the exit code."""
    before = sink.before if isinstance(sink, StreamSink) else 0
    if outcome.snapshots + before == 0 and not outcome.interrupted:
        raise ViewerError(outcome.trouble or "no snapshot came; nothing was drawn")
    if outcome.snapshots + before:
        sys.stdout.write(f"{_summary(outcome, sink)}\n")
    if outcome.lost:
        say(f"{_count(outcome.lost, 'snapshot')} lost on the way")
    if outcome.trouble:
        raise ViewerError(f"{outcome.trouble}; {sink.path} holds what came before")
    return INTERRUPTED if outcome.interrupted else 0


def report_all(outcome: JointOutcome, sink: Sink) -> int:
    """Say what came of recording several runs, of each and of all; give the exit code."""
    for name, each in outcome.each:
        snapshots = _count(each.snapshots, "snapshot")
        say(f"{name}: {snapshots}, {each.skipped} skipped, {each.lost} lost")
    return report(outcome.whole, sink)


def _summary(outcome: Outcome, sink: Sink) -> str:
    """Such as "run.mp4: 43.1 s, 2586 frames of 21 snapshots, 5.3 MB"."""
    if isinstance(sink, StreamSink):
        words = [_count(sink.before + outcome.snapshots, "snapshot")]
    else:
        width, height = sink.size
        words = [f"{width}x{height}"]
        if not sink.still:
            seconds = outcome.frames / sink.fps
            frames, snapshots = outcome.frames, _count(outcome.snapshots, "snapshot")
            words += [f"{seconds:.1f} s", f"{frames} frames of {snapshots}"]
    size = sink.path.stat().st_size
    unit, power = ("MB", 1e6) if size >= 1e6 else ("kB", 1e3)
    return f"{sink.path}: {', '.join(words)}, {size / power:.1f} {unit}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
