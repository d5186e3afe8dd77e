from collections.abc import Callable
from dataclasses import replace

import numpy as np

from viewer.cue import cue_of
from viewer.painter import Painter
from viewer.panels.filmstrip import part_ends
from viewer.timeline import Timeline

Make = Callable[..., Timeline]


def painter_at(timeline: Timeline, index: int) -> Painter:
    assert timeline.manifest is not None
    painter = Painter(timeline.manifest)
    painter.paint(timeline, cue_of(index, None, 0.0))
    return painter


def numbers_of(painter: Painter) -> list[str]:
    """Give what is written above the thumbnails."""
    top = painter.canvas.layout.filmstrip.top
    labels = [label for label in painter.canvas.labels if label.box is not None]
    return [each.text for each in labels if each.box and -20 < each.box.top - top < 0]


def test_parts_are_even_and_end_with_the_run() -> None:
    assert part_ends(6, 250, 30) == [0, 50, 100, 150, 200, 250]


def test_parts_of_an_open_run_double_when_it_outgrows_them() -> None:
    assert part_ends(6, 0, 0) == [0, 0, 0, 0, 0, 0]
    assert part_ends(6, 0, 10) == [0, 2, 4, 6, 8, 10]
    assert part_ends(6, 0, 11) == [0, 4, 8, 12, 16, 20]


def test_past_layers_stay_and_the_current_one_is_named(make_space: Make) -> None:
    timeline = make_space(layers=32, count=33)

    painter = painter_at(timeline, 5)

    assert numbers_of(painter) == ["0", "2", "4", "layer 5"]


def test_only_the_current_thumbnail_is_framed(make_space: Make) -> None:
    timeline = make_space(layers=32, count=33)
    painter = painter_at(timeline, 5)
    box, theme = painter.canvas.layout.filmstrip, painter.canvas.theme

    above = painter.canvas.pixels[box.top - 2, box.left : box.right, :3]

    framed = (above == theme.ink).all(axis=1)
    assert framed.sum() == box.height + 4


def test_layer_that_never_came_leaves_its_place_empty(make_space: Make) -> None:
    timeline = make_space(layers=32, count=33)
    del timeline.snapshots[3:5]

    painter = painter_at(timeline, 5)

    assert numbers_of(painter) == ["0", "2", "6", "layer 7"]


def test_short_run_has_a_thumbnail_for_each_layer(make_space: Make) -> None:
    timeline = make_space(layers=3, count=4)

    painter = painter_at(timeline, 3)

    assert numbers_of(painter) == ["0", "1", "2", "layer 3"]


def test_run_without_a_planned_end_keeps_its_whole_past(make_space: Make) -> None:
    timeline = make_space(count=60)
    assert timeline.manifest is not None
    timeline.manifest = replace(timeline.manifest, epochs=0)

    painter = painter_at(timeline, 59)

    numbers = numbers_of(painter)
    assert numbers[0] == "0"
    assert numbers[-1] == "layer 59"
    assert set(np.diff([int(number) for number in numbers[:-1]])) == {4}


def test_pointer_on_a_thumbnail_tells_its_layer(make_space: Make) -> None:
    timeline = make_space(layers=32, count=33)
    painter = painter_at(timeline, 5)
    box = painter.canvas.layout.filmstrip

    first, last = (painter.spot(x, box.top + 9) for x in (box.left + 9, box.right - 9))

    assert first is not None
    assert first.words == "layer 0"
    assert last is None
