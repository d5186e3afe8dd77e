from collections.abc import Callable

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
