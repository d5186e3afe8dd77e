from collections.abc import Callable
from dataclasses import replace
from itertools import combinations

import pytest

from viewer.cue import cue_of
from viewer.painter import Painter
from viewer.timeline import Timeline

Make = Callable[..., Timeline]


def regression(make_timeline: Make, *sizes: int) -> Timeline:
    timeline = make_timeline(sizes, ())
    assert timeline.manifest is not None
    *others, last = timeline.manifest.layers
    layers = (*others, replace(last, activation="linear"))
    timeline.manifest = replace(timeline.manifest, classes=(), layers=layers)
    return timeline


def texts_at(timeline: Timeline, fraction: float, index: int = 1) -> list[str]:
    assert timeline.manifest is not None
    painter = Painter(timeline.manifest)
    painter.paint(timeline, cue_of(index, index + 1, fraction))
    return [label.text for label in painter.canvas.labels if label.text]


def test_outputs_of_no_classifier_are_written_as_numbers(make_timeline: Make) -> None:
    timeline = regression(make_timeline, 3, 4, 2)
    timeline.snapshots[1].arrays["activation", 2][:] = 0.25, -1234.5

    texts = texts_at(timeline, 0.5)

    assert {"output 0", "0.250", "output 1", "−1234.5"} <= set(texts)


def test_one_output_has_the_name_of_its_layer(make_timeline: Make) -> None:
    timeline = regression(make_timeline, 3, 1)
    timeline.snapshots[1].arrays["activation", 1][:] = 0.125

    texts = texts_at(timeline, 0.5)

    assert "0.125" in texts
    assert "output 0" not in texts


def test_old_outputs_stay_until_the_light_has_arrived(make_timeline: Make) -> None:
    timeline = regression(make_timeline, 3, 1)
    timeline.snapshots[0].arrays["activation", 1][:] = 0.5
    timeline.snapshots[1].arrays["activation", 1][:] = 0.75

    assert "0.500" in texts_at(timeline, 0.1)
    assert "0.750" in texts_at(timeline, 0.5)


def test_bar_begins_in_the_middle_and_ends_on_the_side_of_the_sign(
    make_timeline: Make,
) -> None:
    timeline = regression(make_timeline, 3, 2)
    timeline.snapshots[1].arrays["activation", 1][:] = 1.0, -1.0
    assert timeline.manifest is not None
    painter = Painter(timeline.manifest)
    left, right = painter.canvas.layout.outputs

    frame = painter.paint(timeline, cue_of(1, 2, 0.5))

    theme = painter.canvas.theme
    beside = frame[: painter.canvas.layout.network.bottom, left:right, :3]
    above, below = (
        (beside == colour).all(axis=-1) for colour in (theme.positive, theme.negative)
    )
    first = above[above.sum(axis=1).argmax()]
    second = below[below.sum(axis=1).argmax()]
    middle = (right - left) // 2
    assert first[middle + 5 : -5].all()
    assert not first[: middle - 5].any()
    assert second[5 : middle - 5].all()
    assert not second[middle + 5 :].any()


@pytest.mark.parametrize("sizes", [(20, 12, 40), (64, 100, 128), (8, *[6] * 20, 30)])
def test_largest_of_many_outputs_are_listed(
    make_timeline: Make, sizes: tuple[int, ...]
) -> None:
    timeline = regression(make_timeline, *sizes)
    outputs = timeline.snapshots[1].arrays["activation", len(sizes) - 1]
    outputs[:] = 0.001
    outputs[[17, 3]] = -9.0, 7.0

    texts = texts_at(timeline, 0.5)

    listed = [text for text in texts if text.startswith("output ")]
    assert listed[:2] == ["output 17", "output 3"]
    assert len(listed) <= 10
    assert {"−9.000", "7.000"} <= set(texts)


@pytest.mark.parametrize("size", [(640, 360), (1280, 720), (1000, 1000)])
@pytest.mark.parametrize("sizes", [(3, 1), (20, 12, 40), (8, *[6] * 20, 2)])
def test_words_beside_outputs_keep_apart(
    make_timeline: Make, sizes: tuple[int, ...], size: tuple[int, int]
) -> None:
    timeline = regression(make_timeline, *sizes)
    timeline.snapshots[1].arrays["activation", len(sizes) - 1][:] = -1.2345e-20
    assert timeline.manifest is not None
    painter = Painter(timeline.manifest, size)

    painter.paint(timeline, cue_of(1, 2, 0.5))

    shown = [(label.text, label.box) for label in painter.canvas.labels if label.box]
    overlapping = [
        (text, other_text)
        for (text, one), (other_text, other) in combinations(shown, 2)
        if min(one.right, other.right) > max(one.left, other.left)
        and min(one.bottom, other.bottom) > max(one.top, other.top)
    ]
    assert overlapping == []


def test_number_of_an_output_stays_where_its_name_has_no_room(
    make_timeline: Make,
) -> None:
    timeline = regression(make_timeline, 20, 12, 400)
    timeline.snapshots[1].arrays["activation", 2][:] = 0
    timeline.snapshots[1].arrays["activation", 2][317] = -7
    assert timeline.manifest is not None
    painter = Painter(timeline.manifest, (640, 360))

    painter.paint(timeline, cue_of(1, 2, 0.5))

    assert "317" in [label.text for label in painter.canvas.labels]
