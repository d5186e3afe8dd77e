"""One budget of memory for the snapshots of several runs."""

from collections.abc import Sequence

from viewer.timeline import Timeline


def thin_together(
    timelines: Sequence[Timeline], most_bytes: int, shown: Sequence[Sequence[int]]
) -> bool:
    """Forget snapshots of the run that needs most, until all of them fit.

    Args:
        timelines: Of the runs.
        most_bytes: What all their snapshots may need.
        shown: Of each run the places that must stay, see Timeline.thin.

    Returns:
        Whether any was forgotten: places have changed.
    """
    sizes = [timeline.size for timeline in timelines]
    if sum(sizes) <= most_bytes:
        return False
    largest = sizes.index(max(sizes))
    others = sum(sizes) - sizes[largest]
    return timelines[largest].thin(max(most_bytes - others, 0), shown[largest])
