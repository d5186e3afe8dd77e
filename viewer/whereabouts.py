"""Where a display is on the line of its bar, of one run or of several."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Whereabouts:
    """What the bar below a picture is told; shares are of its line, 0 to 1.

    Attributes:
        goes_on: Whether a trainer may still send more.
        is_live: Whether what is shown is what that trainer does now.
        first: The oldest snapshot.
        newest: The newest.
        now: The playhead.
        spacing: From one snapshot to the next.
        place: Where the playhead is, such as "epoch 25"; "" before there is a snapshot.
        behind: How many snapshots are newer.
    """

    goes_on: bool
    is_live: bool
    first: float = 0.0
    newest: float = 0.0
    now: float = 0.0
    spacing: float = 0.0
    place: str = ""
    behind: int = 0
