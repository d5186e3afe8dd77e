from collections.abc import Callable

import numpy as np

from viewer.cue import cue_of
from viewer.painter import Painter
from viewer.timeline import Timeline

Make = Callable[..., Timeline]


def rows_of(timeline: Timeline) -> list[str]:
    """Paint the last layer; give all texts in the columns of the classes."""
    assert timeline.manifest is not None
    painter = Painter(timeline.manifest)
    painter.paint(timeline, cue_of(len(timeline.snapshots) - 1, None, 0.0))
    box = painter.canvas.layout.plane_classes
    return [
        label.text
        for label in painter.canvas.labels
        if label.box and label.box.left >= box.left and label.box.top > box.top + 10
    ]


def test_each_class_has_its_share_and_the_unclassified_are_last(
    make_space: Make,
) -> None:
    timeline = make_space((10, 20), classes=2, count=1)
    cells = np.full((10, 20), 255, np.uint8)
    cells[:5], cells[5] = 1, 0
    timeline.snapshots[0].arrays["class_map", 0][...] = cells

    rows = rows_of(timeline)

    assert rows[:6] == ["group 1", "10.0%", "group 2", "50.0%", "unclassified", "40.0%"]


def test_number_without_a_class_counts_as_unclassified(make_space: Make) -> None:
    timeline = make_space((10, 20), classes=2, count=1)
    timeline.snapshots[0].arrays["class_map", 0][...] = 77

    rows = rows_of(timeline)

    assert rows[:6] == ["group 1", "0.0%", "group 2", "0.0%", "unclassified", "100.0%"]


def test_largest_classes_are_listed_where_there_are_many(make_space: Make) -> None:
    timeline = make_space((25, 20), classes=30, count=1)
    cells = np.zeros((25, 20), np.uint8)
    cells[0], cells[1:21] = np.arange(20), 29
    timeline.snapshots[0].arrays["class_map", 0][...] = cells

    rows = rows_of(timeline)

    assert rows[:4] == ["group 30", "80.0%", "group 1", "16.2%"]
    assert rows[24:28] == ["18 others", "1.8%", "unclassified", "0.0%"]


def test_a_thirteenth_class_is_one_other(make_space: Make) -> None:
    rows = rows_of(make_space(classes=13, count=1))

    assert "1 other" in rows
