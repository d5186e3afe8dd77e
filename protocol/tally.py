"""Counts the snapshots of a run as they come: which are there, skipped, missing, lost.

Live streams and recordings are counted alike. What lies between two whole snapshots was
skipped on purpose as far as `skip` says so, and is lost beyond that.
"""


class Tally:
    """What has become of the snapshots of one run.

    Attributes:
        seq: Number of the last whole snapshot, or of the last one of a gap.
        skipped: Left out on purpose for this viewer.
        missing: Dropped by the trainer before they were sent, as it said.
        lost: Not there, and nobody said so.
        is_counting: Whether it is known where counting begins; if not, it does at the
            first snapshot or gap.
    """

    def __init__(self, seq: int = 0) -> None:
        self.clear(seq)

    def clear(self, seq: int = 0) -> None:
        """Begin with another run, after its snapshot `seq`."""
        self.seq = seq
        self.skipped = self.missing = self.lost = 0
        self.is_counting = False

    def count_whole(self, seq: int, skip: int) -> tuple[int, int]:
        """Count a whole snapshot; say how many before it were skipped, and lost."""
        if not self.is_counting:
            self.is_counting = True
            self.seq = max(0, seq - skip - 1)
        between = seq - self.seq - 1
        skipped = min(between, skip)
        self.seq = seq
        self.skipped += skipped
        self.lost += between - skipped
        return skipped, between - skipped

    def count_gap(self, first: int, last: int) -> int | None:
        """Count a gap; give its first snapshot that is news, None where none is."""
        if not self.is_counting:
            self.is_counting = True
            self.seq = first - 1
        if last <= self.seq:
            return None
        first = max(first, self.seq + 1)
        self.lost += first - self.seq - 1
        self.missing += last - first + 1
        self.seq = last
        return first
