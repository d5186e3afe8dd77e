import math

import numpy as np

from trainer.models.space import UNCLASSIFIED
from trainer.space_summary import LISTED, LayerDone, SummaryOfSpace


def summary_of(classes: int, cells: list[int], layers: int = 1) -> SummaryOfSpace:
    summary = SummaryOfSpace(classes=tuple(f"c{k}" for k in range(classes)))
    summary.snapshots, summary.ended = layers + 1, "done"
    found = np.array([cells], np.uint8)
    summary.note(LayerDone(layers, 0.25, 0.5, math.nan, found))
    return summary


def test_summary_says_how_much_of_the_plane_each_class_has() -> None:
    text = summary_of(2, [0, 1, 1, UNCLASSIFIED]).text()

    assert text.splitlines() == [
        "done: 1 layer in 0.0 s, unclassified 25.0%, 2 snapshots",
        "c1 50.0%, c0 25.0%",
    ]


def test_summary_adds_up_the_smallest_of_many_classes() -> None:
    (line,) = summary_of(50, list(range(50))).more()

    assert line.count("%") == LISTED + 1
    assert line.endswith(", 38 others 76.0%")
