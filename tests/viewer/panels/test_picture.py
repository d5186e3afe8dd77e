"""The picture that a network is shown, read back from the frame."""

from collections.abc import Callable

import numpy as np

from viewer.cue import cue_of
from viewer.painter import Painter
from viewer.timeline import Timeline

Make = Callable[..., Timeline]


def painter_of(timeline: Timeline) -> Painter:
    assert timeline.manifest is not None
    return Painter(timeline.manifest, (1280, 720))


def test_pixels_that_are_not_finite_have_the_colour_of_wrong(
    make_timeline: Make,
) -> None:
    timeline = make_timeline((16, 5, 2), (4, 4))
    timeline.snapshots[0].arrays["activation", 0][:] = 1
    timeline.snapshots[0].arrays["activation", 0][[0, 15]] = np.nan, np.inf
    painter = painter_of(timeline)
    box, theme = painter.canvas.layout.picture, painter.canvas.theme

    frame = painter.paint(timeline, cue_of(0, 1, 0.3))[box.slices][..., :3]

    assert tuple(frame[3, 3]) == theme.wrong
    assert tuple(frame[-3, -3]) == theme.wrong
    assert tuple(frame[box.height // 2, 3]) == theme.ink


def test_next_picture_fades_in_during_the_update(make_timeline: Make) -> None:
    timeline = make_timeline((16, 5, 2), (4, 4))
    timeline.snapshots[0].arrays["activation", 0][:] = 0
    timeline.snapshots[1].arrays["activation", 0][:] = 1
    painter = painter_of(timeline)
    box = painter.canvas.layout.picture
    y, x = (box.top + box.bottom) // 2, (box.left + box.right) // 2

    light = [
        int(painter.paint(timeline, cue_of(0, 1, fraction))[y, x, :3].sum())
        for fraction in (0.5, 0.95, 0.97, 0.99, 1.0)
    ]

    assert light == sorted(light)
    assert len(set(light)) == 5


def test_lines_part_the_patches_that_share_a_unit(make_timeline: Make) -> None:
    timeline = make_timeline((2500, 5, 2), (50, 50))
    timeline.snapshots[0].arrays["activation", 0][:] = 0
    painter = painter_of(timeline)
    box, theme = painter.canvas.layout.picture, painter.canvas.theme

    frame = painter.paint(timeline, cue_of(0, 1, 0.3))[box.slices][..., :3]

    lined = (frame != theme.panel).any(axis=2)
    assert lined.all(axis=1).sum() == 5
    assert lined.all(axis=0).sum() == 5
