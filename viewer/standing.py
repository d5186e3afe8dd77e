"""What the title of a pane says of its run, where several share a clock. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from protocol.messages import Snapshot
from viewer.axis import axis_of
from viewer.badge import Stream, end, joined, silent
from viewer.timeline import Timeline


@dataclass(frozen=True, slots=True)
class Standing:
    """How a run stands.

    Attributes:
        words: In short.
        is_usual: Whether they may be overlooked.
        is_shown: Whether the picture is what there is of the clock's epoch.
        page: What to write in place of a picture where there is none.
    """

    words: str
    is_usual: bool = False
    is_shown: bool = True
    page: str = ""


def standing(
    stream: Stream,
    timeline: Timeline,
    stop: int,
    index: int,
    missing: Sequence[str] = (),
    recording: str = "recording",
) -> Standing:
    """Say how a run stands.

    Args:
        stream: How its source is doing.
        timeline: What has come.
        stop: The epoch of the clock; of no account before there is a snapshot.
        index: Place of the snapshot shown.
        missing: Such words as badge.counts has.
        recording: The word for one of which there is nothing else to say.
    """
    if not timeline.snapshots:
        waiting, page = _waiting(stream, timeline)
        return Standing(joined([waiting, *missing]), page=page)
    first, last = timeline.snapshots[0], timeline.snapshots[-1]
    if stop < first.epoch:
        return Standing(joined([_before(timeline, first), *missing]), is_shown=False)
    state, usual = _state(stream, timeline, stop), recording
    if stream.is_live:
        behind = last.seq - timeline.snapshots[index].seq
        usual = f"live, {behind} behind" if behind else "live"
    is_usual = not (state or any(missing))
    return Standing(joined([state or usual, *missing]), is_usual=is_usual)


def _waiting(stream: Stream, timeline: Timeline) -> tuple[str, str]:
    """Say what is being waited for, in short and in place of a picture."""
    if timeline.ended is None and stream.is_live:
        return "waiting", f"waiting for the trainer at {stream.name}"
    words = end(timeline) or ("empty" if stream.finished else "waiting")
    return words, f"no snapshot came from {stream.name}"


def _before(timeline: Timeline, first: Snapshot) -> str:
    where = f"{axis_of(timeline.manifest)} {first.epoch}"
    if first.seq == 1:
        return f"not yet: begins at {where}"
    return f"nothing received before {where}"


def _state(stream: Stream, timeline: Timeline, stop: int) -> str:
    """Say what is out of the ordinary."""
    silence = silent(stream, timeline)
    if silence:
        return silence
    last = timeline.snapshots[-1].epoch
    where = f" at {axis_of(timeline.manifest)} {last}"
    if stop < last and not stream.is_live:
        return ""
    if timeline.ended is not None:
        return end(timeline, where)
    return f"the recording stops{where}" if stream.finished else ""
