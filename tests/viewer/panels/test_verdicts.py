"""Decisions that it is none of the classes, beside the outputs."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from viewer.cue import cue_of
from viewer.painter import Painter
from viewer.timeline import Timeline

Make = Callable[..., Timeline]
SHAPES = ("circle", "square", "unknown")


def painted(
    timeline: Timeline, probabilities: tuple[float, ...], label: int | None = 0
) -> Painter:
    assert timeline.manifest is not None
    last = len(timeline.manifest.layers) - 1
    shown = timeline.snapshots[1]
    shown.arrays["activation", last][:] = probabilities
    timeline.snapshots[1] = replace(shown, probe=replace(shown.probe, label=label))
    painter = Painter(timeline.manifest)
    painter.paint(timeline, cue_of(1, 2, 0.5))
    return painter


def lines_of(painter: Painter) -> list[str]:
    texts = [label.text for label in painter.canvas.labels]
    marks = "✓", "✗", "←", "unknown:", "none"
    return [text for text in texts if text.startswith(marks)]


def inked(painter: Painter) -> set[str]:
    ink, left = painter.canvas.theme.ink, painter.canvas.layout.outputs[0]
    beside = [x for x in painter.canvas.labels if x.box and x.box.left >= left]
    return {x.text for x in beside if x.colour == ink}


@pytest.mark.parametrize(
    ("probabilities", "label", "lines"),
    [
        ((0.2, 0.1, 0.7), 0, ["← label", "✗ not the label"]),
        ((0.2, 0.1, 0.7), 2, ["✓ label"]),
        ((0.5, 0.3, 0.2), 0, ["← label", "✗ none reaches 60%"]),
        ((0.5, 0.3, 0.2), 2, ["✓ none reaches 60%"]),
        ((0.5, 0.3, 0.2), None, ["none reaches 60%"]),
    ],
)
def test_row_of_the_unknown_is_the_one_decided(
    make_measured: Make,
    probabilities: tuple[float, ...],
    label: int | None,
    lines: list[str],
) -> None:
    timeline = make_measured((16, 5, 3), (4, 4), SHAPES, unknown=2)

    painter = painted(timeline, probabilities, label)

    assert lines_of(painter) == lines
    assert "unknown" in inked(painter)
    assert "circle" not in inked(painter)


@pytest.mark.parametrize(
    ("label", "line"),
    [
        (1, "✗ unknown: best below 60%"),
        (3, "✓ unknown: best below 60%"),
        (None, "unknown: best below 60%"),
    ],
)
def test_line_says_unknown_where_no_class_is_it(
    make_measured: Make, label: int | None, line: str
) -> None:
    timeline = make_measured((16, 5, 3), (4, 4), ("circle", "square", "star"))

    painter = painted(timeline, (0.5, 0.3, 0.2), label)

    assert line in lines_of(painter)
    assert not {"circle", "square"} & inked(painter)


def test_rows_without_room_for_a_line_say_why_beside_the_name(
    make_measured: Make,
) -> None:
    timeline = make_measured((16, 5, 10), (4, 4))

    painter = painted(timeline, (0.1,) * 9 + (0.1001,), 0)

    assert "✗ class 9 < 60%" in lines_of(painter)


def test_unknown_is_listed_among_the_likeliest_when_it_is_decided(
    make_measured: Make,
) -> None:
    timeline = make_measured((64, 8, 300), (8, 8), unknown=299)

    painter = painted(timeline, (1 / 299,) * 299 + (0.0,), 7)

    assert any(text.endswith("class 299") for text in inked(painter))


def marks_of(painter: Painter, place: float) -> int:
    """Count the marks on the bars at a share of them."""
    left, right = painter.canvas.layout.outputs
    x, top = round(left + place * (right - left)), painter.canvas.layout.legend.top
    column = painter.canvas.base[:top, x, :3]
    is_mark = (column == painter.canvas.theme.faint).all(axis=1)
    return int((np.diff(is_mark.astype(int)) == 1).sum())


def test_bars_are_marked_where_a_class_is_likely_enough(make_measured: Make) -> None:
    timeline = make_measured((16, 5, 3), (4, 4), SHAPES, unknown=2)

    painter = painted(timeline, (0.9, 0.05, 0.05))

    assert marks_of(painter, 0.6) == 2  # not on that of the unknown
    assert marks_of(painter, 0.5) == 0


def test_bars_have_no_mark_where_any_probability_decides(make_timeline: Make) -> None:
    timeline = make_timeline((16, 5, 3), (4, 4), SHAPES)

    painter = painted(timeline, (0.5, 0.3, 0.2))

    assert marks_of(painter, 0.6) == 0
    assert lines_of(painter) == ["✓ label"]


def test_outputs_that_are_decisions_are_written_as_such(make_measured: Make) -> None:
    timeline = make_measured((16, 5, 3), (4, 4), SHAPES, unknown=2)
    assert timeline.manifest is not None
    *others, last = timeline.manifest.layers
    layers = (*others, replace(last, activation="decision"))
    timeline.manifest = replace(timeline.manifest, layers=layers)

    painter = painted(timeline, (0, 0, 1), 0)

    assert lines_of(painter) == ["← label", "✗ not the label"]
    assert {"unknown", "1"} <= inked(painter)
    assert marks_of(painter, 0.6) == 0
