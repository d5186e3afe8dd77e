"""Metrics that a trainer names from the start, and tells later or never."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from viewer.cue import cue_of
from viewer.painter import Painter
from viewer.timeline import Timeline

Make = Callable[..., Timeline]
THEMES = ("dark", "light")
NAN = np.nan


@pytest.fixture
def timeline(make_timeline: Make) -> Timeline:
    """A run that tells nothing before training, then its loss and no accuracy."""
    timeline = make_timeline()
    rows = timeline._rows._room[: len(timeline.rows)]
    rows[0, 1:] = NAN
    rows[:, 2:] = NAN
    return timeline


def painted(timeline: Timeline, index: int = 1, theme: str = "dark") -> Painter:
    assert timeline.manifest is not None
    painter = Painter(timeline.manifest, theme=theme)
    painter.paint(timeline, cue_of(index, None, 0.5))
    return painter


def texts_of(painter: Painter) -> set[str]:
    return {label.text for label in painter.canvas.labels if label.text}


def test_metric_that_is_never_told_has_no_curve(timeline: Timeline) -> None:
    texts = texts_of(painted(timeline))

    assert {"loss", "epochs", "1.089"} <= texts
    assert not {"accuracy", "0%", "100%", "–", "held-out"} & texts


def test_what_is_told_has_the_room_of_what_is_not(timeline: Timeline) -> None:
    painter = painted(timeline)

    layout, theme = painter.canvas.layout, painter.canvas.theme
    column = painter.canvas.pixels[layout.loss.top : layout.accuracy.bottom, :, :3]
    inside = column[:, layout.loss.right - 20]
    lines = np.flatnonzero((inside == theme.hairline).all(axis=1))
    assert (lines[0], lines[-1]) == (0, len(column) - 1)
    assert len(lines) == 3


def test_nothing_has_diverged_before_anything_was_told(timeline: Timeline) -> None:
    painter = painted(timeline, 0)

    texts = texts_of(painter)
    assert not {"accuracy", "epochs"} & texts
    assert not [text for text in texts if "diverged" in text]
    box = painter.canvas.layout.loss
    empty = painter.canvas.pixels[box.slices][..., :3]
    assert (empty == painter.canvas.theme.background).all()


def test_other_metric_takes_the_place_of_one_that_is_not_told(
    timeline: Timeline,
) -> None:
    assert timeline.manifest is not None
    names = ("epoch", "loss", "accuracy", "r2", "mae")
    timeline.manifest = replace(timeline.manifest, metrics=names)
    rows = timeline._rows._room[: len(timeline.rows)]
    rows[1:, 3:] = 0.75, 0.25

    texts = [x.text for x in painted(timeline).canvas.labels if x.text]

    assert {"loss", "r2", "0.750", "mae", "0.250"} <= set(texts)
    assert "accuracy" not in texts
    assert (texts.count("r2"), texts.count("mae")) == (1, 1)  # curve, and counter


@pytest.mark.parametrize("theme", THEMES)
def test_going_to_and_fro_leaves_nothing_of_other_curves(
    timeline: Timeline, theme: str
) -> None:
    rows = timeline._rows._room[: len(timeline.rows)]
    rows[40:, 2:] = 0.5
    assert timeline.manifest is not None
    travelled = Painter(timeline.manifest, theme=theme)

    for index in (0, 1, 2, 0, 2, 1, 0, 1):
        travelled.paint(timeline, cue_of(index, None, 0.5))

        fresh = painted(timeline, index, theme)
        np.testing.assert_array_equal(travelled.canvas.pixels, fresh.canvas.pixels)


def test_held_out_accuracy_alone_explains_the_dashed_line(timeline: Timeline) -> None:
    rows = timeline._rows._room[: len(timeline.rows)]
    rows[1:, [2, 4]] = 0.5

    assert {"training", "held-out"} <= texts_of(painted(timeline))


def test_line_of_gradients_leaves_out_layers_that_tell_none(
    make_measured: Make,
) -> None:
    timeline = make_measured((8, *[8] * 18, 4), (), unknown=3)
    assert timeline.manifest is not None
    first = timeline.manifest.metrics.index("gradient_norm_1")
    timeline._rows._room[1, first : first + 19] = 0.5
    timeline._rows._room[1, first + 9] = NAN

    painter = painted(timeline)

    box = painter.canvas.layout.changes  # type: ignore[attr-defined]
    strip = painter.canvas.pixels[box.slices][..., :3]
    is_drawn = (strip != painter.canvas.theme.background).any(axis=(0, 2))
    layers = np.arange(box.width) * 20 // box.width
    assert set(layers[~is_drawn]) == {10}


def test_size_stays_below_a_layer_whose_gradient_is_not_told(
    make_measured: Make,
) -> None:
    timeline = make_measured((16, 5, 6, 3), (4, 4))
    assert timeline.manifest is not None
    first = timeline.manifest.metrics.index("gradient_norm_1")
    timeline._rows._room[:2, first : first + 3] = [[NAN] * 3, [NAN, 0.5, 25]]
    painter = Painter(timeline.manifest)

    painter.paint(timeline, cue_of(1, 2, 0.7))

    texts = texts_of(painter)
    assert "5 relu" in texts
    assert not {"6 relu", "3 softmax"} & texts
