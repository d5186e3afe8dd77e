"""The playhead: what a key or the clock makes of it. Pure; shared by every display.

A playhead is a snapshot and a fraction of its cycle (see cue.py). While it is live it
goes on to the newest snapshot after each cycle; otherwise, and always where a network is
tried on examples, to the next one: each example was sent to be seen. With no following
snapshot it rests where the cycle does.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from viewer.cue import TRAINING, Cue, Cycle, cue_of

SPEEDS = (0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
END = 1.0  # of a cycle
# Where two stops are closer than this, they are one.
NEAR = 1e-6


class Action(StrEnum):
    """What a key asks of the display itself."""

    SCREENSHOT = "screenshot"
    RECORD = "record"
    THEME = "theme"
    NORMALISATION = "normalisation"
    REDUCED_MOTION = "reduced motion"
    POINTS = "points"
    FULL_SCREEN = "full screen"
    HELP = "help"
    CLEAR = "clear"
    QUIT = "quit"


class Pointer(StrEnum):
    """What the mouse does at a place."""

    MOVE = "move"
    PRESS = "press"
    RELEASE = "release"
    LEAVE = "leave"
    SCROLL_UP = "scroll up"
    SCROLL_DOWN = "scroll down"


@dataclass(frozen=True, slots=True)
class Playhead:
    """Where a viewer is in a run, and how it goes on.

    Attributes:
        index: The snapshot shown, counted in the timeline from 0.
        fraction: How far its cycle is, 0 to 1.
        target: The snapshot that the cycle leads to, chosen where it could rest.
        playing: False while paused.
        live: Whether it goes on with what comes, see above.
        speed: 1 is as fast as `--seconds` says.
        held: Whether the mouse drags it; time does not move it then.
    """

    index: int = 0
    fraction: float = 0.0
    target: int | None = None
    playing: bool = True
    live: bool = False
    speed: float = 1.0
    held: bool = False


@dataclass(frozen=True, slots=True)
class Extent:
    """What there is to move in.

    Attributes:
        count: Snapshots in the timeline, at least 1.
        layers: Layers of the network, the input included; 0 where each snapshot is a
            layer, so that a step to a layer is one to a snapshot.
        cycle: How each snapshot is shown.
    """

    count: int
    layers: int
    cycle: Cycle = TRAINING


def advance(playhead: Playhead, cycles: float, extent: Extent) -> Playhead:
    """Let time pass.

    Args:
        playhead: Where it is.
        cycles: Time passed, in cycles at normal speed.
        extent: What there is to move in.

    Returns:
        Where it is now; one call passes at most one boundary, so that a display that
        was held up goes on where it was instead of leaping.
    """
    if not playhead.playing or playhead.held:
        return playhead
    fraction, rest = playhead.fraction + cycles * playhead.speed, extent.cycle.rest
    if fraction < rest:
        return replace(playhead, fraction=fraction)
    target = _target(playhead, extent)
    if target is None:
        return replace(playhead, fraction=rest)
    if playhead.target is None:
        return replace(playhead, fraction=rest, target=target)
    if fraction < END:
        return replace(playhead, fraction=fraction)
    if _skips(playhead, extent):
        target = extent.count - 1
    return replace(playhead, index=target, fraction=0.0, target=None)


def is_waiting(playhead: Playhead, extent: Extent) -> bool:
    """Whether it rests at the end of the newest snapshot."""
    at_rest = playhead.fraction >= extent.cycle.rest
    return at_rest and _target(playhead, extent) is None


def cue(playhead: Playhead, extent: Extent) -> Cue:
    """Say what to paint."""
    target = _target(playhead, extent)
    return cue_of(playhead.index, target, playhead.fraction, extent.cycle)


def press(playhead: Playhead, key: str, extent: Extent) -> Playhead:
    """Do what a key says; an unknown key does nothing.

    Args:
        playhead: Where it is.
        key: As matplotlib names it, such as "shift+left" or " ".
        extent: What there is to move in.
    """
    move = MOVES.get(key)
    return playhead if move is None else move(playhead, extent)


def _target(playhead: Playhead, extent: Extent) -> int | None:
    """The snapshot that the cycle leads to, were it to be chosen now."""
    if playhead.target is not None:
        return playhead.target
    last = extent.count - 1
    if playhead.index >= last:
        return None
    return last if _skips(playhead, extent) else playhead.index + 1


def _skips(playhead: Playhead, extent: Extent) -> bool:
    return playhead.live and not extent.cycle.in_turn


def _pause(playhead: Playhead, extent: Extent) -> Playhead:
    if playhead.playing:
        return replace(playhead, playing=False, live=False)
    return replace(playhead, playing=True)


def _to(playhead: Playhead, index: int, extent: Extent) -> Playhead:
    index = min(max(index, 0), extent.count - 1)
    return replace(playhead, index=index, fraction=0.0, target=None, live=False)


def _next_snapshot(playhead: Playhead, extent: Extent) -> Playhead:
    return _to(playhead, playhead.index + 1, extent)


def _previous_snapshot(playhead: Playhead, extent: Extent) -> Playhead:
    return _to(playhead, playhead.index - 1, extent)


def _first(playhead: Playhead, extent: Extent) -> Playhead:
    return _to(playhead, 0, extent)


def _go_live(playhead: Playhead, extent: Extent) -> Playhead:
    newest = _to(playhead, extent.count - 1, extent)
    return replace(newest, live=True, playing=True)


def stops(layers: int, cycle: Cycle = TRAINING) -> list[float]:
    """Fractions at which the signal has reached a layer, in order; the first is 0."""
    shares = [i / max(layers - 1, 1) for i in range(layers)]
    forward = [cycle.lit * share for share in shares]
    if not cycle.runs_back:
        return forward
    start, end = cycle.rest, cycle.updated
    return forward + [start + (end - start) * share for share in shares]


def _next_layer(playhead: Playhead, extent: Extent) -> Playhead:
    paused, rest = replace(playhead, playing=False, live=False), extent.cycle.rest
    target = _target(paused, extent)
    all_stops = stops(extent.layers, extent.cycle)
    later = [s for s in all_stops if s > playhead.fraction + NEAR]
    if later and (later[0] <= rest or target is not None):
        begun = target if later[0] > rest else None
        return replace(paused, fraction=later[0], target=begun)
    return paused if target is None else _to(paused, target, extent)


def _previous_layer(playhead: Playhead, extent: Extent) -> Playhead:
    paused, cycle = replace(playhead, playing=False, live=False), extent.cycle
    all_stops = stops(extent.layers, cycle)
    earlier = [s for s in all_stops if s < playhead.fraction - NEAR]
    if earlier:
        begun = playhead.target if earlier[-1] > cycle.rest else None
        return replace(paused, fraction=earlier[-1], target=begun)
    if playhead.index == 0:
        return paused
    before = _to(paused, playhead.index - 1, extent)
    if not extent.layers:
        return before
    begun = playhead.index if cycle.runs_back else None
    return replace(before, fraction=all_stops[-1], target=begun)


def _faster(playhead: Playhead, extent: Extent) -> Playhead:
    faster = [s for s in SPEEDS if s > playhead.speed]
    return replace(playhead, speed=faster[0] if faster else playhead.speed)


def _slower(playhead: Playhead, extent: Extent) -> Playhead:
    slower = [s for s in SPEEDS if s < playhead.speed]
    return replace(playhead, speed=slower[-1] if slower else playhead.speed)


def next_speed(playhead: Playhead) -> Playhead:
    """Choose the next speed, after the fastest the slowest: for a button."""
    after = (SPEEDS.index(playhead.speed) + 1) % len(SPEEDS)
    return replace(playhead, speed=SPEEDS[after])


MOVES: dict[str, Callable[[Playhead, Extent], Playhead]] = {
    " ": _pause,
    "right": _next_layer,
    "left": _previous_layer,
    "shift+right": _next_snapshot,
    ".": _next_snapshot,
    "shift+left": _previous_snapshot,
    ",": _previous_snapshot,
    "home": _first,
    "end": _go_live,
    "L": _go_live,
    "l": _go_live,
    "+": _faster,
    "=": _faster,
    "-": _slower,
}

ACTIONS: dict[str, Action] = {
    "s": Action.SCREENSHOT,
    "r": Action.RECORD,
    "t": Action.THEME,
    "n": Action.NORMALISATION,
    "m": Action.REDUCED_MOTION,
    "p": Action.POINTS,
    "f": Action.FULL_SCREEN,
    "h": Action.HELP,
    "escape": Action.CLEAR,
    "q": Action.QUIT,
}

HELP = (
    ("space", "pause, resume"),
    ("left, right", "a layer back, forward"),
    ("shift+left, right or , .", "a snapshot back, forward"),
    ("home", "first snapshot"),
    ("end, l", "newest snapshot, go live"),
    ("+ -", "faster, slower"),
    ("s", "save a picture"),
    ("r", "start, stop recording a video"),
    ("t", "dark, light"),
    ("n", "colours: share of the layer, of the network"),
    ("m", "less motion"),
    ("p", "training points on a class map"),
    ("f", "full screen"),
    ("h", "this list"),
    ("escape", "leave this list, show all edges"),
    ("q", "quit"),
    ("", ""),
    ("drag the bar below", "go to any moment"),
    ("wheel", "a snapshot back, forward"),
    ("point at a unit or an edge", "its value"),
    ("click a unit", "only its edges"),
)
