"""What a run has produced and its trainer still serves: rows, snapshots, the end.

Metric rows are kept for the whole run, they are small; what is kept of snapshots is in
ring.py. There are two rings where a network is large: previews for whoever watches, and
whole snapshots for viewers that ask for them. No blob is ever copied here.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from protocol.held import Blob, Held, Moment
from protocol.messages import VERSION, End, Manifest, Rows, Welcome
from protocol.ring import Ring
from protocol.rows import RowLog, empty


@dataclass(slots=True)
class Archive:
    """Everything that viewers of one run can be sent.

    Attributes:
        run: 16 bytes that name the run.
        ring: Snapshots as every viewer gets them.
        whole: Snapshots with all weights, None where `ring` has them or none are kept.
        rows: Every metric row so far.
        seq: Number of the newest snapshot, 0 before the first.
        end: How the run ended, None while it goes on.
        skipped: Snapshots left out on purpose, over all viewers.
    """

    run: bytes
    ring: Ring
    whole: Ring | None = None
    rows: RowLog = field(init=False)
    seq: int = 0
    end: End | None = None
    skipped: int = 0

    def __post_init__(self) -> None:
        self.rows = RowLog(len(self.ring.manifest.metrics))

    def ring_for(self, max_cells: int) -> Ring:
        """Choose what a viewer gets that wants at most so many weights of a matrix."""
        if self.whole is None or max_cells < _largest(self.whole.manifest):
            return self.ring
        return self.whole

    def append(
        self,
        moment: Moment,
        rows: Rows,
        blob: Blob,
        whole: Blob | None,
        in_use: Callable[[Ring], Mapping[int, float]],
    ) -> int:
        """Take the next snapshot and drop the oldest where there is no more room.

        Args:
            moment: When it was taken.
            rows: Metric rows since the one before.
            blob: For `ring`.
            whole: For the ring of that name.
            in_use: Gives what Ring.append wants.

        Returns:
            Its number.

        Raises:
            ValueError: Rows or blobs do not fit the manifest; nothing has changed then.
        """
        pairs = [(self.ring, blob), (self.whole, whole)]
        found = [(ring, each) for ring, each in pairs if ring and each]
        for ring, each in found:
            size = len(each.memory)
            if size != ring.size:
                raise ValueError(f"expected a blob of {ring.size} bytes, got {size}")
        self.rows.append(rows)
        self.seq += 1
        for ring, each in found:
            held = Held(self.seq, moment, each, len(self.rows), ring.packs)
            ring.append(held, in_use(ring))
        return self.seq

    def welcome(self, nonce: bytes, ring: Ring, viewers: int) -> Welcome:
        """Say what the run is and how far it has come, to one who is sent `ring`."""
        return Welcome(
            version=VERSION,
            nonce=nonce,
            run=self.run,
            seq=self.seq,
            oldest=ring.oldest,
            manifest=ring.manifest,
            rows=self.rows_between(0, len(self.rows)),
            ended=self.end.reason if self.end else None,
            viewers=viewers,
        )

    def rows_between(self, first: int, end: int) -> Rows:
        """Return the metric rows that a viewer lacks, none where it is ahead."""
        return (
            self.rows.between(first, end) if first < end else empty(self.rows.columns)
        )


def _largest(manifest: Manifest) -> int:
    """Count the weights of the largest matrix."""
    sizes = [
        math.prod(spec.shape) for spec in manifest.arrays if spec.kind == "weights"
    ]
    return max(sizes, default=0)
