from collections.abc import Callable

import numpy as np
import pytest

from viewer.cue import cue_of
from viewer.options import Options
from viewer.painter import Painter
from viewer.timeline import Timeline

Make = Callable[..., Timeline]


@pytest.mark.parametrize("reduced", [False, True])
@pytest.mark.parametrize("fraction", [0.2, 0.5, 0.9])
def test_line_is_bright_up_to_the_moment_shown(
    make_timeline: Make, fraction: float, *, reduced: bool
) -> None:
    timeline = make_timeline()
    assert timeline.manifest is not None
    painter = Painter(timeline.manifest)
    track, theme = painter.canvas.layout.track, painter.canvas.theme
    options = Options(reduced_motion=reduced)

    frame = painter.paint(timeline, cue_of(0, 1, fraction), "", options)

    line = frame[track.top, track.left : track.right, :3]
    bright = np.flatnonzero((line == theme.dim).all(axis=1))
    dot = np.flatnonzero((line == theme.ink).all(axis=1))
    assert dot.mean() / len(line) == pytest.approx(fraction, abs=0.01)
    assert bright.max() < dot.min()
    assert len(bright) > 0.9 * dot.min()


def test_phase_that_is_going_on_is_written_in_ink(make_timeline: Make) -> None:
    timeline = make_timeline()
    assert timeline.manifest is not None
    painter = Painter(timeline.manifest)

    painter.paint(timeline, cue_of(0, 1, 0.7))

    colours = {label.text: label.colour for label in painter.canvas.labels}
    assert colours["backward"] == painter.canvas.theme.ink
    assert colours["forward"] == painter.canvas.theme.faint
