from collections.abc import Callable
from dataclasses import replace

from viewer.cue import cue_of
from viewer.painter import Painter
from viewer.timeline import Timeline

Make = Callable[..., Timeline]


def regression(make_timeline: Make, *sizes: int) -> Timeline:
    timeline = make_timeline(sizes, ())
    assert timeline.manifest is not None
    timeline.manifest = replace(timeline.manifest, classes=())
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
