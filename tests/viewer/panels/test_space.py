from collections.abc import Callable
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray

from viewer.cue import cue_at, cue_of
from viewer.options import Options
from viewer.painter import Painter
from viewer.timeline import Timeline

Make = Callable[..., Timeline]
CLASSES = ("group 1", "group 2", "group 3", "group 4")
PLANES = [((800, 800), 4), ((300, 300), 12), ((40, 120), 250), ((90, 20), 1)]


def painter_of(
    timeline: Timeline, size: tuple[int, int] = (1280, 720), theme: str = "dark"
) -> Painter:
    assert timeline.manifest is not None
    return Painter(timeline.manifest, size, theme)


def texts_of(painter: Painter) -> list[str]:
    return [label.text for label in painter.canvas.labels if label.text]


def map_of(painter: Painter, side: int) -> NDArray[np.uint8]:
    """Cut a square map out of the middle of its place."""
    box = painter.canvas.layout.plane
    left, top = box.left + (box.width - side) // 2, box.top + (box.height - side) // 2
    return painter.canvas.pixels[top : top + side, left : left + side, :3]


@pytest.mark.parametrize("joins_late", [False, True])
@pytest.mark.parametrize(("shape", "classes"), PLANES)
@pytest.mark.parametrize(
    "size",
    [
        *((640, 360), (1280, 720), (1920, 1080), (1000, 800), (3840, 2160)),
        *((1000, 1000), (640, 2160), (800, 1200), (3840, 360)),
    ],
)
def test_no_text_overlaps_or_leaves_the_frame(
    make_space: Make,
    shape: tuple[int, int],
    classes: int,
    size: tuple[int, int],
    joins_late: bool,
) -> None:
    timeline = make_space(shape, classes, count=40)
    if joins_late:
        timeline.snapshots = timeline.snapshots[30:]
    painter = painter_of(timeline, size)

    last = len(timeline.snapshots) - 1
    cue = cue_of(last - 1, last, 0.8)
    painter.paint(timeline, cue, "stale 3 s", Options(points=True))

    shown = [(label.text, label.box) for label in painter.canvas.labels if label.box]
    overlapping = [
        (text, other_text)
        for (text, one), (other_text, other) in combinations(shown, 2)
        if min(one.right, other.right) > max(one.left, other.left)
        and min(one.bottom, other.bottom) > max(one.top, other.top)
    ]
    assert overlapping == []
    assert not [text for text, _ in shown if text.endswith("…")]
    assert all(box.left >= 0 and box.right <= size[0] for _, box in shown)
    assert all(box.top >= 0 and box.bottom <= size[1] for _, box in shown)


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_map_that_fits_is_drawn_cell_for_pixel(make_space: Make, theme: str) -> None:
    timeline = make_space((800, 800))
    painter = painter_of(timeline, (1920, 1080), theme)

    painter.paint(timeline, cue_of(3, 4, 0.0))

    cells = timeline.snapshots[3].arrays["class_map", 0]
    colours = np.full((256, 3), painter.canvas.theme.unclassified, np.uint8)
    colours[:4] = painter.canvas.theme.class_colours(CLASSES)
    np.testing.assert_array_equal(map_of(painter, 800), colours[cells])
    assert "640,000 cells, each a pixel" in texts_of(painter)


def test_cells_change_one_by_one_until_the_following_layer_is_there(
    make_space: Make,
) -> None:
    timeline = make_space((500, 500))
    painter = painter_of(timeline)

    def differing(fraction: float) -> int:
        painter.paint(timeline, cue_of(1, 2, fraction))
        return int((map_of(painter, 500) != following).any(axis=2).sum())

    painter.paint(timeline, cue_of(2, None, 0.0))
    following = map_of(painter, 500).copy()
    left = [differing(fraction) for fraction in (0.0, 0.5, 0.7, 0.8, 0.9, 1.0)]

    assert left[0] == left[1] > left[2] > left[3] > left[4] > left[5] == 0


def test_jumping_to_a_layer_gives_the_frame_of_playing_to_it(make_space: Make) -> None:
    timeline = make_space(count=40, layers=60)
    played = painter_of(timeline)
    for frame in range(0, 98):
        played.paint(timeline, cue_at(frame, 3, 40), "paused")

    jumped = painter_of(timeline)
    jumped.paint(timeline, cue_at(97, 3, 40), "paused")

    np.testing.assert_array_equal(played.canvas.pixels, jumped.canvas.pixels)


