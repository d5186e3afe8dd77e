"""The drawn network, read back from the frame."""

import itertools
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from viewer.cue import Cue, cue_of
from viewer.options import Normalisation, Options, Unit
from viewer.painter import Painter
from viewer.timeline import Timeline

Make = Callable[..., Timeline]
Frame = NDArray[np.uint8]
SMALL, WIDE = (16, 6, 5, 3), (784, 128, 100, 10)


def painter_of(timeline: Timeline, *, hurried: bool = False) -> Painter:
    assert timeline.manifest is not None
    return Painter(timeline.manifest, (640, 360), hurried=hurried)


def whole(timeline: Timeline, cue: Cue, options: Options | None = None) -> Frame:
    painter = painter_of(timeline)
    return painter.paint(timeline, cue, "", options or Options()).copy()


@pytest.mark.parametrize("sizes", [SMALL, WIDE])
@pytest.mark.parametrize("fraction", [0.2, 0.5, 0.7, 0.97])
def test_hurried_painter_comes_to_the_whole_picture(
    make_timeline: Make, sizes: tuple[int, ...], fraction: float
) -> None:
    timeline = make_timeline(sizes, (4, 4) if sizes == SMALL else (28, 28))
    painter = painter_of(timeline, hurried=True)

    frames = 0
    while frames == 0 or not painter.is_finished:
        frame = painter.paint(timeline, cue_of(1, 2, fraction))
        frames += 1
        assert frames < 20

    np.testing.assert_array_equal(frame, whole(timeline, cue_of(1, 2, fraction)))


def test_hurried_painter_is_ready_before_the_update_runs(make_timeline: Make) -> None:
    timeline = make_timeline(SMALL, (4, 4))
    painter = painter_of(timeline, hurried=True)
    for frame in range(65):
        painter.paint(timeline, cue_of(0, 1, frame / 120))
    assert painter.is_finished

    for frame in range(65, 120):
        painter.paint(timeline, cue_of(0, 1, frame / 120))

        assert painter.is_finished


