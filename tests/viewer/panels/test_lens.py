"""A deep network on the frame: the lens, the spectrogram and what lies below."""

from collections.abc import Callable

import numpy as np
import pytest

from viewer.cue import cue_of
from viewer.layouts import DeepLayout
from viewer.options import Normalisation, Options, Unit
from viewer.painter import Painter
from viewer.timeline import Timeline

Make = Callable[..., Timeline]
DEEP = (5, *[8] * 39, 4)


@pytest.fixture
def timeline(make_timeline: Make) -> Timeline:
    return make_timeline(DEEP, ())


def painter_of(timeline: Timeline, *, hurried: bool = False) -> Painter:
    assert timeline.manifest is not None
    return Painter(timeline.manifest, (640, 360), hurried=hurried)


def layout_of(painter: Painter) -> DeepLayout:
    layout = painter.canvas.layout
    assert isinstance(layout, DeepLayout)
    return layout


def texts_of(painter: Painter) -> set[str]:
    return {label.text for label in painter.canvas.labels}


def test_lens_follows_the_light(timeline: Timeline) -> None:
    painter = painter_of(timeline)

    painter.paint(timeline, cue_of(0, 1, 0.0))
    start = texts_of(painter)
    painter.paint(timeline, cue_of(0, 1, 0.5))
    end = texts_of(painter)

    assert {"0", "14"} <= start
    assert {"26", "40"} <= end


@pytest.mark.parametrize("fraction", [0.05, 0.3, 0.6, 0.97])
def test_playing_to_a_moment_gives_its_frame(
    timeline: Timeline, fraction: float
) -> None:
    played, fresh = painter_of(timeline), painter_of(timeline)
    for step in np.linspace(0, fraction, 30):
        frame = played.paint(timeline, cue_of(1, 2, float(step)))

    expected = fresh.paint(timeline, cue_of(1, 2, fraction))

    np.testing.assert_array_equal(frame, expected)


def test_hurried_lens_comes_to_the_whole_picture(timeline: Timeline) -> None:
    painter = painter_of(timeline, hurried=True)

    frames = 0
    while frames == 0 or not painter.is_finished:
        frame = painter.paint(timeline, cue_of(1, 2, 0.7))
        frames += 1
        assert frames < 40

    expected = painter_of(timeline).paint(timeline, cue_of(1, 2, 0.7))
    np.testing.assert_array_equal(frame, expected)


def test_hurried_lens_makes_the_other_pages_ahead(timeline: Timeline) -> None:
    painter = painter_of(timeline, hurried=True)
    for _ in range(30):
        painter.paint(timeline, cue_of(1, 2, 0.02))

    painter.paint(timeline, cue_of(1, 2, 0.3))

    assert painter.is_finished


def test_spectrogram_is_bright_as_far_as_the_signal_has_come(
    timeline: Timeline,
) -> None:
    painter = painter_of(timeline)
    box = layout_of(painter).spectrogram

    frame = painter.paint(timeline, cue_of(0, 1, 0.23)).astype(int)

    light = frame[box.slices][..., :3].sum(axis=(0, 2))
    half = box.width // 2
    assert light[:half].mean() > 2 * light[half + box.width // 20 :].mean()


def test_one_scale_for_all_layers_reaches_the_spectrogram(timeline: Timeline) -> None:
    timeline.snapshots[0].arrays["activation", 7][:] *= 100
    painter = painter_of(timeline)
    box = layout_of(painter).spectrogram
    rest = cue_of(0, None, 1.0)

    of_layer = painter.paint(timeline, rest)[box.slices].copy()
    one_scale = Options(normalisation=Normalisation.NETWORK)
    of_network = painter.paint(timeline, rest, "", one_scale)[box.slices]

    assert (of_layer != of_network).any()


def test_lens_stays_on_a_page_where_motion_is_reduced(timeline: Timeline) -> None:
    painter = painter_of(timeline)
    calm = Options(reduced_motion=True)
    layers = {str(number) for number in range(41)}

    seen = []
    for fraction in (0.1, 0.4, 0.7, 0.97):
        painter.paint(timeline, cue_of(1, 2, fraction), "", calm)
        seen.append(texts_of(painter) & layers)

    assert all(page == seen[0] for page in seen)


def test_every_layer_is_a_column_of_the_spectrogram(timeline: Timeline) -> None:
    for array in timeline.snapshots[0].arrays.values():
        if array.ndim == 1:
            array[...] = 0
    timeline.snapshots[0].arrays["activation", 20][:] = 1
    painter = painter_of(timeline)
    box = layout_of(painter).spectrogram

    frame = painter.paint(timeline, cue_of(0, 1, 0.5))

    top = painter.canvas.theme.saturation[255]
    lit = np.flatnonzero((frame[box.slices][4, :, :3] == top).all(axis=1))
    assert 20 * box.width / 41 - 1 <= lit[0] <= lit[-1] <= 21 * box.width / 41 + 1
    assert len(lit) > 0.7 * box.width / 41


def test_layer_whose_weights_change_most_stands_out(timeline: Timeline) -> None:
    old, new = timeline.snapshots[:2]
    for key, array in new.arrays.items():
        if key[0] == "weights":
            array[...] = old.arrays[key] * (2 if key[1] == 30 else 1)
    painter = painter_of(timeline)
    box = layout_of(painter).changes

    frame = painter.paint(timeline, cue_of(0, 1, 0.1)).astype(int)

    light = frame[box.slices][..., :3].sum(axis=(0, 2))
    assert abs(int(light.argmax()) - 30.5 * box.width / 41) < 1.1 * box.width / 41
    assert any("largest 100.00%" in text for text in texts_of(painter))


def test_unit_under_the_pointer_is_named_by_its_layer(timeline: Timeline) -> None:
    painter = painter_of(timeline)
    box = painter.canvas.layout.network
    painter.paint(timeline, cue_of(0, 1, 0.5))

    found = [painter.spot(box.right, y) for y in range(box.top, box.bottom, 2)]

    units = {spot.unit for spot in found if spot is not None and spot.unit is not None}
    assert units == {Unit(40, unit) for unit in range(4)}


def test_broken_layer_is_marked_in_the_spectrogram(timeline: Timeline) -> None:
    timeline.snapshots[0].arrays["activation", 20][:] = np.nan
    painter = painter_of(timeline)
    box = layout_of(painter).spectrogram

    frame = painter.paint(timeline, cue_of(0, 1, 0.5))

    wrong = painter.canvas.theme.wrong
    assert (frame[box.slices][..., :3] == wrong).all(axis=2).any()
