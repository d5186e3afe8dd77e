from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from viewer.cue import cue_of
from viewer.painter import Painter
from viewer.timeline import Timeline

Make = Callable[..., Timeline]
NAMES = ("circle", "square", "triangle")


def painted(timeline: Timeline, fraction: float = 0.5) -> Painter:
    assert timeline.manifest is not None
    painter = Painter(timeline.manifest)
    painter.paint(timeline, cue_of(1, 2, fraction))
    return painter


def texts_of(painter: Painter) -> list[str]:
    return [label.text for label in painter.canvas.labels if label.text]


@pytest.mark.parametrize(
    ("probabilities", "verdicts"),
    [((0.8, 0.1, 0.1), ["✓ label"]), ((0.2, 0.7, 0.1), ["← label", "✗ not the label"])],
)
def test_verdict_is_told_by_a_glyph(
    make_timeline: Make, probabilities: tuple[float, ...], verdicts: list[str]
) -> None:
    timeline = make_timeline((16, 5, 3), (4, 4), NAMES)
    timeline.snapshots[1].arrays["activation", 2][:] = probabilities

    texts = texts_of(painted(timeline))

    assert [text for text in texts if text.endswith("label")] == verdicts


@pytest.mark.parametrize(("broken", "name"), [(np.nan, "NaN"), (np.inf, "inf")])
def test_broken_probability_is_not_written_as_a_share(
    make_timeline: Make, broken: float, name: str
) -> None:
    timeline = make_timeline((16, 5, 3), (4, 4), NAMES)
    timeline.snapshots[1].arrays["activation", 2][:] = 0.8, broken, 0.1

    texts = texts_of(painted(timeline))

    assert name in texts
    assert not [text for text in texts if text.endswith("label")]


def test_broken_pixel_of_the_example_is_marked(make_timeline: Make) -> None:
    timeline = make_timeline((16, 5, 3), (4, 4), NAMES)
    timeline.snapshots[1].arrays["activation", 0][0] = np.nan

    painter = painted(timeline)

    corner = painter.canvas.pixels[painter.canvas.layout.picture.slices][3, 3, :3]
    assert tuple(corner) == painter.canvas.theme.wrong


def test_old_probabilities_are_dim_until_the_light_has_arrived(
    make_timeline: Make,
) -> None:
    timeline = make_timeline((16, 5, 3), (4, 4), NAMES)
    timeline.snapshots[0].arrays["activation", 2][:] = 0.5, 0.3, 0.2
    timeline.snapshots[1].arrays["activation", 2][:] = 0.9, 0.06, 0.04

    before, after = painted(timeline, 0.1), painted(timeline, 0.5)

    colours = {label.text: label.colour for label in before.canvas.labels}
    assert colours["50.0%"] == before.canvas.theme.dim
    assert "90.0%" in texts_of(after)


def with_sigmoid(timeline: Timeline, label: int | None) -> Timeline:
    assert timeline.manifest is not None
    *others, last = timeline.manifest.layers
    layers = (*others, replace(last, activation="sigmoid"))
    timeline.manifest = replace(timeline.manifest, layers=layers)
    timeline.snapshots = [
        replace(each, probe=replace(each.probe, label=label))
        for each in timeline.snapshots
    ]
    return timeline


def test_every_likely_class_is_chosen_where_none_excludes_another(
    make_timeline: Make,
) -> None:
    timeline = with_sigmoid(make_timeline((16, 5, 3), (4, 4), NAMES), None)
    timeline.snapshots[1].arrays["activation", 2][:] = 0.9, 0.2, 0.6

    painter = painted(timeline)

    ink = painter.canvas.theme.ink
    inked = {label.text for label in painter.canvas.labels if label.colour == ink}
    assert {"circle", "90.0%", "triangle", "60.0%"} <= inked
    assert "square" not in inked
    assert not [text for text in texts_of(painter) if text.endswith("label")]


def test_one_output_is_the_probability_of_the_second_class(
    make_timeline: Make,
) -> None:
    timeline = with_sigmoid(make_timeline((16, 5, 1), (4, 4), ("no", "yes")), 1)
    timeline.snapshots[1].arrays["activation", 2][:] = 0.75

    texts = texts_of(painted(timeline))

    assert {"no", "25.0%", "yes", "75.0%", "✓ label"} <= set(texts)


def test_number_that_is_no_probability_has_the_colour_of_wrong_and_no_bar(
    make_timeline: Make,
) -> None:
    timeline = make_timeline((16, 5, 3), (4, 4), NAMES)
    timeline.snapshots[1].arrays["activation", 2][:] = np.nan

    painter = painted(timeline)

    theme, layout = painter.canvas.theme, painter.canvas.layout
    colours = [label.colour for label in painter.canvas.labels if label.text == "NaN"]
    assert colours.count(theme.wrong) >= 3
    left, right = layout.outputs
    beside = painter.canvas.pixels[: layout.network.bottom, left:right, :3]
    bars = (beside == theme.hairline).all(axis=2).sum(axis=1)
    assert (bars > 0.9 * (right - left)).sum() >= 9


def test_order_of_many_classes_changes_when_the_light_arrives(
    make_timeline: Make,
) -> None:
    timeline = make_timeline((64, 8, 300), (8, 8))
    for snapshot, best in zip(timeline.snapshots[:2], (7, 200), strict=True):
        snapshot.arrays["activation", 2][:] = 0
        snapshot.arrays["activation", 2][best] = 1

    before, after = texts_of(painted(timeline, 0.1)), texts_of(painted(timeline, 0.5))

    assert "class 7" in before
    assert "class 200" not in before
    assert any(text.endswith("class 200") for text in after)


@pytest.mark.parametrize("sizes", [(16, 5, 3), (5, *[8] * 39, 4), (784, 100, 80, 10)])
@pytest.mark.parametrize("size", [(640, 360), (1280, 720)])
def test_names_of_classes_keep_off_their_bars(
    make_timeline: Make, sizes: tuple[int, ...], size: tuple[int, int]
) -> None:
    names = tuple(f"group {k}" for k in range(sizes[-1]))
    timeline = make_timeline(sizes, (), names)
    assert timeline.manifest is not None
    painter = Painter(timeline.manifest, size)
    ground = np.array(painter.canvas.theme.background)
    bars = (painter.canvas.base[..., :3] != ground).any(axis=2)

    painter.paint(timeline, cue_of(1, 2, 0.5))

    named = [x.box for x in painter.canvas.labels if x.text.endswith(names)]
    assert named
    for box in named:
        assert box is not None
        assert not bars[box.slices].any()