@pytest.mark.parametrize("sizes", [SMALL, WIDE])
def test_playing_to_a_moment_gives_its_frame(
    make_timeline: Make, sizes: tuple[int, ...]
) -> None:
    timeline = make_timeline(sizes, (4, 4) if sizes == SMALL else (28, 28))
    painter = painter_of(timeline)

    for frame in range(55):
        played = painter.paint(
            timeline,
            cue_of(frame // 20, frame // 20 + 1, 0.05 * (frame % 20))
            if frame < 40
            else cue_of(2, None, 0.05 * (frame % 20)),
        )

    np.testing.assert_array_equal(played, whole(timeline, cue_of(2, None, 0.05 * 14)))


def test_edges_of_one_unit_stay_when_it_is_in_focus(make_timeline: Make) -> None:
    timeline = make_timeline(SMALL, (4, 4))
    rest = cue_of(1, None, 1.0)

    focused = whole(timeline, rest, Options(focus=Unit(2, 0)))

    painter = painter_of(timeline)
    box = painter.canvas.layout.network
    ground = np.array(painter.canvas.theme.background)
    columns = np.linspace(box.left, box.right, len(SMALL)).round().astype(int)
    middles = (columns[:-1] + columns[1:]) // 2
    lit = [
        int((focused[box.top : box.bottom, x, :3] != ground).any(axis=1).sum())
        for x in middles
    ]
    assert lit[0] == 0
    assert lit[1] > 0
    assert lit[2] > 0
    everything = whole(timeline, rest)[box.slices]
    assert (everything != focused[box.slices]).any()


def test_unit_under_the_pointer_is_told_with_its_layer_sums(
    make_timeline: Make,
) -> None:
    timeline = make_timeline(SMALL, (4, 4))
    painter = painter_of(timeline)
    box = painter.canvas.layout.network
    painter.paint(timeline, cue_of(1, None, 1.0))

    found = [
        spot
        for y in range(box.top, box.bottom, 3)
        if (spot := painter.spot(box.right, y)) is not None and spot.unit is not None
    ]

    assert {spot.unit for spot in found} == {Unit(3, 0), Unit(3, 1), Unit(3, 2)}
    value = float(timeline.snapshots[1].arrays["activation", 3][0])
    assert f"output, unit 0: a {value:.4g}" in {spot.words for spot in found}


def test_silent_unit_is_told_without_a_sign(make_timeline: Make) -> None:
    timeline = make_timeline((2, 1), ())
    timeline.snapshots[1].arrays["activation", 1][:] = -0.0
    painter = painter_of(timeline)
    box = painter.canvas.layout.network
    painter.paint(timeline, cue_of(1, None, 1.0))

    spot = painter.spot(box.right, (box.top + box.bottom) / 2)

    assert spot is not None
    assert spot.words == "output, unit 0: a 0"


def test_edge_under_the_pointer_is_told_with_its_weight(make_timeline: Make) -> None:
    timeline = make_timeline((2, 1), ())
    painter = painter_of(timeline)
    box = painter.canvas.layout.network
    painter.paint(timeline, cue_of(1, None, 1.0))
    middle = (box.left + box.right) // 2

    spots = [painter.spot(middle, y) for y in range(box.top, box.bottom)]

    weight = float(timeline.snapshots[1].arrays["weights", 1][0, 0])
    words = {spot.words for spot in spots if spot is not None}
    assert f"input, unit 0 → output, unit 0: weight {weight:+.4g}" in words
    assert None in spots


def test_edge_that_the_update_has_passed_is_told_with_its_new_weight(
    make_timeline: Make,
) -> None:
    timeline = make_timeline((1, 1), ())
    painter = painter_of(timeline)
    box = painter.canvas.layout.network
    middle = (box.left + box.right) / 2, (box.top + box.bottom) / 2

    told = []
    for fraction in (0.3, 0.97):
        painter.paint(timeline, cue_of(0, 1, fraction))
        spot = painter.spot(*middle)
        assert spot is not None
        told.append(spot.words.split()[-1])

    weights = [each.arrays["weights", 1][0, 0] for each in timeline.snapshots[:2]]
    assert told == [f"{float(weight):+.4g}" for weight in weights]


def test_one_scale_for_all_layers_changes_the_units(make_timeline: Make) -> None:
    timeline = make_timeline(SMALL, (4, 4))
    timeline.snapshots[1].arrays["activation", 1][:] *= 100
    rest = cue_of(1, None, 1.0)

    one_scale = whole(timeline, rest, Options(normalisation=Normalisation.NETWORK))

    assert (one_scale != whole(timeline, rest)).any()


def test_reduced_motion_has_no_light_that_travels(make_timeline: Make) -> None:
    timeline = make_timeline(SMALL, (4, 4))
    painter = painter_of(timeline)
    box = painter.canvas.layout.network
    columns = np.linspace(box.left, box.right, len(SMALL))
    between = [round((a + b) / 2) for a, b in itertools.pairwise(columns)]
    calm = Options(reduced_motion=True)

    def edges(fraction: float) -> Frame:
        frame = painter.paint(timeline, cue_of(0, 1, fraction), "", calm)
        return frame[box.top : box.bottom, between].copy()

    start = edges(0.0)
    assert all((edges(fraction) == start).all() for fraction in (0.1, 0.3, 0.5))
    middle, end = edges(0.74), edges(0.97)
    assert (middle != start).any()
    assert (middle != end).any()
    for gap in range(len(between)):
        changing = (start[:, gap] != end[:, gap]).any(axis=1)
        assert (middle[changing, gap] != start[changing, gap]).any()


def test_broken_weights_and_units_are_marked_in_the_colour_of_wrong(
    make_timeline: Make,
) -> None:
    for sizes, shape in ((SMALL, (4, 4)), (WIDE, (28, 28))):
        timeline = make_timeline(sizes, shape)
        for key, array in timeline.snapshots[1].arrays.items():
            if key[1] == 2:
                array[...] = np.nan
        painter = painter_of(timeline)

        frame = painter.paint(timeline, cue_of(1, None, 1.0))

        wrong = np.array(painter.canvas.theme.wrong)
        box = painter.canvas.layout.network
        near = np.abs(frame[box.slices][..., :3].astype(int) - wrong).sum(axis=2) < 60
        assert near.sum() > 50


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 3e38])
def test_diverged_run_plays_on(make_timeline: Make, value: float) -> None:
    timeline = make_timeline(SMALL, (4, 4))
    for snapshot in timeline.snapshots[1:]:
        for array in snapshot.arrays.values():
            array[...] = value
    painter = painter_of(timeline)

    for fraction in np.linspace(0, 1, 21):
        frame = painter.paint(timeline, cue_of(1, 2, float(fraction)))

    assert frame.shape == (360, 640, 4)


@pytest.mark.parametrize("size", [(640, 360), (1280, 720)])
@pytest.mark.parametrize(
    "sizes", [SMALL, WIDE, (2500, 3000, 400, 4), (100, 1, 80, 2), (90, *[200] * 8, 3)]
)
def test_names_of_layers_are_never_painted_over(
    make_timeline: Make, sizes: tuple[int, ...], size: tuple[int, int]
) -> None:
    timeline = make_timeline(sizes, ())
    assert timeline.manifest is not None
    painter = Painter(timeline.manifest, size)
    names = {layer.name for layer in timeline.manifest.layers}

    for fraction in (0.2, 0.5, 0.7, 0.97):
        frame = painter.paint(timeline, cue_of(1, 2, fraction))

    named = [label for label in painter.canvas.labels if label.text in names]
    assert len(named) == len(sizes)
    for label in named:
        assert label.box is not None
        written = painter.canvas.base[label.box.slices]
        np.testing.assert_array_equal(frame[label.box.slices], written, label.text)
