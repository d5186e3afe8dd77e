"""Every run of the zoo is drawn at every size, and its words keep apart."""

from itertools import combinations

import numpy as np
import pytest

from viewer.cue import cue_of
from viewer.layout import Box
from viewer.painter import Painter
from viewer.timeline import Timeline

SIZES = [(1280, 720), (640, 360), (900, 1100), (640, 2160)]


def touch(one: Box, other: Box) -> bool:
    across = min(one.right, other.right) - max(one.left, other.left)
    down = min(one.bottom, other.bottom) - max(one.top, other.top)
    return across > 0 and down > 0


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_words_keep_apart_and_within_the_frame(
    timeline: Timeline, size: tuple[int, int]
) -> None:
    assert timeline.manifest is not None
    painter = Painter(timeline.manifest, size)

    for fraction in (0.2, 0.8):
        painter.paint(timeline, cue_of(1, 2, fraction), "stale 3 s")

        shown = [(x.text, x.box) for x in painter.canvas.labels if x.box]
        touching = [(a, b) for (a, x), (b, y) in combinations(shown, 2) if touch(x, y)]
        assert touching == []
        outside = [
            text
            for text, box in shown
            if not (0 <= box.left <= box.right <= size[0])
            or not (0 <= box.top <= box.bottom <= size[1])
        ]
        assert outside == []


def test_playing_on_paints_what_jumping_there_does(timeline: Timeline) -> None:
    assert timeline.manifest is not None
    played, jumped = (Painter(timeline.manifest) for _ in range(2))

    for index, fraction in [(0, 0.3), (0, 0.8), (1, 0.1), (1, 0.5), (1, 0.8)]:
        played.paint(timeline, cue_of(index, index + 1, fraction))
    jumped.paint(timeline, cue_of(1, 2, 0.8))

    np.testing.assert_array_equal(played.canvas.pixels, jumped.canvas.pixels)


def test_hover_says_something_true_of_every_unit(timeline: Timeline) -> None:
    assert timeline.manifest is not None
    painter = Painter(timeline.manifest)
    painter.paint(timeline, cue_of(1, 2, 0.5))

    words = {
        spot.words.split(",")[0].split(" → ")[0]
        for x in range(0, 1280, 11)
        for y in range(80, 620, 11)
        if (spot := painter.spot(x, y)) is not None and spot.unit is not None
    }

    assert words <= {layer.name for layer in timeline.manifest.layers}
    assert words
