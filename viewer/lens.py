"""Which layers of a deep network the lens shows: pages that share their end layers."""

from viewer.cue import Cue
from viewer.motion import Motion

SEEN = 15  # layers at once


def page_at(position: float, layers: int) -> int:
    """Number the page on which a wave at a position is seen."""
    return int(min(max(position / (SEEN - 1), 0), pages(layers) - 1))


def pages(layers: int) -> int:
    """How many pages there are."""
    return max(-(-(layers - 1) // (SEEN - 1)), 1)


def first_of(page: int, layers: int) -> int:
    """Give the first layer of a page; the last page is full, too."""
    return max(min(page * (SEEN - 1), layers - SEEN), 0)


def shown_at(cue: Cue, layers: int, *, is_reduced: bool = False) -> int:
    """Number the page that is shown at a moment: where the light is.

    Where motion is reduced, it stays for a snapshot: each shows another page.
    """
    if is_reduced:
        return cue.index % pages(layers)
    if cue.is_leaving:
        return 0
    return page_at(Motion(cue, layers - 1, False).position(0.0), layers)