def test_pointer_on_the_map_tells_class_and_place(make_space: Make) -> None:
    timeline = make_space((500, 500))
    painter = painter_of(timeline)
    painter.paint(timeline, cue_of(4, None, 0.0))
    box = painter.canvas.layout.plane
    left, top = box.left + (box.width - 500) // 2, box.top + (box.height - 500) // 2
    label = int(timeline.snapshots[4].arrays["class_map", 0][30, 70])

    spot = painter.spot(left + 70.5, top + 30.5)

    name = "unclassified" if label == 255 else f"group {label + 1}"
    assert spot is not None
    assert spot.words == f"{name}  at x 70, y 469"
    assert painter.spot(left - 3, top + 30) is None


def test_layer_may_lead_to_another_than_it_did_before(make_space: Make) -> None:
    timeline = make_space((500, 500))
    painter = painter_of(timeline)
    painter.paint(timeline, cue_of(0, 1, 0.8))

    painter.paint(timeline, cue_of(0, 4, 0.8))

    fresh = painter_of(timeline)
    fresh.paint(timeline, cue_of(0, 4, 0.8))
    np.testing.assert_array_equal(map_of(painter, 500), map_of(fresh, 500))


def test_training_points_are_marked_on_every_layer_if_wanted(make_space: Make) -> None:
    timeline = make_space((500, 500))
    points = np.full((500, 500), 255, np.uint8)
    points[100, 200] = 1
    timeline.snapshots[0].arrays["class_map", 0][...] = points
    painter = painter_of(timeline)
    theme = painter.canvas.theme

    painter.paint(timeline, cue_of(4, None, 0.0), options=Options(points=True))
    mark = map_of(painter, 500)[98:103, 198:203].copy()
    marked = texts_of(painter)
    plain = painter_of(timeline).paint(timeline, cue_of(4, None, 0.0)).copy()
    frame = painter.paint(timeline, cue_of(4, None, 0.0))

    assert (mark[1:4, 1:4] == theme.class_colours(CLASSES)[1]).all()
    assert (mark[[0, 4]] == theme.background).all()
    assert (mark[:, [0, 4]] == theme.background).all()
    assert "□ training points" in marked
    np.testing.assert_array_equal(frame, plain)


def test_late_joiner_has_no_training_points_to_mark(make_space: Make) -> None:
    timeline = make_space((500, 500))
    timeline.snapshots = timeline.snapshots[3:]
    painter = painter_of(timeline)

    painter.paint(timeline, cue_of(1, None, 0.0), options=Options(points=True))

    texts = texts_of(painter)
    assert "□ training points" not in texts
    assert "no training points: layer 0 did not come" in texts


def test_header_counts_one_layer_as_one(make_space: Make) -> None:
    timeline = make_space(layers=1, count=2)

    assert "80 × 80 cells, 1 layer" in texts_of(painter_of(timeline))


def test_header_counts_layers(make_space: Make) -> None:
    timeline = make_space()
    painter = painter_of(timeline)

    painter.paint(timeline, cue_of(3, None, 0.0))

    texts = texts_of(painter)
    assert {"layer", "3/250", "80 × 80 cells, 250 layers", "layers"} <= set(texts)
    assert not {"epoch", "epochs", "step", "forward"} & set(texts)


def test_map_is_drawn_however_many_layers_are_listed(make_space: Make) -> None:
    timeline = make_space((500, 500))
    assert timeline.manifest is not None
    painter = painter_of(timeline)
    one = painter.paint(timeline, cue_of(3, None, 0.0)).copy()
    layers = timeline.manifest.layers * 251
    timeline.manifest = replace(timeline.manifest, layers=layers)

    all_listed = painter_of(timeline).paint(timeline, cue_of(3, None, 0.0))

    np.testing.assert_array_equal(all_listed, one)


def test_curves_show_what_was_measured_up_to_the_layer(make_space: Make) -> None:
    timeline = make_space()
    painter = painter_of(timeline)

    painter.paint(timeline, cue_of(3, None, 0.0))

    drawn = [
        np.asarray(axes.get_lines()[1].get_ydata()) for axes in painter.figure.axes
    ]
    np.testing.assert_allclose(np.stack(drawn, axis=1), timeline.rows[:4, 1:])
    assert {"unclassified", "changed in a layer", "30.0%"} <= set(texts_of(painter))
