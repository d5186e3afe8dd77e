"""A trained network that is tried on examples: forward, and a decision; nothing back."""

from collections.abc import Callable

import numpy as np
import pytest

from viewer.cue import TRIAL, cue_of
from viewer.painter import Painter
from viewer.timeline import Timeline

Make = Callable[..., Timeline]
SHAPES = ("circle", "square", "triangle", "unknown")


@pytest.fixture
def timeline(make_measured: Make) -> Timeline:
    return make_measured((16, 5, 4), (4, 4), SHAPES, axis="example", unknown=3)


def painted(timeline: Timeline, fraction: float) -> Painter:
    assert timeline.manifest is not None
    painter = Painter(timeline.manifest)
    painter.paint(timeline, cue_of(1, 2, fraction, TRIAL))
    return painter


def texts_of(painter: Painter) -> list[str]:
    return [label.text for label in painter.canvas.labels if label.text]


def test_counter_counts_pictures(timeline: Timeline) -> None:
    texts = texts_of(painted(timeline, 0.3))

    assert {"picture", "2/500", "61.2k"} <= {*texts}
    assert not {"epoch", "step", "snapshot"} & {*texts}


def test_counter_counts_examples_that_are_no_pictures(make_measured: Make) -> None:
    timeline = make_measured((6, 5, 4), (), SHAPES, axis="example")

    texts = texts_of(painted(timeline, 0.3))

    assert {"example", "examples"} <= {*texts}


def test_track_names_nothing_that_runs_back(timeline: Timeline) -> None:
    texts = texts_of(painted(timeline, 0.3))

    assert {"forward", "decision"} <= {*texts}
    assert not {"loss", "backward", "update", "next"} & {*texts}


@pytest.mark.parametrize(("fraction", "place"), [(0.45, 0.5), (0.9, 1), (0.99, 1)])
def test_track_ends_with_the_decision(
    timeline: Timeline, fraction: float, place: float
) -> None:
    painter = painted(timeline, fraction)

    track, ink = painter.canvas.layout.track, painter.canvas.theme.ink
    line = painter.canvas.pixels[track.top, track.left : track.right, :3]
    dot = np.flatnonzero((line == ink).all(axis=1))
    assert dot.mean() / len(line) == pytest.approx(place, abs=0.01)


def test_curves_go_on_when_an_example_is_decided(timeline: Timeline) -> None:
    before, after = texts_of(painted(timeline, 0.3)), texts_of(painted(timeline, 0.6))

    assert {"accuracy", "pictures", "12.5%"} <= {*before}
    assert "25.0%" in after
    assert "12.5%" not in after


def test_curve_without_a_value_is_nothing_wrong(timeline: Timeline) -> None:
    timeline._rows._room[:, 1:] = np.nan

    painter = painted(timeline, 0.6)

    wrong = [
        x.text for x in painter.canvas.labels if x.colour == painter.canvas.theme.wrong
    ]
    assert "NaN" not in wrong


def test_decision_stays_until_the_next_example_comes(timeline: Timeline) -> None:
    timeline.snapshots[1].arrays["activation", 2][:] = 0.9, 0.05, 0.03, 0.02

    shown = ["✓ label" in texts_of(painted(timeline, x)) for x in (0.3, 0.47, 0.89)]

    assert shown == [False, True, True]


def test_next_picture_comes_after_the_decision(timeline: Timeline) -> None:
    place = painted(timeline, 0.0).canvas.layout.picture.slices

    def picture(fraction: float) -> bytes:
        return painted(timeline, fraction).canvas.pixels[place].tobytes()

    assert picture(0.0) == picture(0.6) == picture(0.9)
    assert picture(0.96) != picture(0.6)


def test_edges_are_the_same_for_every_example(timeline: Timeline) -> None:
    weights = timeline.snapshots[0].arrays
    for snapshot in timeline.snapshots:
        for key in (("weights", 1), ("weights", 2)):
            snapshot.arrays[key][...] = weights[key]
    assert timeline.manifest is not None
    painter = Painter(timeline.manifest)
    box = painter.canvas.layout.network
    middle = slice(box.top, box.bottom), slice(box.left + 60, box.left + 120)

    first, second = [
        painter.paint(timeline, cue_of(index, index + 1, 0.9, TRIAL))[middle].copy()
        for index in (0, 1)
    ]

    np.testing.assert_array_equal(first, second)


def test_picture_has_one_number(timeline: Timeline) -> None:
    texts = texts_of(painted(timeline, 0.3))

    assert {"label", "circle"} <= {*texts}
    assert not [text for text in texts if text.startswith("example ")]
