"""What a display says about the stream and the playhead, in a few words. Pure."""

from dataclasses import dataclass

from protocol import limits
from protocol.messages import EndReason
from viewer import controls
from viewer.controls import Extent, Playhead
from viewer.timeline import Timeline

ENDED = {
    EndReason.DONE: "ended",
    EndReason.INTERRUPTED: "ended, interrupted",
    EndReason.ERROR: "ended by an error",
}
# Of what the trainer said at its end; the picture has no room for more.
LONGEST_REASON = 60


@dataclass(frozen=True, slots=True)
class Stream:
    """How the stream is doing.

    Attributes:
        name: What the user calls the source.
        is_live: Whether a trainer is at its other end, not a recording.
        silent_s: Seconds since the trainer was last heard; None while it is heard.
        finished: Whether nothing more will come.
    """

    name: str
    is_live: bool
    silent_s: float | None
    finished: bool


def badge(
    stream: Stream, timeline: Timeline, playhead: Playhead, extent: Extent
) -> str:
    """Say what is out of the ordinary, most urgent first; "" where nothing is."""
    words = [
        _state(stream, timeline, playhead, extent),
        "" if playhead.playing else "paused",
        _distance(stream, timeline, playhead, extent),
        "" if playhead.speed == 1 else f"{playhead.speed:g}x",
        *counts(timeline),
    ]
    return joined(words)


def counts(timeline: Timeline) -> list[str]:
    """Say how many snapshots are missing, and why; "" for each reason that is none."""
    return [
        f"lost {timeline.lost}" if timeline.lost else "",
        f"skipped {timeline.skipped}" if timeline.skipped else "",
        f"trainer dropped {timeline.dropped}" if timeline.dropped else "",
        _thinned(timeline.stride),
    ]


def joined(words: list[str]) -> str:
    """Put words in a row; empty ones are left out."""
    return "  ·  ".join(word for word in words if word)


def behind(timeline: Timeline, playhead: Playhead, extent: Extent) -> int:
    """Count the newer snapshots that are still to be shown, or are left behind."""
    if playhead.live and not extent.cycle.in_turn:
        return 0
    snapshots = timeline.snapshots
    return snapshots[-1].seq - snapshots[playhead.index].seq if snapshots else 0


def _state(
    stream: Stream, timeline: Timeline, playhead: Playhead, extent: Extent
) -> str:
    silence = silent(stream, timeline)
    if silence:
        return silence
    if not timeline.snapshots:
        return f"waiting for the trainer at {stream.name}"
    is_waiting = controls.is_waiting(playhead, extent)
    if timeline.ended is not None:
        return end(timeline) if stream.is_live or is_waiting else ""
    if not is_waiting:
        return ""
    return "the recording stops here" if stream.finished else "waiting for the trainer"


def silent(stream: Stream, timeline: Timeline) -> str:
    """Say for how long nothing has come from a trainer that should go on, or ""."""
    goes_on = timeline.ended is None and bool(timeline.snapshots)
    if stream.silent_s is None or not goes_on:
        return ""
    word = "stale" if stream.silent_s < limits.LOST_S else "trainer lost"
    return f"{word} {int(stream.silent_s)} s"


def end(timeline: Timeline, where: str = "") -> str:
    """Say why the run ended and, in such words as " at epoch 250", where; or ""."""
    if timeline.ended is None:
        return ""
    text = timeline.ended_text
    if len(text) > LONGEST_REASON:
        text = f"{text[:LONGEST_REASON].rstrip()}…"
    how = f"{ENDED[timeline.ended]}{where}"
    return f"{how}: {text}" if text else how


def _distance(
    stream: Stream, timeline: Timeline, playhead: Playhead, extent: Extent
) -> str:
    """Say how far a display that could be live is from it."""
    if not stream.is_live or timeline.ended is not None:
        return ""
    count = behind(timeline, playhead, extent)
    if count:
        return f"{count} behind"
    return "" if playhead.live else "not live"


def _thinned(stride: int) -> str:
    """Say which snapshots are kept; a stride is a power of two."""
    if stride == 1:
        return ""
    ending = "nd" if stride % 10 == 2 and stride % 100 != 12 else "th"
    return f"thinned: every {stride}{ending} snapshot"
